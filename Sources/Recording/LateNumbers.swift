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

  /// Each process once, by the lowest of its numbers.
  ///
  /// - Parameter firsts: `firstNumbers`.
  func merged(by firsts: [ProcessIndex: ProcessIndex]) -> [Int64: TracedProcess] {
    var processes = self
    for number in firsts.keys.sorted() {
      guard let first = firsts[number],
        let late = processes.removeValue(forKey: Int64(number))
      else { continue }
      processes[Int64(first)]?.addCounts(of: late)
    }
    return processes
  }
}

extension Timeline {
  /// Gives what is told of a process by another of its numbers to the lowest.
  mutating func merge(by firsts: [ProcessIndex: ProcessIndex]) {
    guard !firsts.isEmpty else { return }
    func merge<Row>(_ rows: inout [Row], _ process: WritableKeyPath<Row, ProcessIndex>) {
      for place in rows.indices {
        if let first = firsts[rows[place][keyPath: process]] {
          rows[place][keyPath: process] = first
        }
      }
    }
    merge(&lookups, \.process)
    merge(&outputs, \.process)
    merge(&resizes, \.process)
    merge(&usages, \.process)
    merge(&descriptors, \.process)
    merge(&events, \.process)
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
