// SPDX-License-Identifier: Apache-2.0

import Glibc
import Launcher
import Probe
import TerminalUI

/// A screen, what it shows, and what it waits for: all of one thread.
final class TopScreenSession {
  private let mailbox: TopMailbox
  private let signals: SignalQueue
  private let screen: CursesScreen
  private let terminalGuard: TerminalGuard
  /// Nil for a recording, whose findings are known.
  private let judge: TopJudge?
  private let files: TopFiles
  /// The recording that is shown; nil while it is live.
  private let recording: String?
  private var model: TopModel
  private var usage = OwnUsage()
  private var text: ScreenText
  private var isDrawn = true

  init(
    _ mailbox: TopMailbox, model: TopModel, judge: TopJudge?, files: TopFiles,
    terminalGuard: TerminalGuard, recording: String? = nil
  ) throws {
    self.mailbox = mailbox
    self.judge = judge
    self.files = files
    self.recording = recording
    self.model = model
    signals = try SignalQueue(Self.signals(isLive: recording == nil))
    self.terminalGuard = terminalGuard
    terminalGuard.note(isHeld: true)
    screen = try CursesScreen()
    text = ScreenText(columns: screen.columns, rows: screen.rows)
    _ = usage.cpuPercent(at: BootClock.now)
  }

  private static let ending: Set<Int32> = [SIGINT, SIGQUIT, SIGTERM, SIGHUP]

  /// What it takes, to be blocked before any thread starts. Those that end it are the tracing
  /// thread's where there is one.
  static func signals(isLive: Bool) -> [Int32] {
    [SIGWINCH, SIGTSTP] + (isLive ? [] : Array(ending))
  }

  /// Runs until the tracing is over, or the user quits.
  func run() {
    defer {
      screen.close()
      terminalGuard.note(isHeld: false)
    }
    draw()
    var waiting = [STDIN_FILENO, mailbox.arrival.descriptor, signals.raw].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while true {
      // A screen that could not be written is tried again.
      _ = poll(&waiting, nfds_t(waiting.count), isDrawn ? -1 : 200)
      if waiting[1].revents != 0, !takeLetters() { break }
      if waiting[2].revents != 0 { takeSignals() }
      if waiting[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 {
        mailbox.quit()
        waiting[0].fd = -1
      } else if waiting[0].revents != 0 {
        takeKeys()
      }
      // The terminal is given back at once; the tracing may take a moment to come to its end.
      if mailbox.wantsToQuit { break }
      draw()
    }
    if let notice = files.finish() { printed = notice }
  }

  /// What is left to tell when the screen is gone.
  private(set) var printed: String?

  private func draw() {
    text = TopScreen.draw(&model, columns: screen.columns, rows: screen.rows)
    isDrawn = screen.draw(text)
  }

  /// False when the tracing is over.
  private func takeLetters() -> Bool {
    let letters = mailbox.take()
    if let unseen = letters.unseen { files.unseen = unseen }
    for interval in letters.intervals {
      if let failure = files.append(interval) { model.notice = failure }
      model.append(interval)
    }
    if letters.isClosed { return false }
    if let target = letters.target { model.note(target: target) }
    if let notice = letters.notice { model.notice = notice }
    let now = BootClock.now
    if let findings = letters.findings {
      model.take(findings)
      judge?.noteVerdict(at: now)
    }
    model.host.recording = files.recording
    guard !letters.intervals.isEmpty else { return true }
    model.host.ownCPUPercent = usage.cpuPercent(at: now)
    model.host.ownResidentBytes = usage.residentBytes
    judge?.consider(model.history.timeline, at: now)
    return true
  }

  private func takeSignals() {
    var taken: Set<Int32> = []
    while let signal = signals.next() { taken.insert(signal.number) }
    if !taken.isDisjoint(with: Self.ending) { mailbox.quit() }
    if taken.contains(SIGTSTP) { suspend() }
    if taken.contains(SIGWINCH) { screen.resize() }
  }

  /// Stops as SIGTSTP would, which ncurses drops while it draws.
  private func suspend() {
    screen.suspend()
    terminalGuard.note(isHeld: false)
    kill(getpid(), SIGSTOP)
    terminalGuard.note(isHeld: true)
    screen.resize()
  }

  private func takeKeys() {
    while let key = screen.nextKey(on: text) {
      switch key {
      case .character("\u{1a}"):
        // Ctrl-Z: the whole job stops, unless there is no shell that could continue it.
        guard getsid(0) != getpid() else { continue }
        kill(0, SIGTSTP)
        suspend()
      case .character("\u{c}"): screen.redraw()
      default: act(model.press(key))
      }
    }
  }

  private func act(_ action: TopAction?) {
    switch action {
    case .quit: mailbox.quit()
    case .toggleRecording:
      model.notice = files.toggleRecording(from: model.history.live)
      model.host.recording = files.recording
    case .writeReport:
      model.notice = "writing a report"
      if let recording { files.writeReport(of: recording) } else { files.writeReport() }
    case nil: break
    }
  }
}
