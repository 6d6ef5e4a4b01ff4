// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

extension RecordingSource {
  /// An unfinished recording has a journal. SQLite refuses to read it where it may not
  /// create the journal's index beside it, or not roll the journal back; on a full disk the
  /// index cannot grow, which is an I/O error.
  static func needsCopy(_ error: DatabaseError) -> Bool {
    switch error.resultCode.primaryResultCode {
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_IOERR, .SQLITE_FULL: true
    default: false
    }
  }

  /// Copies the file and its journal into a private directory, for as long as `body` runs.
  ///
  /// Opening the file as immutable would be cheaper, and would miss the journal's intervals.
  static func withCopy<Value>(
    of path: String, shownAs name: String, _ body: (String) throws -> Value
  ) throws -> Value {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let directory = try temporaryDirectory(in: base, shownAs: name)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let copy = directory + "/copy.spoor"
    do {
      for suffix in ["", "-wal", "-journal"] where isRegular(path + suffix) {
        try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        // It keeps the mode of the original.
        chmod(copy + suffix, 0o600)
      }
    } catch {
      throw RecordingError(
        "cannot read \(name): its directory cannot be written to, and it or its journal cannot be"
          + " copied to \(base) (\(error.localizedDescription));"
          + " free some space there, or set TMPDIR to another directory")
    }
    return try body(copy)
  }

  private static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && specialKind(status) == nil
  }

  private static func temporaryDirectory(
    in base: String, shownAs name: String
  ) throws -> String {
    var template = Array("\(base)/spoor-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw RecordingError(
        "cannot read \(name): its directory cannot be written to, and no copy can be made in"
          + " \(base) (\(systemMessage(errno))); set TMPDIR to a directory that is")
    }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
