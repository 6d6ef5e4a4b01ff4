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
      try forgetOthers(in: copy + "-journal")
    } catch {
      throw RecordingError(
        "cannot read \(name): its directory cannot be written to, and it or its journal cannot be"
          + " copied to \(base) (\(error.localizedDescription));"
          + " free some space there, or set TMPDIR to another directory")
    }
    return try body(copy)
  }

  /// Takes from a journal the name of another file that it may end with.
  ///
  /// A transaction over several files has a journal of its own, which SQLite removes once theirs
  /// are rolled back. No recording has one, and a journal from anywhere may name any file.
  private static func forgetOthers(in journal: String) throws {
    guard let file = FileHandle(forUpdatingAtPath: journal) else { return }
    defer { try? file.close() }
    let length = try file.seekToEnd()
    guard length >= 8 else { return }
    try file.seek(toOffset: length - 8)
    guard try file.read(upToCount: 8) == journalMagic else { return }
    // Without the magic at its end, there is no name.
    try file.truncate(atOffset: length - 8)
  }

  /// Source: https://www.sqlite.org/fileformat.html, 3. The Rollback Journal.
  private static let journalMagic = Data([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7])

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
