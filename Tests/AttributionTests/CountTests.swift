// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

struct CountTests {
  @Test func lookupsAreCountedByPathOperationAndErrno() {
    var script = EventScript()
    for _ in 0..<3 { script.lookup(7, "/etc/hosts") }
    script.lookup(7, "/etc/hosts", result: -2)
    script.lookup(7, "/etc/hosts", "statx")
    script.lookup(8, "/etc/hosts")
    let interval = script.endInterval()
    #expect(interval.newPaths.map(\.given) == [Array("/etc/hosts".utf8)])
    let counts = interval.lookups.map {
      [UInt64($0.process), UInt64($0.errno), $0.operation.name == "statx" ? 1 : 0, $0.count]
    }
    #expect(Set(counts) == [[0, 0, 0, 3], [0, 2, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1]])
  }

  @Test func anIntervalHoldsOnlyItsOwn() {
    var script = EventScript()
    script.lookup(7, "/a")
    _ = script.endInterval()
    script.lookup(7, "/b")
    let interval = script.endInterval()
    #expect(interval.number == 1)
    #expect(interval.firstNewPath == 1)
    #expect(interval.newPaths.map(\.given) == [Array("/b".utf8)])
    #expect(interval.lookups.count == 1)
    #expect(interval.lookups.first?.path == 1)
  }

  @Test func aPartAndTheRestAreTheInterval() {
    var script = EventScript()
    script.lookup(7, "/a")
    script.lookup(7, "/b")
    #expect(script.ledger.newPathCount == 2)
    let part = script.ledger.takePart(at: 5)
    #expect(part.number == 0 && part.start == 0 && part.end == 5)
    #expect(part.firstNewPath == 0)
    #expect(part.newPaths.map(\.given) == [Array("/a".utf8), Array("/b".utf8)])
    #expect(part.lookups.map(\.path).sorted() == [0, 1])
    #expect(part.processes.map(\.process.key.processID) == [7])
    script.lookup(7, "/a")
    script.lookup(7, "/c")
    script.ledger.skipNewPaths()
    script.lookup(7, "/d")
    let interval = script.endInterval()
    #expect(interval.firstNewPath == 3)
    #expect(interval.newPaths.map(\.given) == [Array("/d".utf8)])
    #expect(script.ledger.newPathCount == 0)
    #expect(interval.number == 0)
    #expect(interval.lookups.allSatisfy { $0.count == 1 })
    #expect(interval.lookups.map(\.path).sorted() == [0, 2, 3])
    #expect(interval.processes.map(\.process.key.processID) == [7])
  }

  @Test func manyPathsKeepTheirNumbers() {
    var script = EventScript()
    for round in 0..<2 {
      for number in 0..<10_000 { script.lookup(7, "/dir/\(number)") }
      let interval = script.endInterval()
      #expect(interval.lookups.count == 10_000)
      #expect(interval.lookups.allSatisfy { $0.count == 1 })
      #expect(interval.newPaths.count == (round == 0 ? 10_000 : 0))
    }
  }

  @Test func pathsThatDifferInTheLastByteOrLengthStayApart() {
    var script = EventScript()
    for path in ["", "/", "/12345678", "/12345679", "/1234567", "/12345678/"] {
      script.lookup(7, path)
    }
    #expect(script.endInterval().lookups.count == 6)
  }

  @Test func aSuccessfulExecIsALookup() {
    var script = EventScript()
    script.exec(7, "/bin/ls")
    script.exec(7, "tool", "execveat")
    script.exec(7, "/dev/fd/5/tool", "execveat")
    let interval = script.endInterval()
    #expect(
      interval.newPaths.map(\.given)
        == ["/bin/ls", "tool", "/dev/fd/5/tool"].map { Array($0.utf8) })
    #expect(interval.lookups.count == 3)
  }

  @Test func anExecOfADescriptorIsNoLookup() {
    var script = EventScript()
    script.exec(7, "/dev/fd/5", "none")
    #expect(script.endInterval().lookups.isEmpty)
  }

  @Test func terminalBytesAreThoseReturned() {
    var script = EventScript()
    script.write(7, pts: 3, result: 10)
    script.write(7, pts: 3, result: 5)
    script.write(7, pts: 3, result: -11)
    script.write(7, pts: 3, result: 2, isInput: true)
    let interval = script.endInterval()
    #expect(interval.newTerminals.map(\.name) == ["pts/3"])
    let output = interval.terminalWrites.first { $0.direction == .output }
    #expect(output?.bytes == 15)
    #expect(output?.writes == 3)
    #expect(output?.failed == 1)
    let input = interval.terminalWrites.first { $0.direction == .input }
    #expect(input?.bytes == 2)
  }

  @Test func onlyChangedProcessesAreTold() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    #expect(script.endInterval().processes.count == 2)
    script.lookup(1, "/a")
    #expect(script.endInterval().processes.isEmpty)
    script.exit(2)
    #expect(script.endInterval().processes.count == 2)
  }

  @Test func aReleasedProcessIsForgottenAndItsRowsStay() {
    var script = EventScript()
    script.exec(1, "/bin/sh")
    script.fork(2, by: 1)
    script.exit(2)
    script.wait(1, for: 2)
    script.release(2)
    #expect(script.endInterval().processes.count == 2)
    #expect(script.process(2) != nil)
    _ = script.endInterval()
    #expect(script.process(2) == nil)
    #expect(script.process(1)?.children.reaped == 1)
  }
}
