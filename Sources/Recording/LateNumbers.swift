// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// A process of whom something is told after it was told to be over has a second number: Linux 6.1
/// tells what a ring did last when it needs the ring's memory again. It stays one process.
extension [Int64: TracedProcess] {
  /// The lowest number of each process, by its others.
  var firstNumbers: [ProcessIndex: ProcessIndex] {
    var firsts: [ProcessKey: Int64] = [:]
    var others: [ProcessIndex: ProcessIndex] = [:]
    for (number, process) in sorted(by: { $0.key < $1.key }) {
      if let first = firsts[process.key] {
        others[ProcessIndex(clamping: number)] = ProcessIndex(clamping: first)
      } else {
        firsts[process.key] = number
      }
    }
    return others
  }

  /// Each process once, in the order of their lowest numbers.
  var inOrder: [TracedProcess] {
    var places: [ProcessKey: Int] = [:]
    var processes: [TracedProcess] = []
    for (_, process) in sorted(by: { $0.key < $1.key }) {
      if let place = places[process.key] {
        processes[place].addCounts(of: process)
      } else {
        places[process.key] = processes.count
        processes.append(process)
      }
    }
    return processes
  }
}

extension TracedProcess {
  fileprivate mutating func addCounts(of late: TracedProcess) {
    lookups = .saturating(lookups, late.lookups)
    failedLookups = .saturating(failedLookups, late.failedLookups)
    lookupsByOperation.merge(late.lookupsByOperation, uniquingKeysWith: UInt64.saturating)
    outputBytes = .saturating(outputBytes, late.outputBytes)
    inputBytes = .saturating(inputBytes, late.inputBytes)
    terminalWrites = .saturating(terminalWrites, late.terminalWrites)
    failedTerminalWrites = .saturating(failedTerminalWrites, late.failedTerminalWrites)
  }
}
