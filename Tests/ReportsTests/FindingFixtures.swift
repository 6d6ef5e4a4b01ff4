// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Recording

extension Judgement {
  static var nothing: Judgement { Judgement(of: Timeline()) }

  /// Of `RecordedRun.agent`: the terminal opened with each frame, and zombies.
  static var agent: Judgement {
    var judgement = nothing
    judgement.findings = [
      Finding(
        .unreaped, .critical, process: .codex, value: 6, unit: "zombies", threshold: 3,
        start: 9_000_000_000, end: 24_500_000_000, phase: "",
        predicate: "has not waited for 6 children, the oldest for 15.5 s",
        evidence: [
          .init(kind: "command", subject: bytes("git rev-parse HEAD"), value: 6, unit: "zombies")
        ], control: "no other process has a zombie"),
      Finding(
        .hotPath, .warning, process: .codex, value: 62.03, unit: "/s", threshold: 10,
        start: 6_000_000_000, end: 24_500_000_000, phase: "idle",
        predicate: "opened /dev/tty 62 times a second, 2.0 per frame",
        evidence: [
          .init(kind: "path", subject: bytes("/dev/tty"), value: 62.03, unit: "/s"),
          .init(kind: "path", subject: bytes("/dev/tty"), value: 1.98, unit: "per frame"),
          .init(kind: "tty", subject: bytes("pts/3"), value: 58_756, unit: "B/s"),
        ], control: "The 9 other processes that were followed did not look it up."),
      Finding(
        .execStorm, .notice, process: ProcessKey(processID: 77, startTime: 1), value: 20.5,
        unit: "/s", threshold: 20, start: 6_000_000_000, end: 11_000_000_000,
        predicate: "started 20.5 processes a second", confidence: .inconclusive),
    ]
    judgement.phases = [
      .sample(
        "start-up", 4, 9, lookups: 9_000, failed: 4_000, series: [2_000, 1_500, 800, 300, 0]),
      .sample("idle", 9, 24.5, lookups: 5_890, output: 1_204_511, frames: 640),
      .sample(
        "slow \u{1b}[2J|part", 20, 24.5, isMark: true, lookups: 12, series: [1, 0, .nan, 11]),
    ]
    return judgement
  }

  /// Of `RecordedRun.hostile`: foreign text that would be markup, links and mentions.
  static var hostile: Judgement {
    var judgement = agent
    let nasty = "/tmp/`a|b`/<img src=x onerror=alert(1)>/@everyone/#1 [x](http://evil.test) *b* $y$"
    let row = Finding.Evidence(
      kind: "path", subject: bytes(nasty + "\n| x |"), value: .nan, unit: "/s")
    judgement.findings.insert(
      Finding(
        .hotPath, .critical, process: .hostile, value: .infinity, unit: "/s", threshold: 10,
        start: 0, end: .max, phase: "active",
        predicate: "opened \(ForeignText.encode(bytes(nasty + "\n| x |"))) without end",
        confidence: .inconclusive, evidence: Array(repeating: row, count: 30),
        control: "www.evil.test and <script> did nothing"), at: 0)
    judgement.findings += Array(repeating: judgement.findings[2], count: 20)
    return judgement
  }
}

extension PhaseRow {
  static func sample(
    _ name: String, _ start: Double, _ end: Double, isMark: Bool = false, lookups: UInt64,
    failed: UInt64 = 0, output: UInt64 = 0, frames: UInt64 = 0, series: [Double]? = nil
  ) -> PhaseRow {
    var row = PhaseRow(
      name: name, isMark: isMark, start: UInt64(start * 1e9), end: UInt64(end * 1e9))
    row.seconds = end - start
    row.lookups = lookups
    row.failed = failed
    row.outputBytes = output
    row.frames = frames
    row.lookupsSeries = series ?? Array(repeating: Double(lookups) / row.seconds, count: 15)
    row.outputSeries = row.lookupsSeries.map { output > 0 ? 1_000 + $0 : 0 }
    return row
  }
}
