// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// spoor top in a terminal, as a person has it.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct TopTests {
  /// A process that sleeps until this goes.
  private final class Sleeper {
    let process = Process()

    init() throws {
      process.executableURL = URL(filePath: "/usr/bin/sleep")
      process.arguments = ["120"]
      Spoor.unblockSignals()
      try process.run()
    }

    deinit { process.terminate() }

    var id: Int32 { process.processIdentifier }
  }

  private let terminal = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]

  private func start(
    _ arguments: [String], in scratch: Scratch, _ screen: TerminalScreen
  ) throws -> Running {
    try Running(
      ["top"] + arguments, in: scratch, terminal: screen.slave, environment: terminal)
  }

  @Test func watchingLooksNothingUpAndWritesNextToNothing() throws {
    let sleeper = try Sleeper()
    let (folder, screen) = (try Scratch(), try TerminalScreen())
    let top = try start(["-p", "\(sleeper.id)"], in: folder, screen)
    // Names of users, and whatever the libraries read when they are used first.
    try screen.wait("the process") { $0.contains { $0.contains("\(sleeper.id)") } }
    try screen.waitForRefreshes(4)
    let other = try Scratch()
    let recording = other.file("top.spoor").path
    let record = try Running(
      ["record", "-q", "-p", "\(try top.id)", "-o", recording], in: other)
    let before = screen.bytes
    try screen.waitForRefreshes(8)
    let written = screen.bytes - before
    try record.send(SIGINT)
    #expect(record.wait() == 0)
    let report = try other.report("top.spoor")
    let process = try #require(report.process(Int(try top.id)))
    #expect(process.lookups.total == 0, "\(report.paths)")
    #expect(process.ttyBytes.output > 0)
    #expect(written < 8 * 1_000, "\(written) bytes in 8 refreshes")
    report.expectNothingLost()
    try screen.type("q")
    #expect(top.wait() == 0)
  }

  @Test func keysSizesAndTheWayOut() throws {
    let sleeper = try Sleeper()
    let (folder, screen) = (try Scratch(), try TerminalScreen())
    let modes = screen.modes
    let top = try start(["-p", "\(sleeper.id)"], in: folder, screen)
    try screen.wait("the process") { $0.contains { $0.contains("\(sleeper.id)") } }
    #expect(screen.modes != modes)
    try screen.type("?")
    try screen.wait("the help") { $0.contains { $0.hasPrefix("Keys") } }
    try screen.type("\u{1b}")
    try screen.wait("the table") { $0.contains { $0.contains("LOOKUPS/S") } }
    screen.resize(columns: 200, rows: 10)
    try screen.wait("more columns") { $0.contains { $0.contains("HOTTEST PATH") } }
    screen.resize(columns: 40, rows: 1)
    try screen.wait("one row") { $0.count == 1 && $0[0].contains("sleep") }
    screen.resize(columns: 80, rows: 24)
    try screen.wait("the keys") { $0.last?.contains("q quit") == true }
    try screen.type("/nobody")
    try screen.wait("an empty table") { $0.contains { $0.contains("No process matches") } }
    try screen.type("\u{1b}\u{1b}")
    try screen.wait("the process again") { $0.contains { $0.contains("sleep") } }
    try screen.type("/nobody\u{3}")
    #expect(top.wait() == 0)
    #expect(screen.modes == modes)
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT])
  func aSignalEndsItAndLeavesTheTerminalAsItWas(signal: Int32) throws {
    let sleeper = try Sleeper()
    let (folder, screen) = (try Scratch(), try TerminalScreen())
    let modes = screen.modes
    let top = try start(["-p", "\(sleeper.id)"], in: folder, screen)
    #expect(screen.modes != modes)
    try top.send(signal)
    #expect(top.wait() == 0)
    #expect(screen.modes == modes)
  }

  @Test func killedItLeavesTheTerminalAsItWas() throws {
    let sleeper = try Sleeper()
    let (folder, screen) = (try Scratch(), try TerminalScreen())
    let modes = screen.modes
    let starter = try Running(
      ["top", "-p", "\(sleeper.id)"], in: folder, terminal: screen.slave, environment: terminal,
      program: Running.starter)
    try screen.wait("the process") { $0.contains { $0.contains("\(sleeper.id)") } }
    #expect(screen.modes != modes)
    try starter.killStarted()
    try screen.wait("the screen of before") { $0.first == "before" }
    try screen.wait("the modes of before") { _ in screen.modes == modes }
    try starter.send(SIGTERM)
    #expect(starter.wait() != 0)
  }

  @Test func theCommandHasATerminalThatNobodySees() throws {
    let (folder, screen) = (try Scratch(), try TerminalScreen())
    let top = try start(
      ["--", "sh", "-c", "stty size >size; echo on-its-own; exec sleep 118"], in: folder, screen)
    try screen.wait("the command") { $0.contains { $0.contains("sleep 118") } }
    #expect(try folder.read("size") == "24 80\n")
    try screen.waitForRefreshes(1)
    #expect(!screen.lines.contains { $0.hasPrefix("on-its-own") })
    let line = try #require(screen.lines.first { $0.contains("sleep 118") })
    let id = try #require(line.split(separator: " ").lazy.compactMap { pid_t($0) }.first)
    try screen.type("q")
    #expect(top.wait() == 0)
    // Hung up with its terminal.
    #expect(kill(id, 0) == -1 && errno == ESRCH)
  }

  @Test func whatIsShownIsRecordedAndReportedAndGoneThroughAgain() throws {
    let sleeper = try Sleeper()
    let (folder, screen) = (try Scratch(), try TerminalScreen())
    let top = try start(["-p", "\(sleeper.id)", "--delay", "0.2"], in: folder, screen)
    try screen.wait("the process") { $0.contains { $0.contains("\(sleeper.id)") } }
    try screen.type("r")
    try screen.wait("a recording") { $0.contains { $0.hasPrefix("recording in top-") } }
    try screen.waitForRefreshes(4)
    try screen.type("r")
    try screen.wait("the end of it") { $0.contains { $0.hasPrefix("recorded in top-") } }
    let line = try #require(screen.lines.first { $0.hasPrefix("recorded in top-") })
    let name = String(line.dropFirst("recorded in ".count))
    let report = try folder.report(name)
    #expect(report.process(Int(sleeper.id))?.state == "alive")
    #expect(report.recording.finished)
    // Another second, another name.
    try screen.wait("another second") { _ in
      !FileManager.default.fileExists(
        atPath: folder.file("top-\(Self.stamp()).spoor").path)
    }
    try screen.type("w")
    try screen.wait("a report") { $0.contains { $0.hasPrefix("the report is in top-") } }
    let page = try #require(screen.lines.first { $0.hasPrefix("the report is in top-") })
    #expect(try folder.read(String(page.dropFirst("the report is in ".count))).contains("sleep"))
    try screen.type("q")
    #expect(top.wait() == 0)
    try goThrough(name, in: folder, sleeper.id)
  }

  private static func stamp() -> String {
    let form = DateFormatter()
    form.dateFormat = "yyyyMMdd-HHmmss"
    return form.string(from: Date())
  }

  private func goThrough(_ name: String, in folder: Scratch, _ id: Int32) throws {
    let screen = try TerminalScreen()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/setsid")
    process.arguments = ["--ctty", "--wait", Spoor.binary, "top", folder.file(name).path]
    process.environment = Spoor.environment.merging(terminal) { $1 }
    process.standardInput = screen.slave
    process.standardOutput = screen.slave
    process.standardError = screen.slave
    Spoor.unblockSignals()
    try process.run()
    try screen.wait("the process") { $0.contains { $0.contains("\(id)") } }
    let last = screen.lines[2]
    try screen.type("\u{1b}OD")
    try screen.wait("another time") { $0[2] != last }
    try screen.type("q")
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test(arguments: [("dumb", "cannot place its cursor"), ("no-such-terminal", "is not known")])
  func aTerminalThatCannotShowItIsRefused(name: String, why: String) throws {
    let result = try Spoor.run(
      URL(filePath: "/usr/bin/script"), ["-qec", "\(Spoor.binary) top", "/dev/null"],
      environment: ["TERM": name])
    #expect(result.status == 2)
    #expect(result.text.contains("spoor: the terminal '\(name)' \(why)"))
    #expect(result.text.split(separator: "\n").count == 1)
  }

  @Test func withoutATerminalItSaysWhatElseThereIs() throws {
    let result = try Spoor.run(["top"])
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("spoor: spoor top shows a screen"))
    #expect(result.errors.contains("spoor record"))
  }
}
