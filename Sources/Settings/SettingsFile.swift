// SPDX-License-Identifier: Apache-2.0

import Foundation
import Yams

/// Reads the YAML that a person writes: thresholds, budgets, scenarios.
package enum SettingsFile {
  /// Bytes: a settings file is a page, and what is larger is something else.
  private static let largestFile = 1 << 20

  /// The text of a file.
  package static func text(of path: String) throws(SettingsError) -> String {
    let data: Data?
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try handle.read(upToCount: Self.largestFile + 1)
    } catch {
      throw SettingsError(path, "cannot be read: \(error.localizedDescription)")
    }
    let bytes = data ?? Data()
    guard bytes.count <= Self.largestFile else {
      throw SettingsError(path, "is larger than 1 MB, which no such file is")
    }
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      throw SettingsError(path, "is no UTF-8")
    }
    return text
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
