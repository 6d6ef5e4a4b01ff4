// SPDX-License-Identifier: Apache-2.0

import Events

/// Who did what: processes, their lookups, their terminals and their children.
///
/// Pure state: time comes in with the events, so a ledger replays without a kernel. One thread
/// owns it.
public struct Ledger: ~Copyable {
  var processes = ProcessTable()
  /// Children by the id that a wait call returns.
  var childrenByWaitID: [WaitID: ProcessIndex] = [:]
  var anonymousReaps = AnonymousReaps()
  var usages: [ProcessUsage] = []
  var threadCensus = CensusCost()
  var processEvents: [ProcessEvent] = []
  /// Told to the recording and over: forgotten at the interval after.
  private var finished: [ProcessIndex] = []

  var paths: PathTable
  /// That of the last lookup, or exec; -1 if it walked no path.
  public private(set) var lastPath: PathIndex = -1
  private var toldPaths = 0
  private var lookups = LookupTable()

  private var terminals: [Terminal] = []
  private var terminalIndex: [Terminal: TerminalIndex] = [:]
  /// Most writes go where the one before went.
  private var lastTerminal: TerminalIndex = 0
  private var toldTerminals = 0
  private var frames: FrameTracker
  private var terminalWrites: [TerminalKey: TerminalSum] = [:]
  var inputs = InputTable()
  var resizes: [ProcessIndex: ResizeCount] = [:]
  var exactTerminals: [ProcessKey: [ExactTerminal: TerminalSum]] = [:]

  var inspections = InspectionAccount()

  var descriptors = DescriptorAccount()

  private var intervalNumber = 0
  private var intervalStart: UInt64
  var lossAccount = LossAccount()

  private struct TerminalKey: Hashable {
    var process: ProcessIndex
    var terminal: TerminalIndex
    var direction: TerminalDirection
  }

  struct ExactTerminal: Hashable {
    var terminal: Terminal
    var direction: TerminalDirection
  }

  struct TerminalSum: Equatable {
    var bytes: UInt64 = 0
    var writes: UInt64 = 0
    var failed: UInt64 = 0
    /// At the last write; the kernel's counters do not tell.
    var isRaw = false

    mutating func add(_ write: TerminalWrite) {
      isRaw = write.isRaw
      let result = write.result
      writes += 1
      if result < 0 {
        failed += 1
      } else {
        bytes &+= UInt64(result)
      }
    }
  }

  /// Nanoseconds without a write that end a frame, unless one asks for another gap.
  public static let defaultFrameGap: UInt64 = 4_000_000

  /// - Parameters:
  ///   - start: nanoseconds since boot.
  ///   - frameGap: nanoseconds without a write to a terminal that end a frame on it.
  ///   - pathCapacity: distinct paths beyond it are counted together.
  public init(
    start: UInt64, frameGap: UInt64 = Self.defaultFrameGap, pathCapacity: PathCapacity = .standard
  ) {
    intervalStart = start
    paths = PathTable(capacity: pathCapacity)
    frames = FrameTracker(gap: frameGap)
  }

  /// Moves the start, before the first event.
  ///
  /// - Parameter time: nanoseconds since boot.
  public mutating func begin(at time: UInt64) { intervalStart = time }

  /// Takes one event in. Lookups and terminal writes of known processes, paths and terminals
  /// allocate nothing.
  public mutating func apply(_ event: Event) {
    lossAccount.received += 1
    switch event {
    case .lookup(let lookup): apply(lookup)
    case .terminalWrite(let write): apply(write)
    case .terminalText(let text): apply(text)
    case .fork(let fork): apply(fork)
    case .exec(let exec): apply(exec)
    case .exit(let exit): apply(exit)
    case .release(let release): apply(release)
    case .wait(let wait): apply(wait)
    case .resize(let resize): apply(resize)
    case .master(let change): apply(change)
    }
  }

  /// Counts a record that could not be read.
  public mutating func countMalformed() {
    lossAccount.malformed += 1
  }

  private mutating func apply(_ lookup: Lookup) {
    noteMasterOpen(lookup)
    let process = processes.enter(lookup.header.process)
    lastPath = paths.enter(lookup.path, lookup.pathStatus, lookup.walk, by: process)
    countLookup(by: process, lookup.operation, errno: lookup.errno)
  }

  /// Of the last path.
  private mutating func countLookup(
    by process: ProcessIndex, _ operation: Operation, errno: UInt16
  ) {
    if lastPath == paths.other { lossAccount.otherPaths += 1 }
    lookups.add(process: process, path: lastPath, operation: operation, errno: errno)
  }

  /// An exec is a lookup too, and it succeeded.
  mutating func countLookup(_ process: ProcessIndex, exec: Exec) {
    lastPath = -1
    guard let operation = exec.operation else { return }
    lastPath = paths.enter(exec.path, exec.pathStatus, exec.lookupWalk, by: process)
    countLookup(by: process, operation, errno: 0)
  }

  private mutating func apply(_ write: TerminalWrite) {
    let terminal = Terminal(instance: write.instance, major: write.major, minor: write.minor)
    let key = TerminalKey(
      process: processes.enter(write.header.process), terminal: enter(terminal),
      direction: write.isInput ? .input : .output)
    terminalWrites[key, default: TerminalSum()].add(write)
    if key.direction == .output {
      frames.write(key.process, key.terminal, bytes: write.result, at: write.header.time)
    }
  }

  private mutating func apply(_ text: TerminalText) {
    let terminal = Terminal(instance: text.instance, major: text.major, minor: text.minor)
    inspections.take(
      text, process: processes.enter(text.header.process), terminal: enter(terminal))
  }

  private mutating func enter(_ terminal: Terminal) -> TerminalIndex {
    if lastTerminal < terminals.count, terminals[Int(lastTerminal)] == terminal {
      return lastTerminal
    }
    if let index = terminalIndex[terminal] {
      lastTerminal = index
      return index
    }
    let index = TerminalIndex(terminals.count)
    terminals.append(terminal)
    terminalIndex[terminal] = index
    return index
  }

  /// Numbers for a raw event's row, where an interval's counts are not enough.
  public mutating func indices(of lookup: Lookup) -> (ProcessIndex, PathIndex) {
    let process = processes.enter(lookup.header.process)
    return (process, paths.enter(lookup.path, lookup.pathStatus, lookup.walk, by: process))
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

  /// Records taken in since the start.
  public var eventCount: UInt64 { lossAccount.received }

  // MARK: Intervals

  /// How many paths were first seen since the last were taken.
  public var newPathCount: Int { paths.count - toldPaths }

  /// Takes lookups and their paths out before the interval ends, which has those that come later:
  /// all of a busy second's in one piece take as much memory again.
  ///
  /// - Parameter time: now, in nanoseconds since boot.
  /// - Returns: the interval up to now, with these alone, and with every process that changed.
  public mutating func takePart(at time: UInt64) -> Interval {
    var part = Interval(number: intervalNumber, start: intervalStart, end: time)
    takeLookups(into: &part)
    part.processes = processes.changedOnes
    return part
  }

  private mutating func takeLookups(into interval: inout Interval) {
    interval.lookups = lookups.drain()
    interval.firstNewPath = PathIndex(toldPaths)
    interval.newPaths = paths.list(from: toldPaths)
    toldPaths = paths.count
  }

  /// Leaves those that are new out of the interval: nobody wants them.
  public mutating func skipNewPaths() { toldPaths = paths.count }

  /// Ends the interval: what happened since the last call.
  ///
  /// - Parameters:
  ///   - time: nanoseconds since boot.
  ///   - isLast: no event comes any more.
  public mutating func endInterval(at time: UInt64, isLast: Bool = false) -> Interval {
    var interval = Interval(number: intervalNumber, start: intervalStart, end: time)
    takeLookups(into: &interval)
    interval.terminalWrites = drainTerminalWrites()
    interval.inputs = inputs.drain(terminalIndex)
    interval.resizes = drainResizes()
    interval.frames = frames.drain(at: time, isLast: isLast)
    interval.inspections = inspections.drain()
    interval.firstNewTerminal = TerminalIndex(toldTerminals)
    interval.newTerminals = Array(terminals[toldTerminals...])
    interval.processEvents = processEvents
    interval.usages = usages
    interval.threadCensus = threadCensus
    interval.processes = processes.takeChanged()
    interval.descriptors = descriptors.takeInterval()
    interval.loss = lossAccount.takeInterval()
    interval.gaps = lossAccount.takeGaps()

    toldTerminals = terminals.count
    processEvents.removeAll(keepingCapacity: true)
    usages.removeAll(keepingCapacity: true)
    threadCensus = CensusCost()
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
        bytes: sum.bytes, writes: sum.writes, failed: sum.failed, isRaw: sum.isRaw)
    }
  }

  /// A released process is kept for one interval more, for its last exact counts.
  private mutating func forgetFinished(
    _ told: [(index: ProcessIndex, process: TracedProcess)]
  ) {
    for index in finished {
      if let process = processes[index] {
        exactTerminals[process.key] = nil
        anonymousReaps.forget(process.key)
        inspections.forget(index)
        processes.forget(index)
      }
    }
    finished = told.filter { $0.process.isReleased }.map(\.index)
  }
}
