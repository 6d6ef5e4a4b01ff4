// SPDX-License-Identifier: Apache-2.0

extension ForeignText {
  /// How many cells of a terminal an encoded text takes.
  public static func width(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// Shortens an encoded text in the middle to at most `cells`, as `/usr/lib/…/libfoo.so`: a path
  /// is cut at its slashes, and no escape is cut in two.
  public static func fit(_ text: String, _ cells: Int) -> String {
    if width(text) <= cells { return text }
    guard cells > 0 else { return "" }
    let pieces = pieces(of: text)
    var tail = pieces[(pieces.endIndex - count(pieces.reversed(), within: (cells - 1) * 2 / 3))...]
    let slash = tail.firstIndex { $0.text == "/" }
    if let slash { tail = tail[slash...] }
    var head = pieces[..<count(pieces, within: cells - 1 - width(tail))]
    if slash != nil, let end = head.lastIndex(where: { $0.text == "/" }) { head = head[...end] }
    return joined(head) + "…" + joined(tail)
  }

  /// Shortens an encoded text at its end to at most `cells`; no escape is cut in two.
  public static func clip(_ text: String, _ cells: Int) -> String {
    if width(text) <= cells { return text }
    guard cells > 0 else { return "" }
    let pieces = pieces(of: text)
    return joined(pieces[..<count(pieces, within: cells - 1)]) + "…"
  }

  /// What may not be cut: a character with its marks, or an escape.
  private struct Piece {
    var text: Substring
    var width: Int
  }

  private static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while let first = rest.first {
      let isByte = first == "\\" && rest.dropFirst().first == "x"
      let piece = rest.prefix(first == "\\" ? (isByte ? 4 : 2) : 1)
      pieces.append(Piece(text: piece, width: width(String(piece))))
      rest = rest[piece.endIndex...]
    }
    return pieces
  }

  private static func count(_ pieces: some Sequence<Piece>, within cells: Int) -> Int {
    var left = cells
    var count = 0
    for piece in pieces where left >= 0 {
      left -= piece.width
      if left >= 0 { count += 1 }
    }
    return count
  }

  private static func width(_ pieces: ArraySlice<Piece>) -> Int {
    pieces.reduce(0) { $0 + $1.width }
  }

  private static func joined(_ pieces: ArraySlice<Piece>) -> String {
    pieces.map(\.text).joined()
  }

  /// 0 for marks, 2 for what East Asian typography and emoji make wide, else 1.
  private static func width(_ scalar: Unicode.Scalar) -> Int {
    if scalar.isASCII { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    if scalar.properties.isEmojiPresentation { return 2 }
    return isWide(scalar.value) ? 2 : 1
  }

  /// Source: EastAsianWidth.txt of Unicode 16, classes W and F, neighbouring blocks merged.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115f, 0x2329...0x232a, 0x2e80...0x303e, 0x3041...0x4dbf, 0x4e00...0xa4cf,
      0xa960...0xa97c, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6b,
      0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18d08, 0x1aff0...0x1b2fb, 0x1d300...0x1d376,
      0x1f200...0x1f265, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1faff,
      0x20000...0x3fffd:
      true
    default: false
    }
  }
}
