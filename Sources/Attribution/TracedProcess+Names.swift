// SPDX-License-Identifier: Apache-2.0

import Events

extension TracedProcess {
  /// Nanoseconds since boot.
  package var began: UInt64 { forkTime ?? key.startTime }
  package var isAlive: Bool { exitTime == nil && exit == nil && !isReleased }

  /// It had ended by then, and its parent, which was still there, had not waited for it.
  ///
  /// - Parameters:
  ///   - time: nanoseconds since boot.
  ///   - parentEnd: when a process ended, likewise; nil for one that did not.
  package func isZombie(at time: UInt64, parentEnd: (ProcessKey) -> UInt64?) -> Bool {
    guard let exitTime, exitTime <= time else { return false }
    if isReaped { return reapTime.map { $0 > time } ?? false }
    guard isReleased else { return true }
    // Whoever adopted it removed it, and not before its parent had ended.
    return (parent ?? spawner).flatMap(parentEnd).map { $0 >= time } ?? false
  }

  /// It has no program and no memory of its own.
  package var isKernelThread: Bool {
    executable.isEmpty && arguments.isEmpty && (residentBytes ?? 0) == 0 && peakResidentBytes == 0
  }
  package var template: CommandTemplate {
    CommandTemplate(executable: executable, arguments: arguments, comm: comm)
  }

  /// The last part of the program's path, else the name of its thread.
  package var programName: [UInt8] {
    executable.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? comm
  }

  /// It was before the other, by its start.
  package func isBefore(_ other: TracedProcess) -> Bool {
    (began, key.startTime, key.processID)
      < (other.began, other.key.startTime, other.key.processID)
  }
}
