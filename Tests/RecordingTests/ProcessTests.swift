// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording
import Testing

@Suite struct ProcessTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  private func record(_ states: [TracedProcess]...) throws -> RecordedRun {
    let writer = try RecordingWriter(example: path)
    for (number, processes) in states.enumerated() {
      var interval = Interval(number: number, start: UInt64(number), end: UInt64(number + 1))
      interval.processes = processes.enumerated().map { (ProcessIndex($0.offset), $0.element) }
      writer.append(interval)
    }
    try writer.finish(end: 5_000)
    return try RecordedRun(reading: path)
  }

  @Test func everyFieldComesBack() throws {
    var process = TracedProcess(key: ProcessKey(processID: 1, startTime: 2))
    process.parent = ProcessKey(processID: 29, startTime: 30)
    process.presentParent = ProcessKey(processID: 3, startTime: 31)
    process.spawner = ProcessKey(processID: 4, startTime: 5)
    process.namespaceID = 6
    process.userID = 0
    process.comm = [7]
    process.executable = [8]
    process.arguments = [9, 0]
    process.argumentsTruncated = true
    process.forkTime = 10
    process.exitTime = 11
    process.exit = ExitStatus(waitStatus: 0x8b)
    process.reapTime = 12
    process.isReaped = true
    process.isReleased = true
    process.children = ChildCounts(spawned: 13, alive: 14, zombies: 15, reaped: 16)
    process.lookups = 17
    process.failedLookups = 18
    process.lookupsByOperation = ["openat": 19, "stat": 20, "of_tomorrow": 21, "of_never": 22]
    process.outputBytes = 23
    process.inputBytes = 24
    process.terminalWrites = 25
    process.failedTerminalWrites = 26
    process.cpuTime = 27
    process.peakResidentBytes = 28
    process.residentBytes = 32
    process.isSpawnerAssumed = true
    process.isExitTimeEstimated = true
    process.tracer = ProcessKey(processID: 33, startTime: 34)
    process.reapedBy = .sibling
    process.reaper = ProcessKey(processID: 35, startTime: 36)
    process.zombiePeak = 37
    process.hasWaited = true
    let run = try record([process])
    // Every field by its name, the ones that others add later too.
    #expect(description(run.processes) == description([process]))
    #expect(run.processes.first?.lookupsByOperation == process.lookupsByOperation)
  }

  @Test func whatIsUnknownStaysUnknown() throws {
    let process = TracedProcess(key: ProcessKey(processID: 1, startTime: 2))
    let run = try record([process])
    #expect(description(run.processes) == description([process]))
    #expect(run.processes[0].exit == nil && run.processes[0].userID == nil)
  }

  @Test(arguments: [0, 0x0100, 0xff00, 9, 0x8b] as [Int32])
  func anExitComesBack(_ waitStatus: Int32) throws {
    var process = TracedProcess(key: ProcessKey(processID: 1, startTime: 2))
    process.exit = ExitStatus(waitStatus: waitStatus)
    #expect(try record([process]).processes.map(\.exit) == [ExitStatus(waitStatus: waitStatus)])
  }

  @Test func aProcessIsAsItWasLast() throws {
    var young = TracedProcess.example(intervals: 1)
    let other = TracedProcess(key: ProcessKey(processID: 42, startTime: 901))
    let first = [young, other]
    young.executable = Array("/bin/sh".utf8)
    young.lookups = 9
    young.lookupsByOperation = ["openat": 4, "stat": 5]
    let run = try record(first, [young])
    #expect(run.processes.map(\.key) == [young.key, other.key])
    #expect(run.processes[0].executable == Array("/bin/sh".utf8))
    #expect(run.processes[0].lookups == 9)
    #expect(run.processes[0].lookupsByOperation == ["openat": 4, "stat": 5])
  }

  private func description(_ processes: [TracedProcess]) -> [String] {
    processes.flatMap { process in
      Mirror(reflecting: process).children.compactMap { child in
        child.label == "lookupsByOperation"
          ? nil : "\(child.label ?? "?"): \(String(describing: child.value))"
      }
    }
  }
}
