// SPDX-License-Identifier: Apache-2.0

import Attribution
import CSpoorABI
import Events
import Testing

/// What anybody typed, from counters that run from the start.
@Suite struct InputTests {
  private func counter(_ index: UInt32, last: UInt64, writes: UInt64, bytes: UInt64)
    -> TerminalInputCounter
  {
    var key = spoor_tty()
    key.instance = 7
    key.major = 136
    key.minor = index
    var input = spoor_tty_input()
    input.last_ns = last
    input.writes = writes
    input.bytes = bytes
    return TerminalInputCounter(key, input)
  }

  private func write(_ ledger: inout Ledger, isRaw: Bool) {
    let header = EventHeader(
      time: 10, process: ProcessKey(processID: 42, startTime: 1), threadID: 42)
    ledger.apply(
      .terminalWrite(
        TerminalWrite(
          header: header, result: 1, instance: 7, major: 136, minor: 3, isInput: false,
          isRaw: isRaw)))
  }

  @Test func onlyWhatIsNewIsTold() {
    var ledger = Ledger(start: 0)
    write(&ledger, isRaw: true)
    ledger.apply(counter(3, last: 20, writes: 2, bytes: 5))
    #expect(
      ledger.endInterval(at: 100).inputs
        == [TerminalInputCount(terminal: 0, lastTime: 20, writes: 2, bytes: 5)])
    ledger.apply(counter(3, last: 20, writes: 2, bytes: 5))
    #expect(ledger.endInterval(at: 200).inputs == [])
    ledger.apply(counter(3, last: 250, writes: 3, bytes: 9))
    #expect(
      ledger.endInterval(at: 300).inputs
        == [TerminalInputCount(terminal: 0, lastTime: 250, writes: 1, bytes: 4)])
  }

  @Test func whatIsTypedElsewhereStaysUntold() {
    var ledger = Ledger(start: 0)
    write(&ledger, isRaw: true)
    ledger.apply(counter(4, last: 20, writes: 2, bytes: 5))
    #expect(ledger.endInterval(at: 100).inputs == [])
  }

  @Test func resizesAreCountedByWhoWasTold() {
    var script = EventScript()
    script.lookup(7, "/")
    script.resize(7)
    script.resize(7)
    // Nobody knows this one: it has not passed --uid.
    script.resize(8)
    #expect(
      script.endInterval().resizes == [ResizeCount(process: 0, lastTime: 3, count: 2)])
    #expect(script.endInterval().resizes == [])
  }

  @Test func theLastWriteTellsWhetherATerminalIsRaw() {
    var ledger = Ledger(start: 0)
    write(&ledger, isRaw: false)
    write(&ledger, isRaw: true)
    #expect(ledger.endInterval(at: 100).terminalWrites.map(\.isRaw) == [true])
    write(&ledger, isRaw: true)
    write(&ledger, isRaw: false)
    #expect(ledger.endInterval(at: 200).terminalWrites.map(\.isRaw) == [false])
  }
}
