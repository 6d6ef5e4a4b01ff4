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
    #expect(seconds > 0 && seconds < report.recording.durationSeconds * cores)
    #expect(report.recording.loss.complete)
  }

  @Test func withoutItNobodyKnowsTheRunsAndAllElseIsTold() throws {
    let wasCounted = isCounted
    let (_, report, _) = try Spoor.record("lookups", ["20", "10"])
    let overhead = try #require(report.recording.overhead)
    #expect(overhead.cpuSeconds > 0)
    #expect(overhead.programs.count >= 8)
    #expect(overhead.programs.allSatisfy { ($0.verifiedInstructions ?? 1) > 0 })
    guard !wasCounted && !isCounted else { return }
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
}
