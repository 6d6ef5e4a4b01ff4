// SPDX-License-Identifier: Apache-2.0

import Events

/// Who did what: processes, their lookups, their terminals and their children.
///
/// Pure state: time comes in with the events, so a ledger replays without a kernel. One thread
/// owns it.
public struct Ledger: ~Copyable {
  var processes = ProcessTable()
  /// The child of a waiter by the id that a wait call returns.
  var childrenByWaitID: [WaitID: ProcessIndex] = [:]
  /// Waits that did not tell whom they reaped, by waiter.
  var anonymousWaits: [ProcessKey: Int] = [:]
  var processEvents: [ProcessEvent] = []
  /// Told to the recording and over: forgotten at the interval after.
  private var finished: [ProcessIndex] = []

  private var paths = PathInterner()
  private var toldPaths = 0
  private var lookups = LookupTable()

  private var terminals: [Terminal] = []
  private var terminalIndex: [Terminal: TerminalIndex] = [:]
  private var toldTerminals = 0
  private var terminalWrites: [TerminalKey: TerminalSum] = [:]
  private var exactTerminals: [ProcessKey: [ExactTerminal: TerminalSum]] = [:]

  private var intervalNumber = 0
  private var intervalStart: UInt64
  private var lossAccount = LossAccount()

  struct WaitID: Hashable {
    var waiter: ProcessKey
    var child: UInt32
  }

  private struct TerminalKey: Hashable {
    var process: ProcessIndex
    var terminal: TerminalIndex
    var direction: TerminalDirection
  }

  private struct ExactTerminal: Hashable {
    var terminal: Terminal
    var direction: TerminalDirection
  }

  private struct TerminalSum: Equatable {
    var bytes: UInt64 = 0
    var writes: UInt64 = 0
    var failed: UInt64 = 0

    mutating func add(_ result: Int64) {
      writes += 1
      if result < 0 {
        failed += 1
      } else {
        bytes += UInt64(result)
      }
    }
  }

  /// - Parameter start: nanoseconds since boot.
  public init(start: UInt64) {
    intervalStart = start
  }

  /// Takes one event in. Lookups and terminal writes of known processes, paths and terminals
  /// allocate nothing.
  public mutating func apply(_ event: Event) {
    lossAccount.received += 1
    switch event {
    case .lookup(let lookup): apply(lookup)
    case .terminalWrite(let write): apply(write)
    case .fork(let fork): apply(fork)
    case .exec(let exec): apply(exec)
    case .exit(let exit): apply(exit)
    case .release(let release): apply(release)
    case .wait(let wait): apply(wait)
    }
  }

  /// Counts a record that could not be read.
  public mutating func countMalformed() {
    lossAccount.malformed += 1
  }

  private mutating func apply(_ lookup: Lookup) {
    lookups.add(
      process: processes.enter(lookup.header.process), path: paths.intern(lookup.path),
      operation: lookup.operation, errno: lookup.errno)
  }

  /// An exec is a lookup too, and it succeeded.
  mutating func countLookup(_ process: ProcessIndex, exec: Exec) {
    guard let operation = exec.operation else { return }
    lookups.add(
      process: process, path: paths.intern(exec.lookedUpPath), operation: operation, errno: 0)
  }

  private mutating func apply(_ write: TerminalWrite) {
    let terminal = Terminal(instance: write.instance, major: write.major, minor: write.minor)
    let key = TerminalKey(
      process: processes.enter(write.header.process), terminal: enter(terminal),
      direction: write.isInput ? .input : .output)
    terminalWrites[key, default: TerminalSum()].add(write.result)
  }

  private mutating func enter(_ terminal: Terminal) -> TerminalIndex {
    if let index = terminalIndex[terminal] { return index }
    let index = TerminalIndex(terminals.count)
    terminals.append(terminal)
    terminalIndex[terminal] = index
    return index
  }

  /// Numbers for a raw event's row, where an interval's counts are not enough.
  public mutating func indices(of lookup: Lookup) -> (ProcessIndex, PathIndex) {
    (processes.enter(lookup.header.process), paths.intern(lookup.path))
  }

  /// The same for a terminal write.
  public mutating func indices(of write: TerminalWrite) -> (ProcessIndex, TerminalIndex) {
    let terminal = Terminal(instance: write.instance, major: write.major, minor: write.minor)
    return (processes.enter(write.header.process), enter(terminal))
  }

  /// The process's number, whatever the event tells.
  public mutating func index(of process: ProcessKey) -> ProcessIndex {
    processes.enter(process)
  }

  /// What is known of a process now.
  public func process(_ key: ProcessKey) -> TracedProcess? {
    processes[key]
  }

  /// How many processes are known and not over.
  public var processCount: Int { processes.count }

  /// Records taken in since the start.
  public var eventCount: UInt64 { lossAccount.received }

  // MARK: Exact counters

  /// Takes over the kernel's exact count of a process's lookups by one operation.
  public mutating func apply(_ counter: LookupCounter) {
    let name = counter.operation.name
    let index = processes.enter(counter.process)
    if let known = processes[index], known.lookupsByOperation[name] == counter.total,
      known.exactFailures[name] == counter.failed
    {
      return
    }
    processes.change(index) { process in
      process.exactFailures[name] = counter.failed
      process.lookupsByOperation[name] = counter.total
      process.lookups = process.lookupsByOperation.values.reduce(0, +)
      process.failedLookups = process.exactFailures.values.reduce(0, +)
    }
  }

  /// Takes over the kernel's exact count of what a process wrote to one terminal.
  public mutating func apply(_ counter: TerminalCounter) {
    let terminal = Terminal(instance: counter.instance, major: counter.major, minor: counter.minor)
    let key = ExactTerminal(terminal: terminal, direction: counter.isInput ? .input : .output)
    var sums = exactTerminals[counter.process, default: [:]]
    let sum = TerminalSum(bytes: counter.bytes, writes: counter.writes, failed: counter.failed)
    if sums[key] == sum { return }
    sums[key] = sum
    exactTerminals[counter.process] = sums
    processes.change(processes.enter(counter.process)) { process in
      process.outputBytes = 0
      process.inputBytes = 0
      process.terminalWrites = 0
      process.failedTerminalWrites = 0
      for (key, sum) in sums {
        if key.direction == .output {
          process.outputBytes += sum.bytes
        } else {
          process.inputBytes += sum.bytes
        }
        process.terminalWrites += sum.writes
        process.failedTerminalWrites += sum.failed
      }
    }
  }

  /// Takes over the kernel's loss counters, which count from the start.
  public mutating func apply(_ statistics: ProbeStatistics) {
    lossAccount.statistics = statistics
  }

  /// Loss since the start.
  public var loss: Loss { lossAccount.total }

  // MARK: Intervals

  /// Ends the interval: what happened since the last call.
  ///
  /// - Parameter time: nanoseconds since boot.
  public mutating func endInterval(at time: UInt64) -> Interval {
    var interval = Interval(number: intervalNumber, start: intervalStart, end: time)
    interval.lookups = lookups.drain()
    interval.terminalWrites = drainTerminalWrites()
    interval.firstNewPath = PathIndex(toldPaths)
    interval.newPaths = (toldPaths..<paths.count).map { paths.bytes(PathIndex($0)) }
    interval.firstNewTerminal = TerminalIndex(toldTerminals)
    interval.newTerminals = Array(terminals[toldTerminals...])
    interval.processEvents = processEvents
    interval.processes = processes.takeChanged()
    interval.loss = lossAccount.takeInterval()

    toldPaths = paths.count
    toldTerminals = terminals.count
    processEvents.removeAll(keepingCapacity: true)
    forgetFinished(interval.processes)
    intervalNumber += 1
    intervalStart = time
    return interval
  }

  private mutating func drainTerminalWrites() -> [TerminalWriteCount] {
    defer { terminalWrites.removeAll(keepingCapacity: true) }
    return terminalWrites.map { key, sum in
      TerminalWriteCount(
        process: key.process, terminal: key.terminal, direction: key.direction,
        bytes: sum.bytes, writes: sum.writes, failed: sum.failed)
    }
  }

  /// A released process is kept for one interval more, for its last exact counts.
  private mutating func forgetFinished(
    _ told: [(index: ProcessIndex, process: TracedProcess)]
  ) {
    for index in finished {
      if let process = processes[index] {
        exactTerminals[process.key] = nil
        anonymousWaits[process.key] = nil
        processes.forget(index)
      }
    }
    finished = told.filter { $0.process.isReleased }.map(\.index)
  }
}

extension Exec {
  /// execveat with a descriptor shows as /dev/fd/N/path: the call was given the rest.
  var lookedUpPath: UnsafeRawBufferPointer {
    let prefix: StaticString = "/dev/fd/"
    guard operation?.name == "execveat", path.count > prefix.utf8CodeUnitCount else { return path }
    let matches = prefix.withUTF8Buffer { path.starts(with: $0) }
    guard matches, let slash = path[prefix.utf8CodeUnitCount...].firstIndex(of: UInt8(ascii: "/"))
    else { return path }
    return UnsafeRawBufferPointer(rebasing: path[(slash + 1)...])
  }
}
