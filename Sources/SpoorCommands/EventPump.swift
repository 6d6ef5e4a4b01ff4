// SPDX-License-Identifier: Apache-2.0

import Attribution
import CSpoorABI
import Events
import Launcher
import Probe

/// Takes records out of the ring into a ledger. Verbs subclass it for what they do beside.
///
/// A class, since the ring's reader knows it by its address; only the tracing thread uses it.
class EventPump {
  /// Nothing comes back to the pump from within it, so that each event need not ask whether.
  @exclusivity(unchecked) var ledger: Ledger
  var descriptorCensus = DescriptorCensus()
  private var overhead = OverheadMeter()
  /// Nil for a verb that makes no passes over descriptors.
  var censusSchedule: CensusSchedule?

  /// - Parameter frameGap: see `Ledger`.
  init(frameGap: UInt64 = Ledger.defaultFrameGap) {
    ledger = Ledger(start: 0, frameGap: frameGap)
  }

  /// One event, before the ledger takes it in; its bytes are valid during the call.
  func take(_ event: Event) {
    ledger.apply(event)
  }

  /// Everything is attached, and nothing has started.
  ///
  /// - Parameter unseen: what this kernel does not show, one sentence each.
  func attached(unseen: [String]) throws {}

  /// From here on there are events: to load and to attach took a tenth of a second, which is none of
  /// what is traced.
  ///
  /// - Parameter time: nanoseconds since boot.
  func begins(at time: UInt64) { ledger.begin(at: time) }

  /// What turned out to stay unseen once everything was attached, one sentence each.
  var unseenSince: [String] = []

  /// The target runs, or the processes to trace are followed.
  ///
  /// - Parameter target: its process ID as spoor knows it; nil where nothing was started.
  func started(target: UInt32?) throws {}

  /// The user gave this moment a name.
  ///
  /// - Parameter time: nanoseconds since boot.
  func mark(_ name: String, at time: UInt64) {}

  /// Whether it takes names of moments from `spoor mark`; SIGUSR1 needs no leave.
  var takesMarks: Bool { false }

  /// The last interval is over.
  ///
  /// - Parameter time: nanoseconds since boot.
  func ended(at time: UInt64) throws {}

  /// The ring has been emptied.
  func drained() {}

  /// An interval is over.
  func take(_ interval: Interval) {}

  /// Called after each interval.
  ///
  /// - Parameter elapsed: nanoseconds since the start.
  func progress(elapsed: UInt64) {}

  /// Nobody wants more: a closed pipe, a full disk.
  var wantsToStop: Bool { false }

  /// Readable once `wantsToStop` has become true beside the loop; stays the pump's.
  var wakeDescriptor: Int32? { nil }

  /// Whether somebody watches, who ends it: it goes on when those it was started for have ended,
  /// and does not wait for those who have not.
  var isWatched: Bool { false }

  /// Where the command runs.
  var surroundings: Surroundings { Surroundings() }

  /// Whether it has passed on a signal to those whom it did not reach by itself.
  func passOn(_ signal: SignalQueue.Received) -> Bool { false }

  /// Those who were to be traced have ended.
  ///
  /// - Parameter status: the command's, as a shell tells it; nil for -p.
  func targetsEnded(status: Int32?) {}

  /// What to do at once where --duration ended the tracing and the command is waited for.
  var goesOn: () -> Void = {}

  /// Tracing is over, and the command may go on: what only it needed is given up.
  func letTargetGo() {}

  /// The command goes on though it was let go.
  func targetStays(processID: Int32) {}

  /// Whether it tells what living processes use: a census at each interval.
  var wantsUsage: Bool { true }

  /// Whether it prints to standard output, whose closing ends it.
  var printsToOutput: Bool { false }

  final func receive(_ record: UnsafeRawBufferPointer) {
    do throws(MalformedRecord) {
      take(try Event(record: record))
    } catch {
      ledger.countMalformed()
    }
  }

  /// The address by which the ring's reader knows this pump, which must outlive the probe.
  final var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  /// What the ring's reader calls.
  static let onRecord: RecordHandler = { context, data, size in
    guard let context, let data else { return 0 }
    Unmanaged<EventPump>.fromOpaque(context)._withUnsafeGuaranteedRef {
      $0.receive(UnsafeRawBufferPointer(start: data, count: size))
    }
    return 0
  }
}

extension EventPump {
  /// Takes over the present state and the exact counters, and ends the interval.
  ///
  /// - Parameters:
  ///   - time: nanoseconds since boot.
  ///   - isLast: the end of the tracing: no event comes any more, and a process that is missing
  ///     in the census is gone.
  final func endInterval(_ probe: borrowing Probe, at time: UInt64, isLast: Bool = false) {
    // First: counters of a process that this finds released are final when they are read, and
    // may be forgotten.
    heal(probe, at: time)
    do { try probe.settleCounts() } catch { ledger.countFailedPass() }
    let lookups = read { try probe.lookupCounts() }
    let terminals = read { try probe.terminalCounts() }
    let inputs = read { try probe.terminalInputs() }
    let states = read { try probe.processStates() }
    for (key, count) in lookups { ledger.apply(LookupCounter(key, count)) }
    for (key, count) in terminals { ledger.apply(TerminalCounter(key, count)) }
    for (key, input) in inputs { ledger.apply(TerminalInputCounter(key, input)) }
    for (key, state) in states {
      for counter in LookupCounter.frequent(key, state) { ledger.apply(counter) }
      ledger.noteWaiting(ProcessState(key, state))
    }
    if wantsUsage || isLast { takeCensus(probe, at: time, isComplete: isLast) }
    nameFromProc()
    var interval = ledger.endInterval(at: time, isLast: isLast)
    let (programs, times) = probe.programs(at: time)
    interval.overhead = overhead.take(programs, times)
    take(interval)
    forgetReleased(probe, states, lookups.map(\.0), terminals.map(\.0))
  }

  /// Counters, which the next interval has where they cannot be read in this one.
  private func read<Counter>(_ counters: () throws -> [Counter]) -> [Counter] {
    do {
      return try counters()
    } catch {
      ledger.countFailedPass()
      return []
    }
  }

  /// Brings the ledger up to the kernel's state where events of that were lost.
  ///
  /// - Parameter time: nanoseconds since boot.
  final func heal(_ probe: borrowing Probe, at time: UInt64) {
    let lost = ledger.apply(
      ProbeStatistics(perCPU: probe.statistics(), recursionMisses: probe.recursionMisses))
    // Of lookups and terminals the counters are exact, whatever was lost.
    guard !lost.isDisjoint(with: EventKind.ofProcesses) else { return }
    for (key, state) in read({ try probe.processStates() }) {
      ledger.apply(ProcessState(key, state))
    }
    // Who is missing has been reaped: the event of that may be among the lost.
    takeCensus(probe, at: time, isComplete: true)
    guard lost.contains(.exec) else { return }
    for key in ledger.living { describeFromProc(key) }
  }

  /// What processes are and use now; a pass that fails leaves what was known.
  private func takeCensus(_ probe: borrowing Probe, at time: UInt64, isComplete: Bool) {
    guard let census = try? probe.census() else { return }
    ledger.countCensus(threads: census.threads.count, duration: census.duration)
    ledger.apply(
      census: CensusEntry.processes(from: census.threads), at: time, isComplete: isComplete)
  }

  /// Frees the kernel's counters of processes that were released, now that they are told.
  private func forgetReleased(
    _ probe: borrowing Probe, _ states: [(spoor_process_key, spoor_process)],
    _ lookups: [spoor_lookup_key], _ terminals: [spoor_tty_key]
  ) {
    func isReleased(_ processID: UInt32, _ startTime: UInt64) -> Bool {
      let key = ProcessKey(processID: processID, startTime: startTime)
      return ledger.process(key)?.isReleased ?? false
    }
    probe.forget(
      processes: states.map(\.0).filter { isReleased($0.tgid, $0.start_time_ns) },
      lookups: lookups.filter { isReleased($0.tgid, $0.start_time_ns) },
      terminals: terminals.filter { isReleased($0.tgid, $0.start_time_ns) })
  }

  /// Enters what is there before the first event.
  final func seed(_ probe: borrowing Probe, at time: UInt64) throws(ProbeError) {
    let census = try probe.census()
    ledger.apply(
      census: CensusEntry.processes(from: census.threads), at: time, isComplete: false)
    // Thousands take longer than the ring has room for what others do meanwhile.
    for (count, key) in ledger.takeNameless().enumerated() {
      describeFromProc(key)
      if count % 64 == 63 { probe.drain() }
    }
    probe.drain()
  }

  /// Names the command, which has been started: with --uid, --comm and --cgroup its exec may be no
  /// event. One that has ended keeps the words that it was given.
  final func name(target processID: Int32, command: [[UInt8]], _ probe: borrowing Probe) {
    probe.drain()
    func isNameless(_ key: ProcessKey) -> Bool {
      ledger.process(key).map { $0.executable.isEmpty && $0.arguments.isEmpty } ?? false
    }
    guard let key = ledger.process(namespaceID: UInt32(processID)), isNameless(key) else { return }
    describeFromProc(key)
    guard isNameless(key), let process = ledger.process(key) else { return }
    ledger.describe(
      key, executable: [], arguments: Array(command.map { $0 + [0] }.joined()), comm: process.comm,
      userID: process.userID)
  }

  /// Names processes that were there before the tracer.
  private func nameFromProc() {
    for key in ledger.takeNameless() { describeFromProc(key) }
  }

  private func describeFromProc(_ key: ProcessKey) {
    guard let found = ProcEntry(process: key) else { return }
    ledger.describe(
      key, executable: found.executable, arguments: found.arguments, comm: found.comm,
      userID: found.userID)
  }
}
