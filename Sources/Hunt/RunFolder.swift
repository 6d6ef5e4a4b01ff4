// SPDX-License-Identifier: Apache-2.0

import Foundation
import Recording

/// What a run has for itself: a fresh HOME, and a directory for whoever takes part in it.
struct RunFolder {
  private let base: String
  private let owner: FileOwner

  var home: String { base + "/home" }
  var files: String { base + "/run" }

  /// - Parameter owner: whose all of it is.
  init(owner: FileOwner) throws {
    self.owner = owner
    let pattern =
      URL(filePath: NSTemporaryDirectory()).appending(path: "spoor-hunt-XXXXXX").path
    base = try owner.perform {
      var name = Array(pattern.utf8CString)
      guard mkdtemp(&name) != nil else {
        throw HuntError(
          .hunt,
          "cannot make a directory for a run in \(NSTemporaryDirectory()): "
            + "\(String(cString: strerror(errno))); set TMPDIR to one that can be written")
      }
      return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }
    try owner.perform {
      guard mkdir(home, 0o700) == 0, mkdir(files, 0o700) == 0 else {
        throw HuntError(.hunt, "cannot write in \(base): \(String(cString: strerror(errno)))")
      }
    }
  }

  /// With the owner's rights: whatever the target made of it, nothing else goes with it.
  func remove() {
    try? owner.perform {
      // A target may have made directories that nobody can write to.
      let folders = FileManager.default.enumerator(atPath: base)
      while let path = folders?.nextObject() as? String {
        if folders?.fileAttributes?[.type] as? FileAttributeType == .typeDirectory {
          chmod("\(base)/\(path)", 0o700)
        }
      }
      try FileManager.default.removeItem(atPath: base)
    }
  }
}
