// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Foundation
import Recording
import Reports

/// NUL-terminated, as the kernel keeps an argument vector.
func vector(_ words: String...) -> [UInt8] {
  words.flatMap { Array($0.utf8) + [0] }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension ProcessKey {
  static let codex = ProcessKey(processID: 4_201, startTime: 5_000_000_000)
  static let git = ProcessKey(processID: 4_207, startTime: 5_200_000_000)
  static let hostile = ProcessKey(processID: 1_234_567, startTime: 5_300_000_000)
}

extension TracedProcess {
  init(
    _ key: ProcessKey, _ executable: String, _ arguments: [UInt8], comm: String,
    spawner: ProcessKey? = nil
  ) {
    self.init(key: key)
    self.executable = bytes(executable)
    self.arguments = arguments
    self.comm = bytes(comm)
    self.spawner = spawner
    parent = spawner
    presentParent = spawner ?? ProcessKey(processID: 999, startTime: 9_000_000)
    userID = 1_000
  }

  mutating func look(_ total: UInt64, failed: UInt64, by operation: String = "openat") {
    lookups = total
    failedLookups = failed
    lookupsByOperation = [operation: total]
  }

  mutating func end(_ waitStatus: Int32, reaped: Bool = true) {
    exitTime = 9_000_000_000
    exit = ExitStatus(waitStatus: waitStatus)
    isReaped = reaped
  }
}

extension PathLookups {
  init(
    _ process: ProcessKey, _ path: String, _ count: UInt64, errors: [Int: UInt64] = [:],
    by operation: String = "openat"
  ) {
    self.init(
      process: process, path: bytes(path), operation: operation, count: count,
      failed: errors.values.reduce(0, +), byErrno: errors)
  }
}

extension TerminalWrites {
  init(
    _ process: ProcessKey, pts: UInt32, instance: UInt32 = 27,
    _ direction: TerminalDirection = .output, bytes: UInt64, writes: UInt64, failed: UInt64 = 0
  ) {
    self.init(
      process: process, terminal: Terminal(instance: instance, major: 136, minor: pts),
      direction: direction, bytes: bytes, writes: writes, failed: failed)
  }
}

extension RecordedRun {
  static let nothing = RecordedRun(
    header: RecordingHeader(
      started: Date(timeIntervalSince1970: 1_790_000_000.125), startTime: 4_000_000_000,
      kernel: "6.18.5", command: [], intervalLength: 1_000_000_000, unseen: [],
      spoorVersion: "0.1.0", options: ["-p", "4201"]),
    duration: 0, isFinished: true, loss: Loss(), processes: [], lookups: [], terminals: [])

  /// An agent that writes to its terminal, polls with git and leaves servers behind.
  static var agent: RecordedRun {
    var run = nothing
    run.header.command = ["codex", "--model", "gpt 5"]
    run.header.options = [
      "--markdown", "-o", "/home/me/run.spoor", "--settings", "/home/me/my settings.yaml", "-q",
    ]
    run.header.unseen = [
      "Opens, lookups and terminal writes submitted through io_uring are not counted.",
      "Terminal writes by pwrite, sendfile and splice are not counted.",
    ]
    run.duration = 20_500_000_000
    run.loss = Loss(kinds: [
      "lookup": .init(observed: 14_890, delivered: 14_890, dropped: ["ringFull": 0])
    ])
    run.overhead = Overhead(
      cpuTime: 420_000_000, residentBytes: 41_000_000, peakResidentBytes: 43_100_000,
      timing: Overhead.Timing(timed: 21_000_000_000),
      programs: [
        Overhead.Program(
          name: "spoor_process_fork", runs: 9, runTime: 31_000, verifiedInstructions: 2_113),
        Overhead.Program(
          name: "spoor_sys_exit", runs: 1_204_323, runTime: 310_000_000,
          verifiedInstructions: 41_072),
      ])
    run.processes = agentProcesses
    run.lookups = agentLookups
    run.lookups += run.processes.filter { $0.lookups == 1 }
      .map { PathLookups($0.key, "/opt/git/lib/libz.so.1", 1, errors: [2: 1]) }
    run.terminals = [
      TerminalWrites(.codex, pts: 3, bytes: 1_204_511, writes: 4_100),
      TerminalWrites(.codex, pts: 7, .input, bytes: 12, writes: 3, failed: 1),
    ]
    run.terminals[0].frames.append(bytes: 1_200, frames: 580)
    run.terminals[0].frames.append(bytes: 8_511, frames: 60)
    run.terminals[0].frames.intervals = 20
    // The others are looked up at the start.
    for index in run.lookups.indices {
      run.lookups[index].intervals = run.lookups[index].path == Array("/dev/tty".utf8) ? 19 : 2
    }
    return run
  }

  private static var agentProcesses: [TracedProcess] {
    var codex = TracedProcess(
      .codex, "/usr/local/bin/codex",
      vector("node", "/usr/local/bin/codex", "--model", "gpt 5"), comm: "MainThread")
    codex.look(9_302, failed: 4_021)
    codex.outputBytes = 1_204_511
    codex.inputBytes = 12
    codex.terminalWrites = 4_103
    codex.failedTerminalWrites = 1
    codex.children = ChildCounts(spawned: 9, alive: 2, zombies: 6, reaped: 1)
    codex.cpuTime = 3_210_000_000
    codex.peakResidentBytes = 180 << 20

    var git = TracedProcess(
      .git, "/usr/bin/git", vector("git", "status"), comm: "git", spawner: .codex)
    git.look(1_480, failed: 9)
    git.end(128 << 8)

    let zombies = (0..<6 as Range<UInt32>).map { place in
      var child = TracedProcess(
        ProcessKey(processID: 4_300 + place, startTime: 6_000_000_000 + UInt64(place)),
        "/usr/bin/git", vector("git", "rev-parse", "HEAD"), comm: "git", spawner: .codex)
      child.look(1, failed: 1)
      child.end(9, reaped: false)
      return child
    }
    let servers = (0..<2 as Range<UInt32>).map { place in
      TracedProcess(
        ProcessKey(processID: 4_400 + place, startTime: 7_000_000_000 + UInt64(place)),
        "/usr/bin/python3", vector("python3", "-m", "mcp_server"), comm: "python3",
        spawner: .codex)
    }
    return servers + zombies + [git, codex]
  }

  private static var agentLookups: [PathLookups] {
    var rows = [
      PathLookups(.codex, "/usr/lib/node_modules/@openai/codex/package.json", 4_000),
      PathLookups(
        .codex,
        "/home/me/work/a-project-with-a-long-name/node_modules/another-long-name/lib/index.js",
        4_012, errors: [2: 4_012], by: "statx"),
      PathLookups(.codex, "/etc/shadow", 20, errors: [13: 2, 2: 7]),
      PathLookups(.codex, "/dev/tty", 1_270),
      PathLookups(.git, ".git/index", 740),
      PathLookups(.git, ".git/index", 740, errors: [2: 9], by: "lstat"),
    ]
    for place in rows.indices.dropFirst() {
      let path = rows[place].path
      rows[place].absolute =
        path.starts(with: "/".utf8) ? path : Array("/home/me/work/".utf8) + path
      rows[place].resolution = .resolved
    }
    rows[2].opened = Array("/nix/store/shadow".utf8)
    return rows
  }

  /// The agent with everything that can go wrong.
  static var hostile: RecordedRun {
    var run = agent
    run.header.options = ["--force", "--inspect-tty", "--output=a b"]
    run.header.spoorVersion = "0.0\u{1b}"
    run.header.command = [
      "sh", "-c", "printf '\u{1b}]0;owned\u{7}'\n" + String(repeating: "x", count: 300),
    ]
    run.header.kernel = "6.18\u{1b}[2J"
    run.header.unseen.append("A sentence with \u{202e} and \u{9b}2J.")
    run.isFinished = false
    run.loss = Loss(
      kinds: [
        "lookup": .init(observed: 14_000, delivered: 13_900, dropped: ["ringFull": 100]),
        "odd\u{1b}Kind": .init(
          observed: 1_000, delivered: 990, dropped: ["new\u{1b}Reason": 10]),
      ],
      notes: ["pathUnreadable": 1, "lookupCountsMissed": 3, "compatCalls": 0, "odd\u{7}": 4])
    run.kernelMemory = [
      KernelMemoryTrend(
        cache: "dentry\u{1b}", start: SlabCache(name: "", objects: 10, bytes: 4_096),
        end: SlabCache(name: "", objects: 20_000, bytes: 8_192_000), bytesPerSecond: 812_345.6),
      KernelMemoryTrend(
        cache: "filp", start: SlabCache(name: "", objects: 10, bytes: .max),
        end: SlabCache(name: "", objects: 2, bytes: 1), bytesPerSecond: -1e12),
      KernelMemoryTrend(
        cache: "names_cache", start: SlabCache(name: "", objects: 10, bytes: 4_096),
        end: SlabCache(name: "", objects: 9, bytes: 4_096), bytesPerSecond: nil),
    ]
    run.overhead?.programs.append(Overhead.Program(name: "odd\u{1b}]0;x\u{7}"))
    run.gaps = (0..<5).map { number in
      Loss.Gap(
        start: run.header.startTime + number * 2_000_000_000,
        end: run.header.startTime + number * 2_000_000_000 + 500_000_000, dropped: 22)
    }
    var process = TracedProcess(
      .hostile, "/tmp/\u{1b}[31mred\u{202e}", vector("\u{1b}[31mred\u{202e}", "文字", "a\nb"),
      comm: "\u{9b}2J", spawner: .codex)
    process.executable += [0xff, 0x80]
    process.arguments += [0xff, 0]
    process.look(99_999_999_999, failed: 99_999_999_998)
    process.outputBytes = .max / 2
    process.inputBytes = .max / 2
    process.terminalWrites = .max / 2
    process.children = ChildCounts(spawned: 123_456, alive: 100_000, zombies: 23_000, reaped: 456)
    process.end(11 | 0x80)
    run.processes.append(process)
    run.lookups += hostileLookups
    run.terminals.append(
      TerminalWrites(.hostile, pts: 3, instance: 99, bytes: .max / 2, writes: .max / 2, failed: 7))
    for (place, count) in [(0, 1_779), (run.terminals.count - 1, UInt64.max / 2)] {
      var figures = InspectedFigures()
      figures.bytes = min(count, 12_045) * 100
      figures.fullClears = count / 100
      figures.cursorMoves = count
      figures.graphemeClusters = count / 10
      run.terminals[place].inspected = figures
    }
    run.terminals[0].frameSource = .markers
    return run
  }

  private static var hostileLookups: [PathLookups] {
    let nasty =
      "/tmp/" + String((0..<0x20).map { Character(Unicode.Scalar(UInt8($0))) }.dropFirst())
    let wide = "/" + String(repeating: "漢字/", count: 40) + "🎉.txt"
    var rows = [
      PathLookups(.hostile, nasty, 70_000_000_000, errors: [2: 5, 13: 6, 40: 7, 20: 8, 999: 9]),
      PathLookups(.hostile, wide, 20_000_000_000), PathLookups(.hostile, "", 1, errors: [2: 1]),
      PathLookups(
        .hostile, "/dev/\u{7f}\u{85}\u{200b}\u{feff}\u{2028}\u{e0041}", 3, by: "x\u{1b}c"),
    ]
    rows += (0..<30).map { PathLookups(.hostile, "/many/\($0)", 2) }
    rows[2].path = [0xe2, 0x80]
    rows[0].absolute = rows[0].path
    rows[1].opened = Array("/\u{1b}]0;own\u{7}".utf8)
    return rows
  }
}

extension Timeline {
  /// Eight seconds of one process.
  init(of executable: String) {
    self.init()
    intervals = (0..<8).map {
      Timeline.Span(start: 1_000_000_000 * ($0 + 1), end: 1_000_000_000 * ($0 + 2))
    }
    var process = TracedProcess(key: ProcessKey(processID: 7, startTime: 1_000_000_001))
    process.executable = Array(executable.utf8)
    processes[0] = process
    target = 0
  }
}
