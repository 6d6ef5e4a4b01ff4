// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Attribution
import CLauncher
import CLinux
import Glibc
import Hunt
import Launcher
import Probe

/// One run of the tracer: attach, start or find the target, loop, and come to a true end.
struct TracingSession {
  let options: TracingOptions
  let configuration: ProbeConfiguration
  /// Nanoseconds between two intervals.
  let interval: UInt64
  /// Nanoseconds between two looks at the ring while it does not call by itself.
  let period: UInt64
  /// Nanoseconds to go on when the command has ended and left somebody.
  let grace: UInt64
  let user: InvokingUser

  /// Allocations from here on have a mapping of their own.
  private static let ownMappingBytes: Int32 = 256 << 10

  /// Blocks signals, before any thread starts.
  init(
    _ options: TracingOptions, interval: UInt64, latency: UInt64, period: UInt64,
    grace: UInt64 = 0, timing: ProbeConfiguration.Timing = .never
  ) throws {
    SignalQueue.block(SignalQueue.tracing)
    user = try InvokingUser.current(asRoot: options.asRoot)
    self.options = options
    self.interval = interval
    self.period = period
    self.grace = grace
    configuration = try options.configuration(
      latency: latency, gap: interval, timing: timing)
    // Tables grow by halves that go back to the kernel: glibc would keep the first ones, and then
    // larger and larger ones, in its heap, a tenth of the memory at 100,000 paths.
    spoor_map_allocations_above(Self.ownMappingBytes)
    // What terminals show stays out of core dumps: the ring is never in one, and now the rest.
    if options.inspectTty { spoor_forbid_core_dump() }
  }

  /// What is left to tell when tracing is over.
  struct Outcome {
    /// The command's, as a shell tells it; nil where there was none, or it goes on.
    var status: Int32?
    /// What went wrong once all ran: most of what was traced may be there.
    var failure: (any Error)?

    /// Ends with the command's own status where that is not 0; a failure is told in any case.
    func leave() throws {
      guard let status, status != 0 else {
        if let failure { throw failure }
        return
      }
      if let failure { printNotice(ForeignText.visible("spoor: \(failure)")) }
      throw ExitCode(status)
    }
  }

  /// Runs to the end.
  ///
  /// - Throws: what kept it from tracing at all.
  func run(_ pump: EventPump) throws -> Outcome {
    var loop = try EventLoop(
      period: min(period, interval), marks: pump.takesMarks ? markListener() : nil)
    var outcome = Outcome()
    guard !options.command.isEmpty else {
      try traceRunning(&loop, pump, &outcome)
      return outcome
    }
    var target = try traceTarget(&loop, pump, &outcome)
    pump.letTargetGo()
    if pump.isWatched, !hasEnded(target) {
      pump.targetStays(processID: target.processID)
      return outcome
    }
    // Tracing may have ended first, even by a full disk; the target goes on to its own end.
    loop.awaitWatched { signal in forward(signal, to: target, pump) }
    outcome.status = try target.wait().shellStatus
    return outcome
  }

  /// -p and -a: until a signal, the duration, or the end of the given processes.
  private func traceRunning(
    _ loop: inout EventLoop, _ pump: EventPump, _ outcome: inout Outcome
  ) throws {
    let seeds = try SeedProcesses(options.processIDs())
    let probe = try Probe(configuration, context: pump.context, onRecord: EventPump.onRecord)
    try attached(probe, pump)
    pump.begins(at: probe.began)
    try pump.seed(probe, at: BootClock.now)
    pump.takeDescriptors(probe)
    probe.beginTiming(at: BootClock.now)
    for pidfd in seeds.pidfds { try loop.watch(pidfd: pidfd) }
    try dropPrivileges(probe)
    try pump.started(target: nil)
    forgetStart()
    try announce()
    let deadline = deadline
    let end = try loop.run(probe, pump, interval: interval, deadline: deadline) { _ in true }
    if case .watched = end, pump.isWatched {
      pump.targetsEnded(status: nil)
      _ = try loop.run(probe, pump, interval: interval, deadline: deadline) { _ in true }
    }
    finish(probe, pump, target: nil, &outcome)
  }

  /// Says what attached and never ran, where nobody looks at a screen that says so.
  private func attached(_ probe: borrowing Probe, _ pump: EventPump) throws {
    if !pump.isWatched {
      for silence in probe.plan.silent { printNotice("spoor: \(silence.sentence)") }
    }
    try pump.attached(unseen: probe.unseen)
  }

  /// Whether the target ends within two seconds, once its terminal is gone.
  private func hasEnded(_ target: borrowing StartedTarget) -> Bool {
    var waiting = pollfd(fd: target.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, 2_000) == 1
  }

  /// Starts the command and traces it to its end, or to the end of the tracing.
  ///
  /// - Parameter outcome: has what went wrong once the target ran; it must not be left alone.
  private func traceTarget(
    _ loop: inout EventLoop, _ pump: EventPump, _ outcome: inout Outcome
  ) throws -> StartedTarget {
    let probe = try Probe(configuration, context: pump.context, onRecord: EventPump.onRecord)
    try attached(probe, pump)
    pump.begins(at: BootClock.now)
    pump.takeDescriptors(probe)
    probe.beginTiming(at: BootClock.now)
    let command = RawArguments.last(options.command.count)
    var target = try Launcher.start(
      command: command, user: user, inherited: Spoor.inherited, surroundings: pump.surroundings)
    do {
      try dropPrivileges(probe)
    } catch {
      try? target.kill(SIGKILL)
      _ = try? target.wait()
      throw error
    }
    try pump.started(target: UInt32(target.processID))
    pump.name(target: target.processID, command: command, probe)
    forgetStart()
    try announce()
    try loop.watch(target)
    let deadline = deadline
    let end = try loop.run(probe, pump, interval: interval, deadline: deadline) { signal in
      if pump.isWatched { return true }
      forward(signal, to: target, pump)
      return false
    }
    if case .watched = end {
      let status = try target.wait().shellStatus
      loop.reapSiblings()
      if pump.isWatched {
        pump.targetsEnded(status: status)
        _ = try loop.run(probe, pump, interval: interval, deadline: deadline) { _ in true }
      } else {
        try awaitSurvivors(&loop, probe, pump)
      }
    }
    finish(probe, pump, target: target.processID, &outcome)
    if case .duration = end, outcome.failure == nil { pump.goesOn() }
    return target
  }

  /// Goes on tracing those who outlive the command, until none is left, a signal comes, or the
  /// grace is over.
  private func awaitSurvivors(
    _ loop: inout EventLoop, _ probe: borrowing Probe, _ pump: EventPump
  ) throws {
    guard grace > 0 else { return }
    probe.drain()
    pump.drained()
    guard !pump.ledger.living.isEmpty else { return }
    // What comes after the command's end has intervals of its own.
    let now = BootClock.now
    pump.endInterval(probe, at: now)
    _ = try loop.run(
      probe, pump, interval: interval, deadline: now + grace,
      isOver: { pump.ledger.living.isEmpty }, onSignal: { _ in true })
  }

  /// Nil, and a notice, where the socket cannot be had.
  private func markListener() -> MarkListener? {
    do {
      return try MarkListener(owner: user.userID)
    } catch {
      printNotice("spoor: \(error); marks come by SIGUSR1 alone")
      return nil
    }
  }

  /// A signal from the terminal has reached the whole foreground group, the target included; but
  /// that it is closed the kernel tells the session's leader alone (__tty_hangup in
  /// drivers/tty/tty_io.c), which spoor is where a terminal was opened for it.
  private func forward(
    _ signal: SignalQueue.Received, to target: borrowing StartedTarget, _ pump: EventPump
  ) {
    if pump.passOn(signal) { return }
    let isForLeader = signal.number == SIGHUP && getsid(0) == getpid()
    if !signal.isFromTerminal || isForLeader { try? target.kill(signal.number) }
  }

  private var deadline: UInt64? {
    options.duration.map { BootClock.now + UInt64($0 * 1e9) }
  }

  /// What starting took of the code is a third of this process's memory; a debugger keeps its
  /// breakpoints.
  private func forgetStart() {
    if KernelNumber("/proc/self/status").value(of: "TracerPid") == 0 { spoor_unmap_used_code() }
  }

  /// Tells a test, or a script, that nothing will be missed from here on.
  private func announce() throws {
    guard let path = options.readyFile else { return }
    // With the rights of whoever gave the path: root's would make it anywhere.
    let (file, number) = try user.fileOwner.perform {
      (open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644), errno)
    }
    guard file >= 0 else {
      throw CommandFailure.badInput(
        "cannot create \(path): \(String(cString: strerror(number))); give --ready-file a path "
          + "in a directory that exists")
    }
    close(file)
  }

  // MARK: The end

  /// Brings the ledger to the state that the kernel has: what is in the ring, who was reaped
  /// and is on the way, and what a loss left open.
  private func finish(
    _ probe: borrowing Probe, _ pump: EventPump, target: Int32?, _ outcome: inout Outcome
  ) {
    let end = BootClock.now
    probe.drain()
    // A person who quits has seen the figures, and waits for nobody.
    if !pump.isWatched {
      awaitReleases(probe, pump, target: target)
      awaitFirstRelease(probe, pump)
    }
    pump.takeDescriptors(probe)
    probe.endTiming()
    pump.endInterval(probe, at: end, isLast: true)
    pump.drained()
    do { try pump.ended(at: end) } catch { outcome.failure = error }
  }
}
