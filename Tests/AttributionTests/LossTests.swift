// SPDX-License-Identifier: Apache-2.0

import Attribution
import CSpoorABI
import Events
import Testing

/// Loss by kind and reason, and the times of it.
struct LossTests {
  /// Counters of one CPU: exec records, of which some found the ring full.
  private func statistics(
    delivered: UInt64, dropped: UInt64, from first: UInt64 = 0, to last: UInt64 = 0
  ) -> spoor_statistics {
    var raw = spoor_statistics()
    withUnsafeMutableBytes(of: &raw.observed) {
      $0.bindMemory(to: UInt64.self)[Int(SPOOR_KIND_EXEC.rawValue)] = delivered + dropped
    }
    withUnsafeMutableBytes(of: &raw.delivered) {
      $0.bindMemory(to: UInt64.self)[Int(SPOOR_KIND_EXEC.rawValue)] = delivered
    }
    withUnsafeMutableBytes(of: &raw.dropped) {
      let row = Int(SPOOR_KIND_EXEC.rawValue) * Int(SPOOR_DROP_COUNT.rawValue)
      $0.bindMemory(to: UInt64.self)[row + Int(SPOOR_DROP_TOO_LARGE.rawValue)] = dropped
    }
    raw.first_drop_ns = first
    raw.last_drop_ns = last
    return raw
  }

  private func apply(_ cpus: [spoor_statistics], to ledger: inout Ledger) -> Set<EventKind> {
    ledger.apply(ProbeStatistics(perCPU: cpus, recursionMisses: 0))
  }

  @Test func lossIsToldByKindAndReasonAndSummedOverTheCPUs() throws {
    var ledger = Ledger(start: 0)
    #expect(
      apply(
        [
          statistics(delivered: 10, dropped: 2, from: 5, to: 6),
          statistics(delivered: 1, dropped: 0),
        ], to: &ledger) == [.exec])
    let loss = ledger.loss
    #expect(loss.observed == 13)
    #expect(loss.delivered == 11)
    #expect(loss.dropped["recordTooLarge"] == 2)
    #expect(loss.dropped["ringFull"] == 0)
    #expect(loss.kinds["exec"]?.observed == 13)
    #expect(loss.kinds["lookup"]?.observed == 0)
    #expect(loss.summary == "2 lost (recordTooLarge 2)")
    #expect(!loss.isComplete)
  }

  @Test func aGapSpansAllCPUsAndGoesOnWhileEventsAreLost() {
    var ledger = Ledger(start: 0)
    #expect(
      apply(
        [
          statistics(delivered: 1, dropped: 2, from: 50, to: 60),
          statistics(delivered: 1, dropped: 3, from: 40, to: 55),
        ], to: &ledger) == [.exec])
    #expect(ledger.endInterval(at: 100).gaps.map(\.gap) == [.init(start: 40, end: 60, dropped: 5)])
    // The same gap: its CPU had no pause.
    #expect(
      apply(
        [
          statistics(delivered: 1, dropped: 9, from: 50, to: 130),
          statistics(delivered: 1, dropped: 3, from: 40, to: 55),
        ], to: &ledger) == [.exec])
    let second = ledger.endInterval(at: 200).gaps
    #expect(second.map(\.index) == [0])
    #expect(second.map(\.gap) == [.init(start: 40, end: 130, dropped: 12)])
    // Nothing new.
    #expect(
      apply(
        [
          statistics(delivered: 5, dropped: 9, from: 50, to: 130),
          statistics(delivered: 1, dropped: 3, from: 40, to: 55),
        ], to: &ledger
      ).isEmpty)
    #expect(ledger.endInterval(at: 300).gaps.isEmpty)
    // Another one, after a pause.
    #expect(
      apply(
        [
          statistics(delivered: 5, dropped: 10, from: 350, to: 350),
          statistics(delivered: 1, dropped: 3, from: 40, to: 55),
        ], to: &ledger) == [.exec])
    #expect(ledger.endInterval(at: 400).gaps.map(\.index) == [1])
    #expect(
      ledger.gaps == [
        .init(start: 40, end: 130, dropped: 12), .init(start: 350, end: 350, dropped: 1),
      ])
  }

  @Test func anUndecodedCallLeavesTheCountsIncomplete() {
    var ledger = Ledger(start: 0)
    var raw = spoor_statistics()
    raw.compat_calls = 1
    #expect(apply([raw], to: &ledger).isEmpty)
    #expect(!ledger.loss.isComplete)
    #expect(ledger.loss.summary == "0 lost, compatCalls 1")
  }
}
