// SPDX-License-Identifier: Apache-2.0

import Attribution
import Testing

@Suite struct ForeignTextLayoutTests {
  // MARK: Arguments

  @Test func argumentsAreApartWhereAShellWouldKeepThemApart() {
    #expect(ForeignText.commandLine(vector("git", "status")) == "git status")
    #expect(ForeignText.commandLine(vector("sh", "-c", "a b", "")) == "sh -c 'a b' ''")
    #expect(ForeignText.commandLine(vector("ls", "*.c", "ü")) == "ls '*.c' ü")
  }

  @Test func aQuoteOrAnEscapeStaysWithinItsArgument() {
    #expect(ForeignText.commandLine(vector("echo", "it's")) == #"echo $'it\'s'"#)
    #expect(ForeignText.commandLine(vector("echo", "a\nb")) == #"echo $'a\nb'"#)
    #expect(ForeignText.commandLine(vector(#"\'"#)) == #"$'\\\''"#)
  }

  @Test func aTruncatedVectorKeepsItsLastPiece() {
    #expect(ForeignText.commandLine(bytes("a\0b")) == "a b")
    #expect(ForeignText.arguments([]) == [])
    #expect(ForeignText.arguments([0]) == [[]])
    #expect(ForeignText.arguments(bytes("a\0\0")) == [bytes("a"), []])
  }

  // MARK: Width

  @Test func aWideCharacterTakesTwoCellsAndAMarkNone() {
    #expect(ForeignText.width("abc") == 3)
    #expect(ForeignText.width("日本") == 4)
    #expect(ForeignText.width("e\u{301}") == 1)
    #expect(ForeignText.width("🎉…é") == 4)
  }

  @Test func aPathIsCutAtItsSlashes() {
    #expect(ForeignText.fit("/usr/lib/x86_64/deep/libfoo.so", 22) == "/usr/lib/…/libfoo.so")
    #expect(ForeignText.fit("/usr/lib/libfoo.so", 24) == "/usr/lib/libfoo.so")
    #expect(ForeignText.fit("a-very-long-name-without-slashes", 10) == "a-v…lashes")
  }

  @Test func whatIsShortenedFits() {
    let texts = [
      "/usr/lib/日本語/libfoo.so", "日本語日本語日本語", #"\x1b\x1b/\n\\\x07a"#, "e\u{301}e\u{301}/x/y",
    ]
    for text in texts {
      for cells in 0..<40 {
        for short in [ForeignText.fit(text, cells), ForeignText.clip(text, cells)] {
          #expect(ForeignText.width(short) <= cells)
          #expect(cells < ForeignText.width(text) || short == text)
        }
      }
    }
  }

  @Test func anEscapeIsNotCutInTwo() {
    let text = #"\x1b\x1b\x1b"#
    #expect(ForeignText.clip(text, 8) == #"\x1b…"#)
    #expect(ForeignText.fit(text, 9) == #"…\x1b"# || ForeignText.fit(text, 9) == #"\x1b…\x1b"#)
    #expect(ForeignText.clip(#"\\\\n"#, 4) == #"\\…"#)
  }
}
