// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Attribution
import Findings
import Glibc
import Launcher
import Probe
import Recording
import TerminalUI

struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Watch processes live, on a full screen.",
    discussion: """
      Without -p and without a command it shows every process; with a recording, that. A command gets a terminal of its \
      own, of the screen's size, which nobody sees or types at; when top ends, it is hung up, as a \
      window that is closed. `?` tells the keys.
      """)

  @Argument(
    help: "A recording to go through, instead of a tracing.",
    completion: .recordings)
  var file: String?

  @OptionGroup var tracing: TracingOptions

  @Option(name: .shortAndLong, help: "Seconds between two refreshes.")
  var delay = 1.0

  @Option(
    help: ArgumentHelp(
      "Seconds between two passes over all open descriptors; 0 makes one at the start and one at "
        + "the end.", valueName: "seconds"))
  var census = 2.0

  @Option(
    help: ArgumentHelp("A YAML file with the thresholds of findings.", valueName: "file"),
    completion: .yaml)
  var settings: String?

  func validate() throws {
    guard file == nil || !tracing.namesSubject else {
      throw ValidationError("give a recording, or say whom to trace, but not both")
    }
    guard delay >= 0.1 && delay <= 3600 else {
      throw ValidationError("--delay takes seconds from 0.1 to 3600")
    }
    guard census == 0 || census >= 0.01 && census <= 3600 else {
      throw ValidationError("--census takes seconds from 0.01 to 3600, or 0")
    }
  }

  func run() throws {
    let settings = try settings.map { try FindingSettings(file: $0) } ?? FindingSettings()
    if let file { return try replay(file, settings) }
    try CursesScreen.check()
    let terminalGuard = try TerminalGuard(of: STDOUT_FILENO, farewell: CursesScreen.farewell)
    var tracing = tracing
    if !tracing.namesSubject { tracing.all = true }
    SignalQueue.block(TopScreenSession.signals(isLive: true))
    let step = UInt64(delay * 1e9)
    let session = try TracingSession(
      tracing, interval: step, latency: 200_000_000, period: step)
    let mailbox = try TopMailbox()
    let view = makeView(
      mailbox, settings, host(tracing), terminalGuard, start: BootClock.now, step: step)
    var isShown = false
    // The terminal is as it was before anything is printed.
    defer { if isShown { _ = view.stop() } }
    let pump = TopPump(
      mailbox: mailbox,
      terminal: try tracing.command.isEmpty ? nil : HiddenTerminal(owner: session.user.userID)
    ) {
      try view.start()
      isShown = true
    }
    pump.censusSchedule = CensusSchedule(interval: census > 0 ? UInt64(census * 1e9) : nil)
    pump.descriptorCensus.isFiltered =
      try tracing.tracedUser() != nil || tracing.comm != nil || tracing.cgroup != nil
    let outcome = try session.run(pump)
    if isShown, let notice = view.stop() { printNotice("spoor: \(notice)") }
    if let left = pump.leftID {
      printNotice("spoor: the command goes on without a terminal; end it with: kill \(left)")
    }
    if let failure = outcome.failure { throw failure }
  }

  private func makeView(
    _ mailbox: TopMailbox, _ settings: FindingSettings, _ host: HostFigures,
    _ terminalGuard: TerminalGuard, start: UInt64, step: UInt64
  ) -> TopView {
    let names = UserNames()
    let options = tracing.givenOptions
    return TopView(mailbox) {
      var model = TopModel(TopHistory(start: start)) { names.name($0) }
      model.host = host
      return try TopScreenSession(
        mailbox, model: model, judge: TopJudge(settings: settings, mailbox: mailbox),
        files: TopFiles(
          mailbox, settings: settings, command: tracing.command, options: options,
          intervalLength: step),
        terminalGuard: terminalGuard)
    }
  }

  /// Shows a recording; on this thread, since nothing is traced.
  private func replay(_ file: String, _ settings: FindingSettings) throws {
    let whole = try WholeRecording(reading: file)
    try CursesScreen.check()
    let terminalGuard = try TerminalGuard(of: STDOUT_FILENO, farewell: CursesScreen.farewell)
    SignalQueue.block(TopScreenSession.signals(isLive: false))
    let names = UserNames()
    var model = TopModel(
      TopHistory(of: whole.timeline, loss: whole.run.loss)
    ) { names.name($0) }
    model.host.subject = ForeignText.clip(ForeignText.visible(file), 40)
    model.take(Judgement(of: whole.timeline, settings: settings).findings)
    let mailbox = try TopMailbox()
    let session = try TopScreenSession(
      mailbox, model: model, judge: nil,
      files: TopFiles(
        mailbox, settings: settings, command: [], options: [],
        intervalLength: whole.run.header.intervalLength),
      terminalGuard: terminalGuard, recording: file)
    session.run()
  }

  private func host(_ tracing: TracingOptions) -> HostFigures {
    var host = HostFigures()
    var name = [CChar](repeating: 0, count: 256)
    if gethostname(&name, name.count - 1) == 0 {
      host.machine = ForeignText.encode(
        name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)))
    }
    let words = RecordingHeader.subject(options: tracing.givenOptions, command: tracing.command)
    let shown = ForeignText.commandLine(words: words.map { Array($0.utf8) })
    host.subject = ForeignText.clip(shown, 40)
    return host
  }
}
