// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A recording's file, from its creation on: private to its owner, and known by its inode.
struct RecordingFile: Sendable {
  /// As given.
  let name: String
  /// For the system.
  let path: String
  let owner: FileOwner
  private let device: dev_t
  private let inode: ino_t
  private let replaces: Bool

  /// What SQLite keeps beside a database.
  static let companions = ["-wal", "-shm", "-journal"]

  /// Creates an empty file with mode 0600, whatever the umask says.
  ///
  /// It is made with the owner's rights, so root makes no file where the owner could not.
  /// - Parameter force: replace a regular file of that name.
  init(creating name: String, owner: FileOwner, force: Bool) throws {
    guard !name.isEmpty, !name.utf8.contains(0) else {
      throw RecordingError("cannot create a recording without a name; use -o to give one")
    }
    let path: String
    do { path = try WorkingDirectory.path(of: name) } catch {
      throw RecordingError("cannot create \(name): \(error)")
    }
    let (made, replaces) = try owner.perform {
      try Self.clear(path, shownAs: name, force: force)
      let replaces = force && Self.isReplacing(path)
      do {
        return (try Self.create(path, shownAs: name), replaces)
      } catch {
        if replaces { Self.restoreReplaced(path) }
        throw error
      }
    }
    self.name = name
    self.path = path
    self.owner = owner
    self.replaces = replaces
    self.device = made.st_dev
    self.inode = made.st_ino
  }

  /// Removes for good what this file replaces.
  func keep() throws {
    guard replaces else { return }
    try owner.perform { Self.removeReplaced(path) }
  }

  /// Removes the file and what SQLite left beside it, unless another took its name; what it
  /// was to replace comes back.
  func remove() throws {
    try owner.perform {
      guard let status = fileStatus(path), status.st_dev == device, status.st_ino == inode
      else { return }
      for suffix in [""] + Self.companions {
        guard unlink(path + suffix) == 0 || errno == ENOENT else {
          throw RecordingError(
            "cannot remove the unused recording \(name)\(suffix): \(systemMessage(errno));"
              + " remove it yourself")
        }
      }
      if replaces { Self.restoreReplaced(path) }
    }
  }

  private static func create(_ path: String, shownAs name: String) throws -> stat {
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw creationError(name, errno) }
    // Before SQLite opens it: closing any descriptor of a file ends its locks on it.
    defer { close(file) }
    var status = stat()
    guard fchmod(file, 0o600) == 0, fstat(file, &status) == 0 else {
      let number = errno
      unlink(path)
      throw creationError(name, number)
    }
    return status
  }
}

/// A file's own status, that of a symbolic link included; nil if there is none to be had.
func fileStatus(_ path: String) -> stat? {
  var status = stat()
  return lstat(path, &status) == 0 ? status : nil
}

/// What a file is when it is not a regular one; nil if it is.
func specialKind(_ status: stat) -> String? {
  switch status.st_mode & S_IFMT {
  case S_IFREG: nil
  case S_IFLNK: "a symbolic link"
  case S_IFDIR: "a directory"
  case S_IFIFO: "a named pipe"
  case S_IFSOCK: "a socket"
  default: "a device"
  }
}
