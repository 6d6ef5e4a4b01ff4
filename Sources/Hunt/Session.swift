// SPDX-License-Identifier: Apache-2.0

import Attribution
import CLinux
import Glibc
import Launcher

/// The terminal of one run, and everybody whose end the run has to see. Whatever a step waits for,
/// what the target writes is read meanwhile, and what it asks is answered.
final class Session {
  /// Bytes on their way to a target that reads none; what comes on top is dropped.
  private static let longestInput = 1 << 20

  private var pty: PseudoTerminal
  let terminal: Terminal
  private let interrupt: Interrupt
  private var input: [UInt8] = []
  private(set) var isHungUp = false
  /// When the target wrote last, or the session began.
  private(set) var lastOutput = Clock.now
  /// When the run takes too long; nil while it is being ended.
  var deadline: Double?
  var heedsInterrupt = true

  init(size: Scenario.Size, owner: UInt32, interrupt: Interrupt) throws(HuntError) {
    do {
      pty = try PseudoTerminal(window: size.window, owner: owner)
    } catch {
      throw HuntError(.hunt, error.description)
    }
    terminal = Terminal(size: size)
    self.interrupt = interrupt
  }

  /// For who is started in the terminal; closed as soon as somebody was, so that the end of all
  /// of them shows.
  var slave: Int32 { pty.slave }

  func closeSlave() { pty.closeSlave() }

  var foreground: Int32? { isHungUp ? nil : pty.foreground }

  func hangUp() {
    pty.hangUp()
    isHungUp = true
  }

  func resize(to size: Scenario.Size) {
    // First the screen, as a terminal does: the program asks for the size once it is told.
    terminal.resize(to: size)
    pty.resize(to: size.window)
  }

  /// Waits once: for anything to read or write, for the end of a process, or for a time.
  ///
  /// - Parameters:
  ///   - time: of `Clock`.
  ///   - descriptors: become readable with what the caller waits for.
  /// - Returns: those that are readable.
  @discardableResult
  func pump(until time: Double, for descriptors: [Int32] = []) throws(HuntError) -> [Int32] {
    flush()
    let latest = min(time, deadline ?? .infinity)
    let patience = Int32(max(0, min(60, latest - Clock.now)) * 1000) + 1
    var waiting = [
      pollfd(
        fd: isHungUp ? -1 : pty.master,
        events: Int16(POLLIN) | (input.isEmpty ? 0 : Int16(POLLOUT)), revents: 0),
      pollfd(fd: heedsInterrupt ? interrupt.descriptor : -1, events: Int16(POLLIN), revents: 0),
    ]
    waiting += descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    poll(&waiting, nfds_t(waiting.count), patience)
    if waiting[0].revents != 0 { read() }
    flush()
    if heedsInterrupt && interrupt.isWanted() { throw .interrupted }
    if let deadline, Clock.now >= deadline {
      throw failure("the run took longer than its timeout")
    }
    return waiting.dropFirst(2).filter { $0.revents != 0 }.map(\.fd)
  }

  private func read() {
    var hasWritten = false
    let isThere = pty.read { bytes in
      terminal.write(bytes)
      hasWritten = true
    }
    if hasWritten { lastOutput = Clock.now }
    if !isThere { hangUp() }
  }

  private func flush() {
    input += terminal.takeInput().prefix(Self.longestInput - input.count)
    guard !input.isEmpty else { return }
    if isHungUp {
      input.removeAll()
    } else {
      input.removeFirst(pty.write(input))
    }
  }

  /// That something went wrong, with the screen as it is.
  func failure(_ problem: String, _ code: HuntError.Code = .run) -> HuntError {
    // What a target wrote before it ended, but not all of a flood.
    for _ in 0..<16 where !isHungUp { read() }
    let text = terminal.text
    if text.isEmpty { return HuntError(code, problem + "; the screen was empty") }
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    return HuntError(
      code, problem + "; the screen was:",
      screen: rows.map { "  | " + ForeignText.visible(String($0)) })
  }
}

/// How somebody tells a hunt to end.
package struct Interrupt {
  /// Readable when there may be something to tell.
  package var descriptor: Int32
  package var isWanted: () -> Bool

  package init(descriptor: Int32, isWanted: @escaping () -> Bool) {
    self.descriptor = descriptor
    self.isWanted = isWanted
  }
}

/// Seconds, for distances only.
enum Clock {
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
