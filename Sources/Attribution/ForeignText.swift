// SPDX-License-Identifier: Apache-2.0

/// Text that came from another process, made fit for a terminal.
///
/// A path, an argument or a thread's name is any bytes but NUL, chosen by whoever is traced. All
/// of them go through here before a person sees them.
public enum ForeignText {
  /// The bytes as printable text: one string for each sequence of bytes, and no other.
  ///
  /// Printable UTF-8 stays. A backslash becomes `\\`, and `\n`, `\t`, `\r` and `\e` stand for
  /// themselves; each byte of anything else becomes `\xNN`: control characters, bidirectional
  /// controls, invisible and unassigned characters, spaces other than the plain one, and what
  /// is not UTF-8. It is the notation of `$'…'` in bash.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    bytes.withContiguousBytes(encode(contiguous:))
  }

  private static func encode(contiguous bytes: UnsafeRawBufferPointer) -> String {
    if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    var text = ""
    for piece in UTF8Pieces(bytes) {
      switch piece {
      case .scalar(let scalar): append(scalar, to: &text)
      case .invalid(let bytes): text += escape(bytes)
      }
    }
    return text
  }

  private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\t": text += "\\t"
    case "\r": text += "\\r"
    case "\u{1b}": text += "\\e"
    case _ where isPrintable(scalar): text.unicodeScalars.append(scalar)
    default: text += escape(scalar.utf8)
    }
  }

  /// A sentence that may quote foreign text, on one line and fit for a terminal.
  ///
  /// Unlike `encode` it leaves a backslash alone: what is encoded already stays as it is.
  public static func visible(_ sentence: String) -> String {
    if sentence.unicodeScalars.allSatisfy(isPrintable) { return sentence }
    return sentence.unicodeScalars.map { isPrintable($0) ? String($0) : encode($0.utf8) }.joined()
  }

  /// Each byte as `\xNN`, in lower case.
  package static func escape(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "\\x0" : "\\x") + String($0, radix: 16) }.joined()
  }

  /// Whether a terminal shows the scalar as itself, and a reader sees that it is there.
  ///
  /// Source: Python's `str.isprintable`, and without the characters that Unicode calls default
  /// ignorable, such as variation selectors and Hangul fillers.
  package static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7f }
    if scalar.properties.isDefaultIgnorableCodePoint { return false }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned: return false
    case .lineSeparator, .paragraphSeparator, .spaceSeparator: return false
    default: return true
    }
  }
}
