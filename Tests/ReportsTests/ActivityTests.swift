// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Foundation
import Reports
import Testing

/// What `trace --stats` makes of intervals.
@Suite struct ActivityTests {
  private func process(_ id: UInt32, _ name: String, lookups: [String: UInt64] = [:])
    -> TracedProcess
  {
    var process = TracedProcess(key: ProcessKey(processID: id, startTime: UInt64(id) * 10))
    process.executable = Array("/usr/bin/\(name)".utf8)
    process.arguments = Array("\(name)\0".utf8)
    process.lookupsByOperation = lookups
    process.lookups = lookups.values.reduce(0, +)
    return process
  }

  private func interval(
    _ number: Int, _ processes: [(index: ProcessIndex, process: TracedProcess)]
  ) -> Interval {
    var interval = Interval(
      number: number, start: UInt64(number) * 1_000_000_000,
      end: UInt64(number + 1) * 1_000_000_000)
    interval.processes = processes
    return interval
  }

  private func text(_ rows: [ProcessActivity], _ interval: Interval, width: Int = 100) -> String {
    TextActivity(rows, of: interval, time: "12:00:00.000", width: width).text(.plain)
  }

  @Test func anIntervalHasWhatCameSinceTheOneBefore() throws {
    var account = ActivityAccount()
    var git = process(7, "git", lookups: ["openat": 10, "newfstatat": 5])
    git.failedLookups = 3
    git.outputBytes = 100
    git.terminalWrites = 2
    _ = account.take(interval(0, [(0, git)]))
    git.lookups = 40
    git.lookupsByOperation = ["openat": 28, "newfstatat": 12]
    git.failedLookups = 4
    git.outputBytes = 150
    git.inputBytes = 7
    git.terminalWrites = 5
    let row = try #require(account.take(interval(1, [(0, git)])).first)
    #expect(row.activity.lookups == 25)
    #expect(row.activity.opens == 18)
    #expect(row.activity.failedLookups == 1)
    #expect(row.activity.outputBytes == 50)
    #expect(row.activity.inputBytes == 7)
    #expect(row.activity.terminalWrites == 3)
    #expect(account.take(interval(2, [(0, git)])).isEmpty)
  }

  @Test func whatWasUsedBeforeTheTracingIsOfNoInterval() {
    var account = ActivityAccount()
    var old = process(7, "daemon")
    old.cpuTime = 5_000_000_000
    #expect(account.take(interval(1, [(0, old)])).isEmpty)
    old.cpuTime = 5_500_000_000
    #expect(account.take(interval(2, [(0, old)])).map(\.activity.cpuSeconds) == [0.5])
    // It is nothing that `trace --stats` shows.
    old.cpuTime = 6_000_000_000
    #expect(account.take(interval(3, [(0, old)])).busiestFirst.isEmpty)
  }

  @Test func childrenAreTheirSpawnersAndFramesTheirDrawers() throws {
    var account = ActivityAccount()
    let shell = process(7, "sh")
    _ = account.take(interval(0, [(0, shell)]))
    var children: [(index: ProcessIndex, process: TracedProcess)] = []
    for id: UInt32 in 8...10 {
      var child = process(id, "true")
      child.spawner = shell.key
      children.append((ProcessIndex(id), child))
    }
    var next = interval(1, children)
    next.processEvents = children.map { ProcessEvent(time: 1, process: $0.index, kind: .fork) }
    next.frames = [
      FrameCount(process: 9, terminal: 0, bytes: 12, frames: 4),
      FrameCount(process: 9, terminal: 0, bytes: 13, frames: 1),
    ]
    let rows = account.take(next).busiestFirst
    #expect(rows.map(\.process.key.processID) == [7, 9])
    #expect(rows.map(\.activity.spawned) == [3, 0])
    #expect(rows.map(\.activity.frames) == [0, 5])
  }

  @Test func whoMarksFramesHasNoOthers() {
    var account = ActivityAccount()
    var first = interval(0, [(0, process(7, "tui"))])
    first.inspections = [
      TerminalInspection(
        process: 0, terminal: 0, figures: InspectedFigures(), markedFrames: [20: 3, 30: 2])
    ]
    first.frames = [FrameCount(process: 0, terminal: 0, bytes: 20, frames: 1)]
    #expect(account.take(first).map(\.activity.frames) == [5])
    var second = interval(1, [])
    second.frames = first.frames + [FrameCount(process: 0, terminal: 1, bytes: 20, frames: 2)]
    #expect(account.take(second).map(\.activity.frames) == [2])
  }

  @Test func theLastCountsOfAReleasedProcessStillCount() {
    var account = ActivityAccount()
    var gone = process(7, "true", lookups: ["openat": 3])
    gone.isReleased = true
    #expect(account.take(interval(0, [(0, gone)])).map(\.activity.lookups) == [3])
    gone.lookups = 5
    #expect(account.take(interval(1, [(0, gone)])).map(\.activity.lookups) == [2])
    // Forgotten: what comes under its number is another.
    let other = interval(2, [(0, process(9, "new", lookups: ["stat": 1]))])
    #expect(account.take(other).map(\.activity.lookups) == [1])
  }

  @Test func theTableHasTheBusiestFirstAndSumsUpTheRest() throws {
    var account = ActivityAccount()
    let many = (1...25).map { id -> (index: ProcessIndex, process: TracedProcess) in
      (ProcessIndex(id), process(UInt32(id), "tool\(id)", lookups: ["openat": UInt64(id * 1_000)]))
    }
    let first = interval(0, many)
    let rows = account.take(first)
    let lines = text(rows, first).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "12:00:00.000  1.00 s")
    #expect(lines[1] == "PID  PROCESS  LOOKUPS  FAILED   OPENS  TTY  FRAMES  CHILDREN")
    #expect(lines[2] == " 25  tool25    25,000       -  25,000    -       -         -")
    #expect(lines[22] == "… and 5 more processes (15,000 lookups)")
    #expect(lines[23...] == ["", ""])
    #expect(text(rows, first, width: 40).split(separator: "\n").allSatisfy { $0.count <= 40 })
  }

  @Test func nothingAndLossAreSaid() {
    var quiet = interval(0, [])
    #expect(text([], quiet) == "12:00:00.000  1.00 s  nothing\n\n")
    quiet.loss.kinds["lookup"] = .init(observed: 5, delivered: 3, dropped: ["ringFull": 2])
    #expect(text([], quiet) == "12:00:00.000  1.00 s  2 lost (ringFull 2)  nothing\n\n")
  }

  @Test func jsonIsOneLineAndSafe() throws {
    var account = ActivityAccount()
    var hostile = process(7, "x", lookups: ["openat": 2])
    hostile.executable = Array("/tmp/a\u{1b}]52;\n\u{9b}\u{202e}".utf8) + [0xff]
    let first = interval(0, [(0, hostile)])
    let line = try ActivityDocument(account.take(first), of: first, time: 1_795_000_000).encoded()
    #expect(line.last == "\n")
    #expect(line.dropLast().unicodeScalars.allSatisfy { (0x20..<0x7f).contains($0.value) })
    #expect(
      line.contains(
        #""processes":[{"exe":"/tmp/a\u001b]52;\n\u009b\u202e\\xff","failedLookups":0,"#))
    #expect(line.contains(#""durationNs":1000000000"#))
    #expect(line.contains(#""lookups":2,"opens":2,"#))
  }
}
