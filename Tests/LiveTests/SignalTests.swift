// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Signals to spoor and from the terminal, and what stays when it is killed.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct SignalTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Notes each SIGINT, and ends on SIGTERM; waits without a clock for either.
  private static let target = """
    trap 'echo INT >>signals; echo noted' INT
    trap 'echo TERM >>signals; kill $!; exit 6' TERM
    trap 'echo HUP >>signals' HUP
    echo started; mkfifo never
    { : >up; exec cat <never; } &
    while :; do wait; done
    """

  private func start(_ options: [String] = [], terminal: FileHandle? = nil) throws -> Running {
    let up = try scratch.makePipe("up")
    defer { close(up) }
    let spoor = try Running(
      ["record", "-o", "run.spoor"] + options + ["--", "sh", "-c", Self.target], in: scratch,
      terminal: terminal, environment: ["NO_COLOR": "1"])
    try scratch.awaitWriter(up)
    return spoor
  }

  @Test func signalsToSpoorGoToTheTargetOnce() throws {
    let spoor = try start(["-q"])
    for signal in [SIGINT, SIGTERM] { try spoor.send(signal) }
    #expect(spoor.wait() == 6)
    #expect(try scratch.read("signals") == "INT\nTERM\n")
    #expect(try spoor.errors == "")
    #expect(try scratch.report("run.spoor").recording.finished)
  }

  @Test func signalsStillReachTheTargetWhenTheDurationIsOver() throws {
    let spoor = try start(["-q", "--duration", "0.3", "--interval", "0.25"])
    // The second interval is the last one, which the duration ended.
    try waitUntil("two intervals are recorded") {
      try scratch.query("run.spoor", "SELECT count(*) > 1 FROM interval") == "1"
    }
    try spoor.send(SIGTERM)
    #expect(spoor.wait() == 6)
    #expect(try scratch.read("signals") == "TERM\n")
  }

  @Test(arguments: [[], ["--pty"]])
  func controlCIsTheTargetsOnceAndSpoorGoesOnToReport(options: [String]) throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&master, &slave, nil, nil, &size) == 0)
    let terminal = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    let screen = FileHandle(fileDescriptor: master, closeOnDealloc: true)
    let spoor = try start(options, terminal: terminal)
    var text = Data()
    try screen.write(contentsOf: Data([3]))
    while text.range(of: Data("noted".utf8)) == nil { text += screen.availableData }
    // Comes after a SIGINT that spoor would pass on wrongly.
    try spoor.send(SIGTERM)
    while text.range(of: Data("recorded in run.spoor\r\n".utf8)) == nil {
      text += screen.availableData
    }
    #expect(spoor.wait() == 6)
    #expect(try scratch.read("signals") == "INT\nTERM\n")
    // NO_COLOR is set.
    #expect(!text.contains(0x1b))
    let report = try scratch.report("run.spoor")
    #expect(report.recording.finished)
    // `started` and `noted` without the carriage returns.
    let output = report.ttys.filter { $0.direction == "output" }.map(\.bytes).reduce(0, +)
    #expect(output == "started\nnoted\n".utf8.count)
  }

  @Test func aKilledRecorderLeavesAReadableFileAndTheTargetAlone() throws {
    let spoor = try start(["-q", "--interval", "0.01"])
    // Until the first interval is on the disk; the file can be read meanwhile.
    try waitUntil("an interval is recorded") {
      try scratch.query("run.spoor", "SELECT count(*) FROM interval") != "0"
    }
    #expect(try scratch.query("run.spoor", "SELECT finished FROM recording") == "0")
    try spoor.send(SIGKILL)
    #expect(spoor.wait() == 128 + SIGKILL)
    let report = try scratch.report("run.spoor")
    #expect(!report.recording.finished)
    let own = try #require(report.processes.first { $0.argv.contains(Self.target) })
    #expect(own.exit == nil)
    #expect(try scratch.query("run.spoor", "PRAGMA integrity_check") == "ok")
    #expect(kill(pid_t(own.pid), SIGTERM) == 0)
  }
}
