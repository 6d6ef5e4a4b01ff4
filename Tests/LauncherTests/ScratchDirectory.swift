// SPDX-License-Identifier: Apache-2.0

import Foundation
import Launcher

/// A directory that every user may write to, removed with its files when it goes.
final class ScratchDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/spoor-launcher.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(errno: errno) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // Not sticky: fs.protected_regular would keep another user from opening root's file.
    chmod(path, 0o777)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file with a mode and an owner; returns its path.
  func file(
    _ name: String, _ content: String = "", mode: mode_t = 0o600, owner: uid_t = geteuid()
  ) throws -> String {
    let path = "\(path)/\(name)"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    defer { close(descriptor) }
    let bytes = Array(content.utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count,
      // In this order: a change of owner clears the setuid bit.
      fchown(descriptor, owner, gid_t.max) == 0, fchmod(descriptor, mode) == 0
    else { throw Failure(errno: errno) }
    return path
  }

  /// The lines of a file.
  func lines(_ name: String) throws -> [String] {
    let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Failure(errno: errno) }
    defer { close(descriptor) }
    var content = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &content, content.count)
    return String(decoding: content.prefix(max(0, count)), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  struct Failure: Error { let errno: Int32 }
}

/// Runs a shell script as a target to its end and returns the lines it printed.
func printed(
  by script: String,
  as user: InvokingUser? = nil,
  inherited: InheritedState = .capture(),
  environment: [String: String] = [:]
) throws -> [String] {
  let scratch = try ScratchDirectory()
  var variables = environment.merging(["OUT": scratch.path + "/out"]) { $1 }
  variables["PATH"] = variables["PATH"] ?? "/usr/bin:/bin"
  var target = try Launcher.start(
    command: ["/bin/sh", "-c", "exec >\"$OUT\" 2>&1\n" + script],
    user: try user ?? .current(asRoot: true),
    inherited: inherited,
    environment: TargetEnvironment(variables))
  _ = try target.wait()
  return try scratch.lines("out")
}
