// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// What a record tells: a `spoor_kind` of the ABI.
public enum EventKind: UInt32, CaseIterable, Sendable {
  case lookup = 1
  case ttyWrite
  case fork
  case exec
  case exit
  case release
  case wait
  case ttyText
  case resize
  case ptyMaster

  /// As recordings and reports call it.
  public var name: String { "\(self)" }

  /// What tells of the life of a process.
  public static let ofProcesses: Set<EventKind> = [.fork, .exec, .exit, .release, .wait]
}

/// Why a record did not arrive: a `spoor_drop` of the ABI.
public enum DropReason: UInt32, CaseIterable, Sendable {
  case ringFull = 0
  case noScratch
  case recordTooLarge
  case reserveFailed

  /// As recordings and reports call it.
  public var name: String { "\(self)" }
}

/// The kernel side's loss counters, summed over the CPUs.
public struct ProbeStatistics: Sendable {
  /// Records of one kind.
  public struct Records: Sendable {
    public var observed: UInt64 = 0
    public var delivered: UInt64 = 0
    /// In the order of `DropReason`.
    public var dropped = [UInt64](repeating: 0, count: DropReason.allCases.count)

    public init() {}
  }

  public var kinds: [EventKind: Records] = [:]
  /// When each CPU that dropped began to, after a pause, and did so last: nanoseconds since boot.
  public var drops: [(first: UInt64, last: UInt64)] = []
  public var pathUnreadable: UInt64 = 0
  public var pathTruncated: UInt64 = 0
  public var lookupCountsMissed: UInt64 = 0
  public var terminalCountsMissed: UInt64 = 0
  /// Writes to masters for which the map of inputs had no room.
  public var terminalInputsMissed: UInt64 = 0
  public var processStatesMissed: UInt64 = 0
  public var tasksMissed: UInt64 = 0
  public var compatCalls: UInt64 = 0
  /// Requests of io_uring in flight at the start, or without room to be kept.
  public var ringMissed: UInt64 = 0
  public var recursionMisses: UInt64 = 0

  /// Records of all kinds that did not arrive.
  public var dropped: UInt64 { kinds.values.reduce(0) { $0 + $1.dropped.reduce(0, +) } }

  public init() {}

  public init(perCPU: [spoor_statistics], recursionMisses: UInt64) {
    for cpu in perCPU {
      add(records: cpu)
      if cpu.last_drop_ns > 0 { drops.append((cpu.first_drop_ns, cpu.last_drop_ns)) }
      pathUnreadable += cpu.path_unreadable
      pathTruncated += cpu.path_truncated
      lookupCountsMissed += cpu.lookup_counts_missed
      terminalCountsMissed += cpu.tty_counts_missed
      terminalInputsMissed += cpu.tty_inputs_missed
      processStatesMissed += cpu.process_states_missed
      tasksMissed += cpu.tasks_missed
      compatCalls += cpu.compat_calls
      ringMissed += cpu.ring_missed
    }
    self.recursionMisses = recursionMisses
  }

  private mutating func add(records cpu: spoor_statistics) {
    let observed = Self.cells(cpu.observed)
    let delivered = Self.cells(cpu.delivered)
    let dropped = Self.cells(cpu.dropped)  // the rows are kinds, the columns reasons
    for kind in EventKind.allCases {
      let place = Int(kind.rawValue)
      kinds[kind, default: Records()].observed += observed[place]
      kinds[kind, default: Records()].delivered += delivered[place]
      for reason in DropReason.allCases.indices {
        kinds[kind, default: Records()].dropped[reason] +=
          dropped[place * DropReason.allCases.count + reason]
      }
    }
  }

  private static func cells<Counters>(_ counters: Counters) -> [UInt64] {
    withUnsafeBytes(of: counters) { Array($0.bindMemory(to: UInt64.self)) }
  }
}
