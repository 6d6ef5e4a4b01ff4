// SPDX-License-Identifier: Apache-2.0

extension TracedProcess {
  /// Nanoseconds since boot.
  package var began: UInt64 { forkTime ?? key.startTime }
  package var isAlive: Bool { exitTime == nil && exit == nil && !isReleased }
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
