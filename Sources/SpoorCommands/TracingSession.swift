// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Glibc
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
  let user: InvokingUser

  /// Blocks signals, before any thread starts.
  init(
    _ options: TracingOptions, interval: UInt64, latency: UInt64, period: UInt64
  ) throws {
    SignalQueue.block()
    user = try InvokingUser.current(asRoot: options.asRoot)
    self.options = options
    self.interval = interval
    self.period = period
    configuration = try options.configuration(latency: latency)
  }

  /// What came of it.
  struct Outcome {
    /// The target's exit status, where there was a target.
    var targetStatus: Int32?
    /// Nanoseconds since boot.
    var end: UInt64
  }

  /// Runs to the end.
  ///
  /// - Parameter onAttached: called when everything is attached, before the target starts.
  func run(_ pump: EventPump, onAttached: () throws -> Void) throws -> Outcome {
    var loop = try EventLoop(period: min(period, interval))
    let seeds = try SeedProcesses(options.processIDs())
    let probe = try Probe(configuration, context: pump.context, onRecord: EventPump.onRecord)
    if options.command.isEmpty { try pump.seed(probe, at: BootClock.now) }
    try onAttached()
    if options.command.isEmpty {
      try announce()
      for pidfd in seeds.pidfds { try loop.watch(pidfd: pidfd) }
      _ = try loop.run(
        probe, pump, interval: interval, deadline: deadline, onSignal: { _ in true })
      return Outcome(end: finish(probe, pump))
    }
    return try runTarget(&loop, probe, pump)
  }

  private func runTarget(
    _ loop: inout EventLoop, _ probe: borrowing Probe, _ pump: EventPump
  ) throws -> Outcome {
    var target = try Launcher.start(
      command: RawArguments.last(options.command.count), user: user, inherited: Spoor.inherited)
    try announce()
    try loop.watch(pidfd: target.descriptor)
    let end = try loop.run(probe, pump, interval: interval, deadline: deadline) { signal in
      // The terminal has sent it to the whole foreground group, the target included.
      if !signal.isFromTerminal { try? target.kill(signal.number) }
      return false
    }
    guard case .watched = end else {
      // Tracing ends first: the target goes on without it until its own end.
      let time = finish(probe, pump)
      return Outcome(targetStatus: try target.wait().shellStatus, end: time)
    }
    let status = try target.wait().shellStatus
    return Outcome(targetStatus: status, end: finish(probe, pump))
  }

  private var deadline: UInt64? {
    options.duration.map { BootClock.now + UInt64($0 * 1e9) }
  }

  /// Tells a test, or a script, that nothing will be missed from here on.
  private func announce() throws {
    guard let path = options.readyFile else { return }
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else {
      throw CommandFailure.badInput(
        "cannot create \(path): \(String(cString: strerror(errno))); give --ready-file a path "
          + "in a directory that exists")
    }
    close(file)
  }

  // MARK: The end

  /// Brings the ledger to the state that the kernel has: what is in the ring, who was reaped
  /// and is on the way, and what a loss left open. Returns when it was.
  private func finish(_ probe: borrowing Probe, _ pump: EventPump) -> UInt64 {
    let end = BootClock.now
    probe.drain()
    awaitReleases(probe, pump)
    pump.ledger.apply(
      ProbeStatistics(perCPU: probe.statistics(), recursionMisses: probe.recursionMisses))
    if !pump.ledger.loss.isComplete {
      for (key, state) in probe.processStates() { pump.ledger.apply(ProcessState(key, state)) }
    }
    if let census = try? probe.census() {
      let present = CensusEntry.processes(from: census)
      pump.ledger.apply(census: present, at: end, isComplete: true)
      for entry in present where !entry.isZombie {
        if let peak = ProcEntry.peakResidentBytes(of: entry.process) {
          pump.ledger.raisePeak(of: entry.process, to: peak)
        }
      }
    }
    pump.endInterval(probe, at: end)
    pump.drained()
    return end
  }

  /// A release shows an RCU grace period after the wait: some milliseconds, waited for up to
  /// 200, unless whoever is left is a zombie indeed.
  private func awaitReleases(_ probe: borrowing Probe, _ pump: EventPump) {
    for _ in 0..<40 {
      let ended = pump.ledger.endedAndUnreleased
      if ended.isEmpty { return }
      guard let census = try? probe.census() else { return }
      let present = Set(CensusEntry.processes(from: census).map(\.process))
      if ended.allSatisfy(present.contains) { return }
      usleep(5_000)
      probe.drain()
    }
  }
}
