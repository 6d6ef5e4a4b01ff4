// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What spoor says of its own cost, against what the kernel charges it with.
@Suite(.enabled(if: Spoor.isLive, "tools/test says why"))
struct OverheadTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Whether somebody else has the kernel count the runs of eBPF programs.
  private var isCounted: Bool {
    (try? String(contentsOfFile: "/proc/sys/kernel/bpf_stats_enabled", encoding: .utf8))?
      .hasPrefix("1") ?? false
  }

  /// Every system call, fork and exit of the program is a run of the program on that hook; so are
  /// those of all other processes, of which nobody knows the number: the truth is a bound.
  @Test func withOverheadTheRunsAreAtLeastWhatTheCommandDid() throws {
    let (truth, report, status) = try Spoor.record(
      "lookups", ["200", "100"], options: ["--overhead"])
    #expect(status == 0)
    let calls = try #require(truth.lookups).reduce(0) { $0 + $1.count }
    let overhead = try #require(report.recording.overhead)
    #expect(calls >= 300)
    #expect(overhead.runs(of: "spoor_sys_exit") >= calls)
    for hook in ["spoor_process_exec", "spoor_process_exit", "spoor_census"] {
      #expect(overhead.runs(of: hook) >= 1, "\(hook)")
    }
    #expect(overhead.runs == overhead.programs.reduce(0) { $0 + ($1.runs ?? 0) })
    // No program runs longer than all CPUs together.
    let cores = Double(ProcessInfo.processInfo.processorCount)
    let seconds = try #require(overhead.runSeconds)
    #expect(overhead.untimedSeconds == 0)
    #expect(seconds > 0 && seconds < report.recording.durationSeconds * cores)
    #expect(report.recording.loss.complete)
  }

  /// Commands without end: most windows of 5 ms have some, and stand for 100 ms each.
  @Test func byDefaultAPartOfTheTimeStandsForAll() throws {
    let loop = "i=0; while [ $(date +%s) -lt $end ]; do i=$((i + 1)); done; echo $i >ran"
    let run = try Spoor.run(
      URL(filePath: Spoor.binary),
      [
        "record", "-q", "-o", "run.spoor", "--", "sh", "-c",
        "end=$(($(date +%s) + 4)); \(loop)",
      ], in: scratch.folder)
    #expect(run.status == 0, "\(run.errors)")
    let ran = try #require(
      Int(scratch.read("ran").trimmingCharacters(in: .whitespacesAndNewlines)))
    let overhead = try #require(try scratch.report("run.spoor").recording.overhead)
    if isCounted {
      print("skipped: the part that is timed: kernel.bpf_stats_enabled times all")
      return
    }
    let (timed, untimed) = (
      try #require(overhead.timedSeconds), try #require(overhead.untimedSeconds)
    )
    #expect(timed > 0 && untimed > timed)
    let estimate = overhead.runs(of: "spoor_process_exec")
    #expect(estimate > ran / 4 && estimate < ran * 4, "\(estimate) for \(ran) and others'")
    #expect(try #require(overhead.runSeconds) > 0)
  }

  @Test func whoTimesMayDoNothingElseAndGoesWithSpoor() throws {
    let before = try samplers()
    let spoor = try Running(["record", "-q", "-o", "run.spoor", "-a"], in: scratch)
    let sampler = try #require(try samplers().subtracting(before).first)
    let status = try String(contentsOfFile: "/proc/\(sampler)/status", encoding: .utf8)
    // CAP_SYS_ADMIN.
    for field in ["CapEff", "CapPrm"] {
      #expect(status.contains("\(field):\t0000000000200000\n"))
    }
    for field in ["CapInh", "CapBnd", "CapAmb"] {
      #expect(status.contains("\(field):\t0000000000000000\n"))
    }
    #expect(status.contains("NoNewPrivs:\t1\n"))
    let folder = "/proc/\(sampler)/fd"
    let open = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
    }
    // While it times, the kernel has given it a descriptor of that.
    let others = open.filter { $0 != "anon_inode:bpf-prog" && $0 != "anon_inode:bpf-stats" }
    #expect(others.count == 1 && others[0].hasPrefix("socket:"), "\(open)")
    try spoor.send(SIGKILL)
    #expect(spoor.wait() == 128 + SIGKILL)
    try waitUntil("the sampler goes with its spoor") {
      !FileManager.default.fileExists(atPath: "/proc/\(sampler)")
    }
  }

  private func samplers() throws -> Set<String> {
    Set(
      try FileManager.default.contentsOfDirectory(atPath: "/proc").filter {
        (try? String(contentsOfFile: "/proc/\($0)/comm", encoding: .utf8)) == "spoor-sampler\n"
      })
  }

  @Test func untimedNobodyKnowsTheRunsAndAllElseIsTold() throws {
    let (_, report, _) = try Spoor.record("lookups", ["20", "10"], options: ["--no-overhead"])
    let overhead = try #require(report.recording.overhead)
    #expect(overhead.cpuSeconds > 0)
    #expect(overhead.programs.count >= 8)
    #expect(overhead.programs.allSatisfy { ($0.verifiedInstructions ?? 1) > 0 })
    #expect(overhead.timedSeconds == nil && overhead.untimedSeconds == nil)
    #expect(overhead.runs == nil && overhead.runSeconds == nil)
    #expect(overhead.programs.allSatisfy { $0.runs == nil && $0.runSeconds == nil })
  }

  /// The kernel charges whoever waits for spoor with all of its time, of which the recording has
  /// that up to its end; its memory is at most what the kernel says at spoor's end.
  @Test func timeAndMemoryAreAtMostWhatTheKernelCharges() throws {
    let run = try Spoor.run(
      URL(filePath: "/usr/bin/python3"),
      [
        "-c",
        """
        import resource, subprocess, sys
        subprocess.run(sys.argv[1:], check=True)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
        """, Spoor.binary, "record", "-q", "-o", "run.spoor", "--", "true",
      ], in: scratch.folder)
    #expect(run.status == 0, "\(run.errors)")
    let charged = run.text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    try #require(charged.count == 2)
    let overhead = try #require(try scratch.report("run.spoor").recording.overhead)
    #expect(overhead.cpuSeconds > 0)
    #expect(overhead.cpuSeconds <= charged[0])
    // The program's text and the ring alone are more.
    #expect(overhead.peakRssBytes > 1_000_000)
    // Since Linux 6.2 each CPU keeps some pages to itself before it adds them to the sum.
    let unsettled = ProcessInfo.processInfo.processorCount << 20
    #expect(overhead.peakRssBytes <= Int(charged[1]) + unsettled)

    // The rows by interval end in the same figures.
    #expect(
      try scratch.query(
        "run.spoor",
        "SELECT sum(cpu_ns), max(peak_rss_bytes), max(rss_bytes) <= max(peak_rss_bytes) "
          + "FROM overhead")
        == "\(Int((overhead.cpuSeconds * 1e9).rounded()))|\(overhead.peakRssBytes)|1")
  }

  /// 40 MB here, and 63 when all paths of an interval were copied and the start's code was kept.
  @Test func manyPathsInOneIntervalTakeLittleMemory() throws {
    let many = """
      import os
      for number in range(100_000):
        try: os.open(f"/absent/some/directory/of/a/program/file-{number}.txt", os.O_RDONLY)
        except FileNotFoundError: pass
      """
    let run = try Spoor.run(
      URL(filePath: Spoor.binary),
      ["record", "-q", "--interval", "3600", "-o", "run.spoor", "--", "python3", "-c", many],
      in: scratch.folder)
    #expect(run.status == 0, "\(run.errors)")
    let report = try scratch.report("run.spoor")
    #expect(report.recording.loss.complete)
    #expect(try #require(report.recording.overhead).peakRssBytes < 50_000_000)
    // Parts and the rest are one interval, each path in it once.
    #expect(
      try scratch.query(
        "run.spoor",
        """
        SELECT count(*), count(DISTINCT lookup.path), sum(count), max(interval)
        FROM lookup JOIN path ON path.id = lookup.path WHERE CAST(path.path AS TEXT) LIKE '/absent/%'
        """) == "100000|100000|100000|0")
    #expect(try scratch.query("run.spoor", "SELECT count(*) FROM interval") == "1")
  }

  @Test func theCodeOfTheStartIsGivenBack() throws {
    let spoor = try Running(["record", "-q", "-o", "run.spoor", "-a"], in: scratch)
    let status = try String(contentsOfFile: "/proc/\(try spoor.id)/status", encoding: .utf8)
    func bytes(_ field: String) throws -> Int {
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(field + ":") })
      let words = line.split(whereSeparator: \.isWhitespace)
      return try #require(words.compactMap { Int($0) }.first) * 1024
    }
    #expect(try bytes("VmRSS") + 4_000_000 < bytes("VmHWM"))
    try spoor.send(SIGINT)
    #expect(spoor.wait() == 0)
  }
}
