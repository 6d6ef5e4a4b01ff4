// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A file that is written as a whole beside a recording, such as a report: private to its owner,
/// and there entirely or not at all.
public enum PrivateFile {
  /// Writes a file with mode 0600, whatever the umask says, with the owner's rights.
  ///
  /// A regular file of that name is replaced, and no link to it is written through.
  /// - Parameters:
  ///   - name: as given, for errors.
  ///   - remedy: what to do instead: the end of a sentence.
  public static func write(
    _ text: some Collection<UInt8>, to name: String, owner: FileOwner = .current, remedy: String
  ) throws(RecordingError) {
    do {
      try owner.perform {
        func refuse(_ why: String) -> RecordingError {
          RecordingError("cannot write \(name): \(why); \(remedy)")
        }
        if let kind = fileStatus(name).flatMap(specialKind) { throw refuse("it is \(kind)") }
        var temporary = Array("\(name).XXXXXX".utf8CString)
        let file = mkstemp(&temporary)
        guard file >= 0 else { throw refuse(systemMessage(errno)) }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        let isWritten = fchmod(file, 0o600) == 0 && writeAll(text, to: file)
        let failure = isWritten ? 0 : errno
        close(file)
        guard isWritten, rename(temporary, name) == 0 else {
          let number = isWritten ? errno : failure
          unlink(temporary)
          throw refuse(systemMessage(number))
        }
      }
    } catch {
      throw error as? RecordingError ?? RecordingError("cannot write \(name): \(error); \(remedy)")
    }
  }

  private static func writeAll(_ text: some Collection<UInt8>, to file: Int32) -> Bool {
    var rest = Array(text)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return false }
      rest = rest.dropFirst(written)
    }
    return true
  }
}
