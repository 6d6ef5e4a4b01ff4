// SPDX-License-Identifier: Apache-2.0

import Hunt
import Testing

@Suite struct TerminalTests {
  private let terminal = Terminal(size: .init(columns: 20, rows: 4))

  private func write(_ text: String) {
    Array(text.utf8).withUnsafeBytes { terminal.write($0) }
  }

  private var input: String { String(decoding: terminal.takeInput(), as: UTF8.self) }

  @Test func whatIsWrittenIsOnTheScreenWhereItWasPut() {
    write("one\r\n\u{1b}[3;5Hthree \u{1b}[1mbold\u{1b}[0m")
    #expect(terminal.lines == ["one", "", "    three bold", ""])
    #expect(terminal.text == "one\n\n    three bold")
    write("\u{1b}[2J")
    #expect(terminal.text == "")
  }

  @Test func wideAndCombiningCharactersStayWhatTheyAre() {
    write("› 漢字 e\u{301} ✓")
    #expect(terminal.lines[0] == "› 漢字 e\u{301} ✓")
  }

  @Test func theAlternateScreenGivesTheFirstOneBack() {
    write("shell\u{1b}[?1049h\u{1b}[Happ")
    #expect(terminal.text == "app")
    write("\u{1b}[?1049l")
    #expect(terminal.text == "shell")
  }

  @Test func aSequenceMayComeInPieces() {
    write("a\u{1b}[")
    write("2;2Hb")
    #expect(terminal.lines == ["a", " b", "", ""])
  }

  @Test func whatIsAskedIsAnswered() {
    write("\u{1b}[c")
    #expect(input.hasPrefix("\u{1b}[?"))
    write("\u{1b}[2;3H\u{1b}[6n")
    #expect(input == "\u{1b}[2;3R")
    write("\u{1b}[5n")
    #expect(input == "\u{1b}[0n")
    write("\u{1b}[>c")
    #expect(input.hasPrefix("\u{1b}[>"))
    write("\u{1b}[?25$p")
    #expect(input == "\u{1b}[?25;1$y")
    write("\u{1b}[?2026$p")
    #expect(input == "\u{1b}[?2026;0$y")
    write("\u{1b}]11;?\u{7}")
    #expect(input == "\u{1b}]11;rgb:0000/0000/0000\u{1b}\\")
    write("\u{1b}]10;?\u{1b}\\")
    #expect(input.hasPrefix("\u{1b}]10;rgb:"))
    write("\u{1b}[18t")
    #expect(input == "\u{1b}[8;4;20t")
  }

  @Test func whatIsNotKnownIsNotAnswered() {
    write("\u{1b}[?u\u{1b}]0;title\u{7}\u{1b}P+q544e\u{1b}\\text")
    #expect(input == "")
    #expect(terminal.text == "text")
  }

  @Test(arguments: [
    ("Enter", "\r"), ("Tab", "\t"), ("Escape", "\u{1b}"), ("Backspace", "\u{7f}"),
    ("Up", "\u{1b}[A"), ("PageDown", "\u{1b}[6~"), ("Home", "\u{1b}[H"), ("F1", "\u{1b}OP"),
    ("F5", "\u{1b}[15~"), ("Ctrl-C", "\u{3}"), ("Ctrl-i", "\t"), ("Ctrl-Space", "\0"),
    ("Alt-x", "\u{1b}x"), ("Alt-Ctrl-X", "\u{1b}\u{18}"), ("Shift-Tab", "\u{1b}[Z"),
    ("Ctrl-Right", "\u{1b}[1;5C"), ("y", "y"), ("-", "-"), ("Ctrl-_", "\u{1f}"), ("Space", " "),
  ])
  func aKeySendsWhatXtermSends(_ name: String, _ bytes: String) throws {
    terminal.press(try #require(Key(name)))
    #expect(input == bytes)
  }

  @Test(arguments: ["", "Return", "Ctrl-", "Ctrl-é", "F13", "F0", "Super-X", "ab", "Shift-a", "-x"])
  func whatIsNoKeyIsNone(_ name: String) {
    #expect(Key(name) == nil)
  }

  @Test func arrowsFollowTheCursorKeyMode() throws {
    write("\u{1b}[?1h")
    terminal.press(try #require(Key("Up")))
    #expect(input == "\u{1b}OA")
  }

  @Test func typedTextGoesOutAsItIs() {
    terminal.type("héllo ›")
    #expect(input == "héllo ›")
  }

  @Test func aResizedScreenHasTheNewSize() {
    write("first")
    terminal.resize(to: .init(columns: 30, rows: 2))
    #expect(terminal.lines.count == 2)
    write("\u{1b}[2;28Hend")
    #expect(terminal.lines[1] == String(repeating: " ", count: 27) + "end")
  }

  @Test func anyBytesLeaveATerminalThatWorks() {
    var state: UInt64 = 1
    for _ in 0..<2000 {
      let bytes = (0..<64).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      bytes.withUnsafeBytes { terminal.write($0) }
      _ = terminal.takeInput()
    }
    #expect(terminal.lines.count == 4)
    write("\u{18}\u{1b}c\u{1b}[2J\u{1b}[Hstill here")
    #expect(terminal.text == "still here")
  }
}
