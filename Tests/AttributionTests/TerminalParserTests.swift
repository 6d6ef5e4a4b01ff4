// SPDX-License-Identifier: Apache-2.0

import Attribution
import Testing

/// What an inspector counts, of strings whose counts are known.
struct TerminalParserTests {
  private typealias Found = (figures: InspectedFigures, markedFrames: [UInt64: UInt64])

  /// In pieces of this many bytes.
  private func inspect(_ bytes: [UInt8], by size: Int) -> Found {
    var inspector = TerminalInspector()
    for start in stride(from: 0, to: bytes.count, by: size) {
      bytes[start..<min(start + size, bytes.count)].withUnsafeBytes {
        inspector.feed($0, untold: 0)
      }
    }
    return inspector.drain() ?? (InspectedFigures(), [:])
  }

  /// The same whole, and cut at every place: it must not matter how a program buffers.
  private func inspect(_ text: String) -> Found {
    let bytes = Array(text.utf8)
    let whole = inspect(bytes, by: max(1, bytes.count))
    for size in 1...4 {
      let pieces = inspect(bytes, by: size)
      #expect(pieces.figures == whole.figures, "\(text.debugDescription) by \(size)")
      #expect(pieces.markedFrames == whole.markedFrames, "\(text.debugDescription) by \(size)")
    }
    return whole
  }

  private func clusters(_ text: String) -> UInt64 { inspect(text).figures.graphemeClusters }
  private func moves(_ text: String) -> UInt64 { inspect(text).figures.cursorMoves }
  private func clears(_ text: String) -> UInt64 { inspect(text).figures.fullClears }

  @Test func clearsOfTheWholeScreenCountAndNoOthers() {
    #expect(clears("\u{1b}[2J") == 1)
    #expect(clears("\u{1b}[3J\u{1b}[02J") == 2)
    #expect(clears("\u{1b}[2;7J") == 1)
    #expect(clears("\u{1b}[J\u{1b}[0J\u{1b}[1J\u{1b}[22J\u{1b}[;2J\u{1b}[2K") == 0)
    #expect(clears("\u{1b}[?2J\u{1b}[2 J\u{1b}[2$J\u{1b}[2:3J") == 0)
    #expect(clears("\u{9b}2J") == 1, "CSI as one character")
  }

  @Test func movesToAPlaceOrByRowsAndColumnsCount() {
    #expect(moves("ABCDEFGHfade`".map { "\u{1b}[3;4\($0)" }.joined()) == 13)
    #expect(moves("\u{1b}[H\u{1b}[C") == 2)
    #expect(moves("\u{1b}7\u{1b}8\u{1b}[s\u{1b}[u\u{1b}[I\u{1b}[Z\t\r\n\u{8}\u{1b}M") == 0)
    #expect(moves("\u{1b}[?H\u{1b}[1 A\u{1b}[<3H") == 0)
  }

  @Test func aControlWithinASequenceDoesNotEndIt() {
    #expect(moves("\u{1b}[3\r\n;4H") == 1)
    #expect(moves("\u{1b}[3\u{18}H\u{1b}[3\u{1a}H") == 0, "CAN and SUB do")
    #expect(moves("\u{1b}[3\u{1b}[4H") == 1, "and so does the next ESC")
  }

  @Test func stringsAreNoText() {
    #expect(clusters("\u{1b}]0;e\u{301} [2J\u{7}") == 0)
    #expect(clusters("\u{1b}]8;;http://e\u{301}\u{1b}\\e\u{301}") == 1)
    #expect(clusters("\u{1b}Pq#0e\u{301}\u{7}e\u{301}\u{1b}\\") == 0, "BEL ends no DCS")
    #expect(clusters("\u{1b}_Ge\u{301}\u{1b}\\\u{1b}^e\u{301}\u{9c}\u{1b}Xe\u{301}\u{1b}\\") == 0)
    #expect(moves("\u{1b}]0;title\u{1b}\\\u{1b}[H") == 1)
  }

  @Test(arguments: [
    "plain", "naïve", "e\u{301}", "👨‍👩‍👧‍👦", "🇩🇪🇫🇷🇮", "각\u{1112}\u{1161}\u{11ab}", "漢字", "❤️", "👍🏽x",
    "नमस्ते", "a\u{300}\u{301}b", "\u{200d}", "e", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  ])
  func clustersAreSwiftsOwnCharacters(text: String) {
    let expected = text.filter { $0.unicodeScalars.count > 1 }.count
    #expect(clusters(text) == UInt64(expected))
    #expect(clusters(text + "\u{1b}[m" + text) == 2 * UInt64(expected))
  }

  @Test func aControlOrASequenceEndsACluster() {
    #expect(clusters("e\u{1b}[m\u{301}") == 0)
    #expect(clusters("e\n\u{301}") == 0)
    #expect(clusters("\r\n") == 0, "one Character in Swift, and two controls on a terminal")
  }

  @Test func synchronizedUpdatesAreFramesMarkersIncluded() {
    let begin = "\u{1b}[?2026h"
    let end = "\u{1b}[?2026l"
    #expect(inspect(begin + "abc" + end).markedFrames == [19: 1])
    #expect(inspect(begin + end + "between" + begin + end).markedFrames == [16: 2])
    #expect(inspect(begin + "a" + begin + end).markedFrames == [25: 1], "begun twice")
    #expect(inspect(end + "a" + end).markedFrames == [:], "never begun")
    #expect(inspect("\u{1b}[?25;2026hx\u{1b}[?2026;25l").markedFrames == [23: 1])
    #expect(inspect("\u{1b}[2026hx\u{1b}[2026l\u{1b}[?2026$p").markedFrames == [:])
    #expect(inspect("\u{1b}[?12026hx\u{1b}[?12026l").markedFrames == [:])
  }

  @Test func nothingIsGuessedAcrossBytesThatAreNotKnown() {
    var inspector = TerminalInspector()
    for piece in ["\u{1b}[?2026habc\u{1b}[3", "H\u{1b}[?2026l", "e", "\u{301}\u{1b}[2"] {
      Array(piece.utf8).withUnsafeBytes { inspector.feed($0, untold: 100) }
    }
    let found = inspector.drain()
    #expect(found?.figures.cursorMoves == 0)
    #expect(found?.figures.graphemeClusters == 0)
    #expect(found?.markedFrames == [:])
    #expect(found?.figures.bytes == 29)
  }

  @Test func malformedTextIsReplacedAsSwiftReplacesIt() {
    // Cut, overlong, a surrogate, beyond Unicode, and lone continuation bytes: then text goes on.
    let broken: [[UInt8]] = [
      [0xe2, 0x82], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80, 0xbf],
      [0xf0, 0x9f, 0x91], [0xff, 0xfe],
    ]
    for bytes in broken {
      let line = bytes + Array("e\u{301}".utf8)
      let expected = String(decoding: line, as: UTF8.self)
        .filter { $0.unicodeScalars.count > 1 }.count
      #expect(inspect(line, by: 1).figures.graphemeClusters == UInt64(expected), "\(bytes)")
      #expect(inspect(bytes + Array("\u{1b}[H".utf8), by: 1).figures.cursorMoves == 1, "\(bytes)")
    }
  }

  /// Knuth's MMIX generator: the same garbage each time.
  private struct Sequence: RandomNumberGenerator {
    private var state: UInt64 = 1

    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 32 | state << 32
    }
  }

  @Test func anyGarbageIsSurvivedAndFollowedByASequenceThatCounts() {
    var random = Sequence()
    for _ in 0..<2_000 {
      let garbage = (0..<64).map { _ in UInt8.random(in: 0...255, using: &random) }
      // CAN ends whatever was begun.
      var before = inspect(garbage + [0x18], by: 65).figures
      before.cursorMoves += 1
      before.bytes += 3
      let after = inspect(garbage + [0x18, 0x1b, 0x5b, 0x48], by: 7).figures
      #expect(after == before, "\(garbage)")
    }
  }

  @Test func aSequenceWithoutEndTakesNoMemoryAndOverflowsNothing() {
    let endless = Array("\u{1b}[".utf8) + [UInt8](repeating: 0x39, count: 1 << 20)
    #expect(inspect(endless + Array("H".utf8), by: 4096).figures.cursorMoves == 1)
    #expect(inspect(endless, by: 4096).figures.cursorMoves == 0)
    #expect(MemoryLayout<TerminalParser>.size <= 80)
  }

  @Test func eachDrainTellsWhatCameSinceTheLast() {
    var inspector = TerminalInspector()
    func feed(_ text: String) { Array(text.utf8).withUnsafeBytes { inspector.feed($0, untold: 0) } }
    feed("\u{1b}[?2026h\u{1b}[2J")
    #expect(inspector.drain()?.figures.fullClears == 1)
    #expect(inspector.drain()?.figures == nil)
    feed("\u{1b}[?2026l")
    let found = inspector.drain()
    #expect(found?.markedFrames == [20: 1], "begun in the interval before")
    #expect(found?.figures.fullClears == 0)
  }
}
