// SPDX-License-Identifier: Apache-2.0

import Foundation

extension RecordingFile {
  /// What the name of a replaced file gets while the new one may yet be discarded.
  private static let aside = ".replaced"

  /// Makes sure that nothing is in the way of a new file: neither one of its name, nor
  /// what SQLite would take for the new file's journal. What is replaced is put aside.
  static func clear(_ path: String, shownAs name: String, force: Bool) throws {
    let taken = ([""] + companions).filter { fileStatus(path + $0) != nil }
    for suffix in taken {
      let what = suffix.isEmpty ? "it" : "\(name)\(suffix)"
      if let kind = fileStatus(path + suffix).flatMap(specialKind) {
        throw RecordingError(
          "cannot create \(name): \(what) is \(kind); use -o to choose another name")
      }
      guard force else {
        throw RecordingError(
          "cannot create \(name): \(what) exists already;"
            + " use --force to overwrite it or -o to choose another name")
      }
    }
    if taken.first == "" { try refuseIfLocked(path, shownAs: name) }
    // Only now, so that whatever is refused leaves everything where it was.
    for suffix in taken {
      guard rename(path + suffix, path + aside + suffix) == 0 || errno == ENOENT else {
        let message = systemMessage(errno)
        restoreReplaced(path)
        throw RecordingError(
          "cannot replace \(name)\(suffix): \(message);"
            + " remove it yourself or use -o to choose another name")
      }
    }
  }

  static func isReplacing(_ path: String) -> Bool {
    ([""] + companions).contains { fileStatus(path + aside + $0) != nil }
  }

  /// Puts a replaced file back in its place.
  static func restoreReplaced(_ path: String) {
    for suffix in [""] + companions where fileStatus(path + aside + suffix) != nil {
      rename(path + aside + suffix, path + suffix)
    }
  }

  /// Removes a replaced file for good.
  static func removeReplaced(_ path: String) {
    for suffix in [""] + companions { unlink(path + aside + suffix) }
  }

  /// A recorder that still writes the old file would later remove the new file's journal.
  private static func refuseIfLocked(_ path: String, shownAs name: String) throws {
    let file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    guard fcntl(file, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return }
    throw RecordingError(
      "cannot replace \(name): process \(lock.l_pid) has it open;"
        + " end that first or use -o to choose another name")
  }

  static func creationError(_ name: String, _ number: Int32) -> RecordingError {
    let remedy =
      switch number {
      case EEXIST, ELOOP: "use --force to overwrite it or -o to choose another name"
      case ENOENT, ENOTDIR: "create its directory first or use -o to choose another one"
      case EACCES, EPERM, EROFS: "use -o to choose a directory that you may write to"
      case ENOSPC, EDQUOT: "free some space or use -o to choose another disk"
      case EISDIR: "use -o to name a file in it"
      default: "use -o to choose another name"
      }
    return RecordingError("cannot create \(name): \(systemMessage(number)); \(remedy)")
  }
}
