// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Attribution
import Findings
import Foundation
import Launcher
import Probe
import Recording
import Reports

struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Record what processes do to the kernel, and report it at the end.",
    discussion: """
      The command runs as the user who called sudo, with the terminal to itself, or with --pty in \
      one of its own. When it has ended, the report is printed to standard error, and spoor exits \
      with the command's status. With --fail-on, a command that did well and a finding make it 1.
      """)

  @OptionGroup var tracing: TracingOptions

  @Option(name: .shortAndLong, help: "Write to this file.", completion: .file())
  var output: String?

  @Flag(help: "Overwrite the file if it exists.")
  var force = false

  @Flag(name: .shortAndLong, help: "Print no report; `spoor report FILE` prints it later.")
  var quiet = false

  @OptionGroup var layout: ReportOptions

  @Option(
    help: ArgumentHelp(
      "Exit with 1 where there is a finding of such a kind, with 3 where it is inconclusive; the "
        + "command's own failure comes first.", valueName: "kind[,kind…]|any"),
    completion: .names(or: "any") { Finding.Kind.allCases.map(\.rawValue) })
  var failOn: String?

  @Flag(help: "Keep each event beside the counts; the file grows with the traffic.")
  var events = false

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Time the runs of spoor's eBPF programs always, or never: by default for the first 20 ms and "
        + "5 % of the time, 2 % later. Each run takes some 100 ns longer meanwhile, as does that of any "
        + "other eBPF program on the machine."))
  var overhead: Bool?

  @Flag(
    help: ArgumentHelp(
      "Give the command a terminal of its own, of the size of yours, and pass on what goes in and "
        + "out: it can then put no input into yours."))
  var pty = false

  @Option(help: "Seconds between two rows of counts.")
  var interval = 1.0

  @Option(
    help: ArgumentHelp(
      "Seconds between two passes over all open descriptors; 0 makes one at the start and one at "
        + "the end.", valueName: "seconds"))
  var census = 2.0

  @Option(help: "Milliseconds without a write to a terminal that end a frame on it.")
  var frameGap = 4.0

  @Option(
    help: ArgumentHelp(
      "Seconds to go on when the command has ended and left processes behind; 0 for none.",
      valueName: "seconds"))
  var grace = 2.0

  func validate() throws {
    try tracing.requireSubject()
    guard !pty || !tracing.command.isEmpty else {
      throw ValidationError(
        "--pty gives a command a terminal, and processes that run have theirs: name a command "
          + "after --, or leave --pty out")
    }
    guard grace >= 0 && grace <= 3600 else {
      throw ValidationError("--grace takes seconds from 0 to 3600")
    }
    guard frameGap >= 0.1 && frameGap <= 10_000 else {
      throw ValidationError("--frame-gap takes milliseconds from 0.1 to 10000")
    }
    guard interval >= 0.01 && interval <= 3600 else {
      throw ValidationError("--interval takes seconds from 0.01 to 3600")
    }
    guard census == 0 || census >= 0.01 && census <= 3600 else {
      throw ValidationError("--census takes seconds from 0.01 to 3600, or 0")
    }
    _ = try failOn.map(FailOn.init)
  }

  func run() throws {
    // Before anything runs: a mistake in the file is told at once.
    let settings = try layout.findingSettings()
    let step = UInt64(interval * 1e9)
    let passes = census > 0 ? UInt64(census * 1e9) : nil
    let session = try TracingSession(
      tracing, interval: step, latency: 200_000_000, period: step, grace: UInt64(grace * 1e9),
      timing: overhead.map { $0 ? .always : .never } ?? .sampled)
    let relay = pty ? try TerminalRelay(owner: session.user.userID) : nil
    let pump = RecordPump(
      frameGap: frameGapLength, keepsEvents: events,
      showsProgress: showsProgress,
      relay: relay
    ) { unseen in
      try makeWriter(session, unseen: unseen)
    }
    pump.censusSchedule = CensusSchedule(interval: passes)
    pump.descriptorCensus.isFiltered =
      try tracing.tracedUser() != nil || tracing.comm != nil || tracing.cgroup != nil
    if !quiet {
      pump.goesOn = { [unowned pump] in
        printNoticeBeside(
          "spoor: \(ForeignText.visible(pump.writer?.path ?? "")) is complete, as --duration says; "
            + "its report comes when the command has ended")
      }
    }
    var outcome = try trace(session, pump, relay)
    var verdict: Int32?
    do {
      verdict = try pump.writer.flatMap { try report($0.path, settings) }
    } catch {
      outcome.failure = outcome.failure ?? error
    }
    try outcome.leave()
    if let verdict { throw ExitCode(verdict) }
  }

  /// Runs to the end, whichever that is; spoor's terminal is then as it was.
  private func trace(
    _ session: TracingSession, _ pump: RecordPump, _ relay: TerminalRelay?
  ) throws -> TracingSession.Outcome {
    defer {
      if let problem = relay?.end() { printNotice("spoor: \(problem)") }
    }
    do {
      return try session.run(pump)
    } catch {
      pump.abandon()
      throw error
    }
  }

  /// Nanoseconds.
  private var frameGapLength: UInt64 { UInt64(frameGap * 1e6) }

  private var showsProgress: Bool {
    tracing.command.isEmpty && !quiet && isatty(STDERR_FILENO) == 1
  }

  private func makeWriter(
    _ session: TracingSession, unseen: [String]
  ) throws -> RecordingWriter {
    let now = Date()
    let header = RecordingHeader(
      started: now, startTime: BootClock.now, kernel: KernelSupport.release,
      command: tracing.command,
      intervalLength: session.interval, frameGap: frameGapLength, unseen: unseen,
      spoorVersion: Spoor.version, options: tracing.givenOptions)
    let path =
      output ?? RecordingName.free(command: tracing.command.first ?? "processes", at: now)
    return try RecordingWriter(
      path: path, header: header, owner: try InvokingUser.fileOwner(), force: force,
      recordsEvents: events)
  }

  /// Prints the report, and returns the status that --fail-on asks for.
  private func report(_ path: String, _ settings: FindingSettings) throws -> Int32? {
    let failOn = try failOn.map(FailOn.init)
    if quiet && failOn == nil { return nil }
    let recorded = try JudgedRecording(reading: path, settings: settings)
    if !quiet {
      let text = try layout.text(of: recorded, style: .forStream(STDERR_FILENO))
      let isPage = !layout.json && !layout.markdown
      printError(text + (isPage ? "\nrecorded in \(ForeignText.visible(path))\n" : ""))
    }
    guard let verdict = failOn?.verdict(on: recorded.judgement.findings) else { return nil }
    printNotice("spoor: \(verdict.sentence)")
    return verdict.status
  }
}
