// SPDX-License-Identifier: Apache-2.0

extension ForeignText {
  /// An argument vector as a shell would take it, on one line.
  ///
  /// - Parameter bytes: NUL-terminated strings, as the kernel keeps them; the last may have lost
  ///   its NUL to truncation.
  public static func commandLine(_ bytes: some Collection<UInt8>) -> String {
    commandLine(words: arguments(bytes))
  }

  /// The same for arguments that are apart already.
  public static func commandLine(words: [[UInt8]]) -> String {
    words.map(word).joined(separator: " ")
  }

  /// The arguments of a vector of NUL-terminated strings, the empty ones included.
  public static func arguments(_ bytes: some Collection<UInt8>) -> [[UInt8]] {
    var arguments = Array(bytes).split(separator: 0, omittingEmptySubsequences: false)
      .map(Array.init)
    if arguments.last?.isEmpty == true { arguments.removeLast() }
    return arguments
  }

  /// One argument: bare, in `'…'` where a shell would take it apart, and in `$'…'` where it has
  /// escapes or a quote.
  package static func word(_ bytes: [UInt8]) -> String {
    let text = encode(bytes)
    if text.contains("\\") || text.contains("'") {
      return "$'"
        + text.split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "\\'") + "'"
    }
    if !text.isEmpty && text.unicodeScalars.allSatisfy(isBare) { return text }
    return "'\(text)'"
  }

  private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "@", "%", "+", "=", ":", ",", ".", "/", "-", "_": true
    default: !scalar.isASCII
    }
  }
}
