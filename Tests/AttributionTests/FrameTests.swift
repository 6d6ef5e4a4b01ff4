// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

/// Frames: writes of a process to a terminal that are less than the gap apart.
struct FrameTests {
  private static let gap: UInt64 = 100

  private struct Drawn: Hashable {
    var process: ProcessIndex
    var bytes: UInt64
    var frames: UInt64
  }

  /// Writes at given times; the frames of each interval, which end at the given times.
  private func frames(
    _ writes: [(time: UInt64, id: UInt32, bytes: Int64)], isInput: Bool = false,
    intervals: [UInt64] = [], end: UInt64 = 10_000
  ) -> [Set<Drawn>] {
    var ledger = Ledger(start: 0, frameGap: Self.gap)
    var told: [Set<Drawn>] = []
    var left = writes[...]
    func takeIn(until time: UInt64, _ ledger: inout Ledger) {
      while let write = left.first, write.time <= time {
        left.removeFirst()
        ledger.apply(
          .terminalWrite(
            TerminalWrite(
              header: EventHeader(
                time: write.time, process: EventScript.key(write.id), threadID: write.id),
              result: write.bytes, instance: 24, major: 136, minor: 3, isInput: isInput)))
      }
    }
    func tell(_ interval: Interval) {
      told.append(
        Set(
          interval.frames.map {
            Drawn(process: $0.process, bytes: $0.bytes, frames: $0.frames)
          }))
    }
    for time in intervals {
      takeIn(until: time, &ledger)
      tell(ledger.endInterval(at: time))
    }
    takeIn(until: end, &ledger)
    tell(ledger.endInterval(at: end, isLast: true))
    return told
  }

  @Test func writesCloserThanTheGapAreOneFrame() {
    #expect(
      frames([(10, 1, 5), (109, 1, 6), (208, 1, 7)])
        == [[Drawn(process: 0, bytes: 18, frames: 1)]])
  }

  @Test func aWriteAfterTheGapBeginsAnother() {
    #expect(
      frames([(10, 1, 5), (110, 1, 5), (210, 1, 7)])
        == [[Drawn(process: 0, bytes: 5, frames: 2), Drawn(process: 0, bytes: 7, frames: 1)]])
  }

  @Test func failedAndEmptyWritesNeitherBeginNorProlongAFrame() {
    #expect(
      frames([(10, 1, -11), (50, 1, 4), (120, 1, -5), (149, 1, 0), (151, 1, 4)])
        == [[Drawn(process: 0, bytes: 4, frames: 2)]])
    #expect(frames([(10, 1, -11), (20, 1, 0)]) == [[]])
  }

  @Test func framesAreOfTheProcessThatWrites() {
    #expect(
      frames([(10, 1, 5), (20, 2, 5), (30, 1, 5)])
        == [[Drawn(process: 0, bytes: 10, frames: 1), Drawn(process: 1, bytes: 5, frames: 1)]])
  }

  @Test func inputDrawsNothing() {
    #expect(frames([(10, 1, 5)], isInput: true) == [[]])
  }

  @Test func aFrameCountsInTheIntervalInWhichItIsOver() {
    // At 300 the second frame may still go on; at 400 two gaps have passed.
    #expect(
      frames([(10, 1, 5), (200, 1, 6), (250, 1, 1)], intervals: [300, 400, 500])
        == [
          [Drawn(process: 0, bytes: 5, frames: 1)], [],
          [Drawn(process: 0, bytes: 7, frames: 1)], [],
        ])
  }

  @Test func theLastIntervalEndsWhatIsOpen() {
    #expect(frames([(990, 1, 5)], end: 1_000) == [[Drawn(process: 0, bytes: 5, frames: 1)]])
  }

  @Test func anEventOutOfOrderJoinsItsFrame() {
    #expect(
      frames([(150, 1, 5), (40, 1, 6), (249, 1, 1)])
        == [[Drawn(process: 0, bytes: 12, frames: 1)]])
  }
}
