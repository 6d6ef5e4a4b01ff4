// SPDX-License-Identifier: Apache-2.0

import Attribution
import CAllocationCounter
import CSpoorABI
import Events
import Glibc

/// Replays records into ledgers and prints a line per measurement.
struct Bench {
  private let store: RecordStore
  private let rounds: Int
  /// Each round of a steady state takes in so many events, then ends an interval.
  private static let eventsPerInterval = 1_000_000

  init(_ store: RecordStore, rounds: Int) {
    self.store = store
    self.rounds = rounds
  }

  /// Prints all; returns whether the steady state allocated nothing.
  func run() -> Bool {
    printKinds()
    let lookups = records { $0 == SPOOR_KIND_LOOKUP }
    let terminalWrites = records { $0 == SPOOR_KIND_TTY_WRITE }
    let steady = records { $0 == SPOOR_KIND_LOOKUP || $0 == SPOOR_KIND_TTY_WRITE }
    let lives = records { $0 != SPOOR_KIND_LOOKUP && $0 != SPOOR_KIND_TTY_WRITE }
    print("\n                                   median ns   min ns   allocations   per")
    measureDecoding()
    _ = measureSteadyState(lookups, "lookups")
    _ = measureSteadyState(terminalWrites, "terminal writes")
    let both = measureSteadyState(steady, "lookups and terminal writes")
    measureFirstTime(lives, "process events, new ledger")
    measureFirstTime(store.records, "everything, new ledger")
    return both.allocations == 0
  }

  private func records(_ isWanted: (spoor_kind) -> Bool) -> [UnsafeRawBufferPointer] {
    store.records.filter { isWanted(Self.kind($0)) }
  }

  private static func kind(_ record: UnsafeRawBufferPointer) -> spoor_kind {
    guard record.count >= MemoryLayout<spoor_header>.size else { return SPOOR_KIND_NONE }
    return spoor_kind(UInt32(record.load(as: spoor_header.self).kind))
  }

  private func printKinds() {
    let names = ["malformed", "lookup", "tty write", "fork", "exec", "exit", "release", "wait"]
    var counts = Array(repeating: 0, count: names.count)
    for record in store.records {
      let kind = Int(Self.kind(record).rawValue)
      counts[kind < counts.count ? kind : 0] += 1
    }
    let kinds = zip(names, counts).filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }
    print("\(store.count) events: \(kinds.joined(separator: ", "))")
  }

  // MARK: Measurements

  private func measureDecoding() {
    var checksum: UInt64 = 0
    let figures = measure(events: store.count) {
      for record in store.records {
        if let event = try? Event(record: record) { checksum &+= Self.time(of: event) }
      }
    }
    figures.print("decoding alone")
    if checksum == 0 { print("nothing could be decoded") }
  }

  private static func time(of event: Event) -> UInt64 {
    switch event {
    case .lookup(let lookup): lookup.header.time &+ UInt64(lookup.path.count)
    case .terminalWrite(let write): write.header.time
    case .fork(let fork): fork.header.time
    case .exec(let exec): exec.header.time
    case .exit(let exit): exit.header.time
    case .release(let release): release.header.time
    case .wait(let wait): wait.header.time
    case .resize(let resize): resize.header.time
    case .master(let change): change.header.time
    case .terminalText(let text): text.header.time
    }
  }

  /// Into one ledger that knows every process, path and terminal from the round before.
  private func measureSteadyState(
    _ records: [UnsafeRawBufferPointer], _ name: String
  ) -> Figures {
    guard !records.isEmpty else { return Figures() }
    let passes = max(1, Self.eventsPerInterval / records.count)
    var ledger = Ledger(start: 0)
    Self.replay(records, into: &ledger)
    _ = ledger.endInterval(at: 0)
    var rows = 0
    var figures = Figures()
    var intervals = Figures()
    for _ in 0..<rounds {
      figures.take(events: records.count * passes) {
        for _ in 0..<passes { Self.replay(records, into: &ledger) }
      }
      intervals.take(events: 1) { rows = ledger.endInterval(at: 0).lookups.count }
    }
    figures.print(name)
    intervals.print("  end of an interval, \(rows) rows", per: "interval")
    return figures
  }

  /// Into a new ledger each round.
  private func measureFirstTime(_ records: [UnsafeRawBufferPointer], _ name: String) {
    guard !records.isEmpty else { return }
    let figures = measure(events: records.count) {
      var ledger = Ledger(start: 0)
      Self.replay(records, into: &ledger)
    }
    figures.print(name)
  }

  private func measure(events: Int, _ body: () -> Void) -> Figures {
    var figures = Figures()
    body()
    for _ in 0..<rounds { figures.take(events: events, body) }
    return figures
  }

  /// What `EventPump.receive` does.
  private static func replay(
    _ records: [UnsafeRawBufferPointer], into ledger: inout Ledger
  ) {
    for record in records {
      do throws(MalformedRecord) {
        ledger.apply(try Event(record: record))
      } catch {
        ledger.countMalformed()
      }
    }
  }
}
