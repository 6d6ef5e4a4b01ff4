// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reports
import Testing

@Suite struct JSONTextTests {
  @Test func utf8StaysAsItIs() {
    for text in ["", "/etc/passwd", "日本\u{202e}\n", #"C:\dir\x"#, "\u{1b}[0m"] {
      #expect(Array(JSONText.decode(bytes(text)).utf8) == bytes(text))
    }
  }

  @Test func aByteThatIsNoUTF8IsToldAndCollidesWithNothing() {
    #expect(JSONText.decode([0x61, 0xff]) == #"a\xff"#)
    #expect(JSONText.decode(bytes(#"a\xff"#)) == #"a\x5cxff"#)
    #expect(JSONText.decode(bytes(#"\x5cxff"#)) == #"\x5cx5cxff"#)
  }

  @Test func bytesComeBack() {
    let alphabet = bytes(#"\x5cfFg"#) + [0xff, 0xe2, 0x80]
    for _ in 0..<5_000 {
      let foreign = (0..<10).compactMap { _ in alphabet.randomElement() }
      #expect(undone(JSONText.decode(foreign)) == foreign)
    }
  }

  @Test func aLiteralIsSafeOnATerminalAndReadsBackTheSame() throws {
    let nasty = "a\"\\\n\u{7f}\u{9b}\u{202e}\u{e0041}é日"
    let literal = JSONText.literal(bytes(nasty))
    #expect(literal == #""a\"\\\u000a\u007f\u009b\u202e\udb40\udc41é日""#)
    #expect(try JSONValue(literal) == .string(nasty))
  }

  @Test func visibleJSONSaysTheSame() throws {
    let json = "{\n  \"a\": \"\u{7f}\u{9b}\u{200b}é\"\n}"
    #expect(JSONText.visible(json) == "{\n  \"a\": \"\\u007f\\u009b\\u200bé\"\n}")
    #expect(try JSONValue(JSONText.visible(json)) == JSONValue(json))
  }

  /// Undoes `decode`, as its description says.
  private func undone(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = bytes(text)[...]
    while let byte = rest.first {
      let digits = String(decoding: rest.dropFirst(2).prefix(2), as: UTF8.self)
      if rest.starts(with: bytes(#"\x"#)), digits.utf8.count == 2, digits.first != "+",
        let byte = UInt8(digits, radix: 16)
      {
        result.append(byte)
        rest = rest.dropFirst(4)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}
