// SPDX-License-Identifier: Apache-2.0

import Attribution
import Testing

@Suite struct ForeignTextTests {
  @Test func printableTextStays() {
    for text in ["", "/usr/lib/libc.so.6", "héllo wörld", "日本語", "🎉", "e\u{301}", "~!\"'$*"] {
      #expect(Array(ForeignText.encode(bytes(text)).utf8) == bytes(text))
    }
  }

  @Test func commonControlsHaveTheirNames() {
    #expect(ForeignText.encode(bytes("a\n\t\r\u{1b}[0m\\b")) == #"a\n\t\r\e[0m\\b"#)
  }

  @Test func everyOtherControlIsItsBytes() {
    #expect(ForeignText.encode([0, 7, 8, 0x7f]) == #"\x00\x07\x08\x7f"#)
    #expect(ForeignText.encode(bytes("\u{85}\u{9b}")) == #"\xc2\x85\xc2\x9b"#)
  }

  @Test func aSentenceKeepsWhatIsEncodedAlready() {
    #expect(ForeignText.visible(#"cannot read a\\x1b é"#) == #"cannot read a\\x1b é"#)
    #expect(
      ForeignText.visible("cannot read a\u{1b}]\n\u{9b}\u{202e}.spoor: b")
        == #"cannot read a\e]\n\xc2\x9b\xe2\x80\xae.spoor: b"#)
  }

  @Test(arguments: [
    "\u{61c}", "\u{200e}", "\u{200f}", "\u{202a}", "\u{202e}", "\u{2066}", "\u{2069}",
    "\u{200b}", "\u{200d}", "\u{feff}", "\u{2028}", "\u{2029}", "\u{e0041}", "\u{ad}", "\u{fe0f}",
    "\u{3164}", "\u{a0}", "\u{3000}", "\u{e000}", "\u{378}", "\u{fff9}",
  ])
  func whatIsInvisibleOrTurnsTheTextIsShown(_ hidden: String) {
    let text = ForeignText.encode(bytes("a" + hidden + "b"))
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
    #expect(text.hasPrefix(#"a\x"#))
  }

  @Test func whatIsNoUTF8IsItsBytes() {
    #expect(ForeignText.encode([0xff, 0x61, 0xc3]) == #"\xffa\xc3"#)
    // Overlong, a surrogate, beyond Unicode, and cut short.
    #expect(ForeignText.encode([0xc0, 0xaf]) == #"\xc0\xaf"#)
    #expect(ForeignText.encode([0xed, 0xa0, 0x80]) == #"\xed\xa0\x80"#)
    #expect(ForeignText.encode([0xf4, 0x90, 0x80, 0x80]) == #"\xf4\x90\x80\x80"#)
    #expect(ForeignText.encode([0xe6, 0x97, 0x2f]) == #"\xe6\x97/"#)
  }

  @Test func everySequenceOfTwoBytesComesBack() {
    for first in UInt8.min...UInt8.max {
      for second in UInt8.min...UInt8.max {
        let foreign = [first, second]
        let text = ForeignText.encode(foreign)
        if decoded(text) != foreign || !text.unicodeScalars.allSatisfy(ForeignText.isPrintable) {
          Issue.record("\(foreign) became \(text)")
        }
      }
    }
  }

  @Test func everyScalarComesBackAndNoneIsRaw() {
    // All of the first plane, where emoji are, and where tags are.
    let values = [0...0xffff, 0x1f000...0x1ffff, 0xe0000...0xe0fff as ClosedRange<UInt32>].joined()
    for scalar in values.compactMap(Unicode.Scalar.init) {
      let foreign = Array(String(scalar).utf8)
      let text = ForeignText.encode(foreign)
      if decoded(text) != foreign || !text.unicodeScalars.allSatisfy(ForeignText.isPrintable) {
        Issue.record("U+\(String(scalar.value, radix: 16)) became \(text)")
      }
    }
  }

  @Test func randomBytesComeBack() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      let foreign = (0..<20).map { _ in
        Bool.random() ? UInt8.random(in: 0...255, using: &generator) : UInt8(ascii: "\\")
      }
      #expect(decoded(ForeignText.encode(foreign)) == foreign)
    }
  }

  @Test func aSliceIsEncodedLikeAnArray() {
    let all = bytes("xx/a\u{1b}yy")
    #expect(ForeignText.encode(all[2..<5]) == #"/a\e"#)
    #expect(all.withUnsafeBytes { ForeignText.encode($0) } == #"xx/a\eyy"#)
    #expect(ForeignText.encode(AnyCollection(all)) == #"xx/a\eyy"#)
  }

  /// Undoes the encoding, as its description says.
  private func decoded(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes(text)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
        result.append(byte)
        continue
      }
      switch kind {
      case UInt8(ascii: "n"): result.append(0x0a)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "r"): result.append(0x0d)
      case UInt8(ascii: "e"): result.append(0x1b)
      case UInt8(ascii: "x"):
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        rest = rest.dropFirst(2)
        if let byte = UInt8(digits, radix: 16) { result.append(byte) }
      default: result.append(kind)
      }
    }
    return result
  }
}
