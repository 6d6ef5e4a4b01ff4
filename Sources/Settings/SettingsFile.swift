// SPDX-License-Identifier: Apache-2.0

import Glibc
import Yams

/// Reads the YAML that a person writes: thresholds, budgets, scenarios.
package enum SettingsFile {
  /// Bytes: a settings file is a page, and what is larger is something else.
  private static let largestFile = 1 << 20

  /// The text of a file.
  package static func text(of path: String) throws(SettingsError) -> String {
    let bytes: [UInt8]
    do throws(ReadFailure) { bytes = try start(of: path) } catch {
      throw SettingsError(path, "cannot be read: \(error.sentence)")
    }
    guard bytes.count <= Self.largestFile else {
      throw SettingsError(path, "is larger than 1 MB, which no such file is")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SettingsError(path, "is no UTF-8")
    }
    return text
  }

  /// As much of a file as tells whether it is too large; a pipe is a file, too.
  private static func start(of path: String) throws(ReadFailure) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw ReadFailure(number: errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= largestFile {
      let count = read(file, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw ReadFailure(number: errno) }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  private struct ReadFailure: Error {
    /// As errno has it.
    var number: Int32

    var sentence: String {
      switch number {
      case ENOENT, ENOTDIR: "there is no such file; check its name"
      case EACCES: "you may not read it; ask its owner for access"
      case EISDIR: "it is a directory; name a file in it"
      default: "\(String(cString: strerror(number))); name another file"
      }
    }
  }

  /// What a text says as YAML; nil where it says nothing.
  ///
  /// - Parameter name: the file's, for errors.
  package static func root(of yaml: String, name: String) throws(SettingsError) -> Node? {
    // Aliases of aliases that are keys take the parser twice as long with each.
    guard aliases(in: yaml) <= mostAliases else {
      throw SettingsError(
        name, "has more than \(mostAliases) aliases; write out what they stand for")
    }
    let root: Node?
    do { root = try compose(yaml: yaml) } catch { throw SettingsError(name, error) }
    guard let root, !root.isNothing else { return nil }
    return root
  }

  private static let mostAliases = 24

  /// Places where a word begins with `*`, also those in quotes; a pattern such as `/dev/*` is none.
  private static func aliases(in yaml: String) -> Int {
    var count = 0
    var mayBegin = true
    for byte in yaml.utf8 {
      if mayBegin, byte == UInt8(ascii: "*") { count += 1 }
      mayBegin = byte <= UInt8(ascii: " ") || "[]{},:".utf8.contains(byte)
    }
    return count
  }
}
