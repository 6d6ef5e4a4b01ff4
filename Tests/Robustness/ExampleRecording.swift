// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Foundation
import Recording

/// A small recording with rows in every table, whose figures are large enough for findings.
package enum ExampleRecording {
  /// Nanoseconds since boot.
  private static let start: UInt64 = 1_000_000_000_000
  private static let second: UInt64 = 1_000_000_000
  private static let intervals = 12

  private static let agent = ProcessKey(processID: 4_201, startTime: start + 1)
  private static let child = ProcessKey(processID: 4_207, startTime: start + second)
  private static let server = ProcessKey(processID: 4_209, startTime: start + 2 * second)

  /// Writes it as the recorder does.
  package static func write(to path: String) throws {
    let header = RecordingHeader(
      started: Date(timeIntervalSince1970: 1_790_000_000.125), startTime: start,
      kernel: "6.18.5", command: ["agent", "--model", "gpt 5"], intervalLength: second,
      unseen: ["io_uring is not seen."], spoorVersion: "0.1.0", options: ["--events"])
    let writer = try RecordingWriter(path: path, header: header, recordsEvents: true)
    for number in 0..<intervals {
      writer.append(interval(number))
      writer.appendEvents(rawEvents(number))
    }
    writer.append(Timeline.Mark(time: start + 3 * second, name: "prompt"))
    writer.append(Timeline.Mark(time: start + 6 * second, name: "idle"))
    writer.note(target: agent, end: start + 10 * second)
    try writer.finish(end: start + UInt64(intervals) * second)
  }

  private static func interval(_ number: Int) -> Interval {
    let begin = start + UInt64(number) * second
    var interval = Interval(number: number, start: begin, end: begin + second)
    interval.lookups = lookups
    if number == 0 { enterNames(in: &interval) }
    interval.terminalWrites = [
      TerminalWriteCount(
        process: 0, terminal: 0, direction: .output, bytes: 90_000, writes: 640, failed: 1,
        isRaw: true),
      TerminalWriteCount(
        process: 2, terminal: 0, direction: .input, bytes: 12, writes: 3, failed: 0),
    ]
    interval.inputs = [
      TerminalInputCount(terminal: 0, lastTime: begin + 7, writes: 3, bytes: 12)
    ]
    interval.resizes = [ResizeCount(process: 0, lastTime: begin + 8, count: 1)]
    interval.frames = [
      FrameCount(process: 0, terminal: 0, bytes: 1_200, frames: 60),
      FrameCount(process: 0, terminal: 0, bytes: 9_000, frames: 2),
    ]
    interval.inspections = [inspection]
    interval.usages = [
      ProcessUsage(
        process: 0, cpuTime: UInt64(number + 1) * 900_000_000, residentBytes: 40_000_000)
    ]
    interval.threadCensus = CensusCost(passes: 1, threads: 300, duration: 400_000)
    interval.overhead = Overhead(
      cpuTime: 30_000_000, residentBytes: 41_000_000, peakResidentBytes: 43_000_000,
      timing: Overhead.Timing(timed: 20_000_000, untimed: 980_000_000),
      programs: [
        Overhead.Program(
          name: "spoor_sys_exit", runs: 90_000, runTime: 20_000_000, verifiedInstructions: 41_000)
      ])
    interval.processes = processes(number)
    if number == 1 { interval.processEvents = forks }
    interval.descriptors = descriptors(number, at: begin)
    interval.kernelMemory = [
      KernelMemorySample(
        time: begin,
        caches: [
          SlabCache(
            name: "dentry", objects: 5_000 + UInt64(number) * 90,
            bytes: 960_000 + UInt64(number) * 17_280)
        ])
    ]
    if number == 4 { addLoss(to: &interval) }
    return interval
  }

  private static var lookups: [LookupCount] {
    let openat = Operation(name: "openat") ?? Operation(rawValue: 1)
    return [
      LookupCount(process: 0, path: 0, operation: openat, errno: 0, count: 124),
      LookupCount(process: 0, path: 1, operation: openat, errno: 2, count: 90),
      LookupCount(process: 1, path: 2, operation: openat, errno: 13, count: 8),
      LookupCount(process: 2, path: 2, operation: openat, errno: 0, count: 2),
    ]
  }

  private static func enterNames(in interval: inout Interval) {
    let tty = Array("/dev/tty".utf8)
    interval.newPaths = [
      LookedUpPath(given: tty, absolute: tty, resolution: .resolved),
      LookedUpPath(given: Array("lib/libz.so".utf8), resolution: .unresolved),
      LookedUpPath(
        given: Array("cfg".utf8), absolute: Array("/home/me/cfg".utf8), resolution: .resolved,
        opened: Array("/home/me/.config/agent.toml".utf8)),
    ]
    interval.newTerminals = [Terminal(instance: 27, major: 136, minor: 3)]
  }

  private static var inspection: TerminalInspection {
    var figures = InspectedFigures()
    figures.bytes = 90_000
    figures.fullClears = 30
    figures.cursorMoves = 4_000
    figures.graphemeClusters = 2
    return TerminalInspection(
      process: 0, terminal: 0, figures: figures, markedFrames: [1_450: 60])
  }

  private static func processes(_ number: Int) -> [(index: ProcessIndex, process: TracedProcess)] {
    switch number {
    case 0: [(0, agentProcess)]
    case 1: [(1, childProcess), (2, serverProcess)]
    case 10: [(0, ended(agentProcess))]
    default: []
    }
  }

  private static var agentProcess: TracedProcess {
    var process = TracedProcess(key: agent)
    process.comm = Array("MainThread".utf8)
    process.executable = Array("/usr/local/bin/agent".utf8)
    process.arguments = Array("agent\0--model\0gpt 5\0".utf8)
    process.presentParent = ProcessKey(processID: 999, startTime: 9_000)
    process.parent = process.presentParent
    process.spawner = process.presentParent
    process.tracer = ProcessKey(processID: 4_100, startTime: 9_500)
    process.userID = 1_000
    process.forkTime = agent.startTime
    process.children = ChildCounts(spawned: 2, alive: 1, zombies: 1, reaped: 0)
    process.zombiePeak = 1
    process.lookups = 2_568
    process.failedLookups = 1_080
    process.lookupsByOperation = ["openat": 2_568]
    process.outputBytes = 1_080_000
    process.terminalWrites = 7_680
    process.failedTerminalWrites = 12
    process.cpuTime = 10_800_000_000
    process.peakResidentBytes = 44_000_000
    process.residentBytes = 40_000_000
    var use = DescriptorUse()
    use.limit = 1_024
    use.masters = MasterUse(slaveOpen: 1, slaveClosed: 1)
    use.inotifyInstances = 3
    use.inotifyWatches = 700
    use.repeatedCount = 40
    use.repeatedPath = Array("/dev/tty".utf8)
    process.descriptors = use
    return process
  }

  private static func ended(_ process: TracedProcess) -> TracedProcess {
    var process = process
    process.exitTime = start + 10 * second
    process.exit = ExitStatus(waitStatus: 139)
    process.reapTime = start + 10 * second + 1
    process.isReaped = true
    process.isReleased = true
    process.reapedBy = .parent
    process.reaper = process.parent
    process.residentBytes = nil
    return process
  }

  private static var childProcess: TracedProcess {
    var process = TracedProcess(key: child)
    process.comm = Array("git".utf8)
    process.executable = Array("/usr/bin/git".utf8)
    process.arguments = Array("git\0rev-parse\0HEAD\0".utf8)
    process.parent = agent
    process.presentParent = agent
    process.spawner = agent
    process.userID = 1_000
    process.forkTime = child.startTime
    process.exitTime = child.startTime + 5
    process.exit = ExitStatus(waitStatus: 1 << 8)
    process.lookups = 96
    process.failedLookups = 96
    process.lookupsByOperation = ["openat": 96]
    return process
  }

  private static var serverProcess: TracedProcess {
    var process = TracedProcess(key: server)
    process.comm = Array("python3".utf8)
    process.executable = Array("/usr/bin/python3".utf8)
    process.arguments = Array("python3\0-m\0mcp_server\0".utf8)
    process.argumentsTruncated = true
    process.parent = agent
    process.presentParent = ProcessKey(processID: 1, startTime: 1)
    process.spawner = agent
    process.userID = 1_000
    process.forkTime = server.startTime
    process.lookups = 24
    process.inputBytes = 144
    process.terminalWrites = 36
    process.lookupsByOperation = ["openat": 24]
    process.residentBytes = 9_000_000
    return process
  }

  private static var forks: [ProcessEvent] {
    [
      ProcessEvent(time: child.startTime, process: 1, kind: .fork),
      ProcessEvent(time: child.startTime + 2, process: 1, kind: .exec),
      ProcessEvent(time: child.startTime + 5, process: 1, kind: .exit),
      ProcessEvent(time: child.startTime + 9, process: 2, kind: .fork),
    ]
  }

  private static func descriptors(_ number: Int, at time: UInt64) -> DescriptorInterval {
    var found = DescriptorInterval()
    found.passes = [
      DescriptorPassRow(
        number: number, time: time, duration: 7_000, cpuTime: 6_000, descriptors: 900, tables: 40,
        pseudoterminals: PseudoterminalUse(
          used: 20 + UInt64(number), limit: 4_096, reserve: 1_024),
        explainedMasters: 19, followedMasters: 2,
        inotifyLimits: InotifyLimits(instances: 128, watches: 65_536))
    ]
    found.changes = [
      DescriptorChange(
        pass: number, process: 0, descriptorClass: .pipe, count: UInt64(number * 60 + 2)),
      DescriptorChange(
        pass: number, process: 0, descriptorClass: .ptyMaster, count: UInt64(number + 1)),
    ]
    // One a second, and none is ever closed.
    found.masters = [
      (
        number,
        PTYMaster(
          instance: 27, index: UInt32(number + 4), slave: number == 0 ? .open : .closed,
          madeTime: time, opener: agent, openerIsSeen: true, holders: [agent: 1, server: 1],
          otherDescriptors: 1)
      )
    ]
    found.inotifyUsers = [InotifyUse(userID: 1_000, instances: 3, watches: 700)]
    return found
  }

  private static func addLoss(to interval: inout Interval) {
    interval.loss = Loss(
      kinds: ["lookup": .init(observed: 230, delivered: 224, dropped: ["ringFull": 6])],
      notes: ["pathTruncated": 2])
    interval.gaps = [(0, Loss.Gap(start: interval.start, end: interval.end, dropped: 6))]
  }

  private static func rawEvents(_ number: Int) -> [RawEvent] {
    guard number == 0 else { return [] }
    var lookup = RawEvent(time: start + 5, process: 0, threadID: 4_202, kind: .lookup)
    lookup.operation = Operation(name: "openat")
    lookup.path = 1
    lookup.pathStatus = .whole
    lookup.result = -2
    var write = RawEvent(time: start + 6, process: 0, threadID: 4_202, kind: .terminalWrite)
    write.terminal = 0
    write.direction = .output
    write.result = 10
    return [lookup, write]
  }
}
