// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// How often a process looked something up by one operation: exact, from the kernel's maps.
public struct LookupCounter: Sendable {
  public var process: ProcessKey
  public var operation: Operation
  public var total: UInt64
  public var failed: UInt64

  public init(_ key: spoor_lookup_key, _ count: spoor_lookup_count) {
    process = ProcessKey(processID: key.tgid, startTime: key.start_time_ns)
    operation = Operation(rawValue: UInt16(truncatingIfNeeded: key.operation))
    total = count.total
    failed = count.failed
  }
}

extension LookupCounter {
  /// How often a process used each of the operations that the kernel side counts with it.
  ///
  /// - Returns: one for each that it used.
  public static func frequent(_ key: spoor_process_key, _ state: spoor_process) -> [Self] {
    withUnsafeBytes(of: state.lookups) { counts in
      counts.bindMemory(to: spoor_lookup_count.self).enumerated().compactMap { index, count in
        guard count.total > 0 else { return nil }
        let operation = spoor_frequent_operation(UInt32(index))
        return Self(
          spoor_lookup_key(
            start_time_ns: key.start_time_ns, tgid: key.tgid, operation: operation), count)
      }
    }
  }
}

/// What a process wrote to one side of one terminal: exact, from the kernel's map.
public struct TerminalCounter: Sendable {
  public var process: ProcessKey
  public var instance: UInt32
  public var major: UInt32
  public var minor: UInt32
  public var isInput: Bool
  public var bytes: UInt64
  public var writes: UInt64
  public var failed: UInt64

  public init(_ key: spoor_tty_key, _ count: spoor_tty_count) {
    process = ProcessKey(processID: key.tgid, startTime: key.start_time_ns)
    instance = key.tty.instance
    major = key.tty.major
    minor = key.tty.minor
    isInput = key.tty.side == SPOOR_TTY_INPUT.rawValue
    bytes = count.bytes
    writes = count.writes
    failed = count.failed
  }
}

/// What anybody wrote to a terminal's master, whether followed or not: from the kernel's map.
public struct TerminalInputCounter: Sendable {
  public var instance: UInt32
  public var major: UInt32
  public var minor: UInt32
  /// Of the last write: nanoseconds since boot.
  public var lastTime: UInt64
  /// Calls that took something.
  public var writes: UInt64
  public var bytes: UInt64

  public init(_ key: spoor_tty, _ input: spoor_tty_input) {
    instance = key.instance
    major = key.major
    minor = key.minor
    lastTime = input.last_ns
    writes = input.writes
    bytes = input.bytes
  }
}
