// SPDX-License-Identifier: Apache-2.0

extension Version {
  /// Reads a list of versions, a `NAME=COMMAND` a line; empty lines and those that begin with `#`
  /// say nothing.
  package static func list(_ text: String) throws(Mistake) -> [Version] {
    var versions: [Version] = []
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.trimmingPrefix { $0.isWhitespace }
      if line.isEmpty || line.hasPrefix("#") { continue }
      do {
        versions.append(try Version(String(line)))
      } catch {
        throw Mistake(description: "line \(index + 1) \(error.description)")
      }
    }
    return versions
  }
}
