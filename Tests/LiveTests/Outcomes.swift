// SPDX-License-Identifier: Apache-2.0

import Testing

/// How often one process looked up one path by one operation with one outcome.
struct Outcome: Hashable {
  var pid: Int
  var path: String
  var operation: String
  /// Nil for success.
  var errno: String?
}

extension Truth {
  /// Every lookup that the program made below its folder, and those it made of nothing.
  var outcomes: [Outcome: Int] {
    var counts: [Outcome: Int] = [:]
    for row in (lookups ?? []) + (truncated ?? []) + (unreadable ?? []) {
      let outcome = Outcome(
        pid: row.pid, path: row.path ?? "", operation: row.operation, errno: row.errno)
      counts[outcome, default: 0] += row.count
    }
    return counts
  }
}

extension Report {
  /// The same of the report: all below the folder, and whatever else the truth names.
  func outcomes(like truth: Truth) -> [Outcome: Int] {
    let wanted = truth.outcomes
    var counts: [Outcome: Int] = [:]
    for row in paths {
      var byErrno: [String?: Int] = [:]
      for (errno, count) in row.byErrno { byErrno[errno] = count }
      if row.count > row.failed { byErrno[nil] = row.count - row.failed }
      for (errno, count) in byErrno {
        let outcome = Outcome(
          pid: row.pid, path: row.path, operation: row.operation, errno: errno)
        if row.path.hasPrefix(truth.folder + "/") || wanted[outcome] != nil {
          counts[outcome, default: 0] += count
        }
      }
    }
    return counts
  }
}

/// Bytes, calls and failures by process, terminal and side.
private func sums(_ rows: [(name: String, bytes: Int, writes: Int, failed: Int)]) -> [String: Int] {
  var sums: [String: Int] = [:]
  for row in rows {
    sums["\(row.name) bytes", default: 0] += row.bytes
    sums["\(row.name) writes", default: 0] += row.writes
    sums["\(row.name) failed", default: 0] += row.failed
  }
  return sums
}

extension Truth {
  /// What the program wrote to terminals.
  var terminalSums: [String: Int] {
    sums(
      (ttys ?? []).map { ("\($0.pid) \($0.tty) \($0.direction)", $0.bytes, $0.writes, $0.failed) })
  }
}

extension Report {
  /// What was written to terminals.
  var terminalSums: [String: Int] {
    sums(ttys.map { ("\($0.pid) \($0.tty) \($0.direction)", $0.bytes, $0.writes, $0.failed) })
  }

  /// The same with each process's number in its own pid namespace, as the process itself has it.
  var inNamespace: Report {
    let numbers = Dictionary(
      processes.map { ($0.pid, $0.namespacePid ?? $0.pid) }, uniquingKeysWith: { $1 })
    var report = self
    for i in processes.indices { report.processes[i].pid = numbers[processes[i].pid]! }
    for i in paths.indices { report.paths[i].pid = numbers[paths[i].pid] ?? 0 }
    for i in ttys.indices { report.ttys[i].pid = numbers[ttys[i].pid] ?? 0 }
    return report
  }

  /// A process's totals are the sum of its operations.
  func expectTotalsOfOperations(
    _ pid: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let own = try #require(process(pid), sourceLocation: sourceLocation)
    let rows = paths.filter { $0.pid == pid }
    for (operation, total) in own.lookups.byOperation {
      let counted = rows.filter { $0.operation == operation }.map(\.count).reduce(0, +)
      #expect(counted == total, "\(operation)", sourceLocation: sourceLocation)
    }
    let (count, failed) = (rows.map(\.count).reduce(0, +), rows.map(\.failed).reduce(0, +))
    #expect(own.lookups.total == count, sourceLocation: sourceLocation)
    #expect(own.lookups.failed == failed, sourceLocation: sourceLocation)
  }

  /// Everything that was observed arrived, and the recording says so.
  func expectNothingLost(sourceLocation: SourceLocation = #_sourceLocation) {
    let loss = recording.loss
    #expect(loss.complete, sourceLocation: sourceLocation)
    #expect(loss.observed == loss.delivered, sourceLocation: sourceLocation)
    #expect(loss.dropped.values.allSatisfy { $0 == 0 }, sourceLocation: sourceLocation)
    #expect(recording.finished, sourceLocation: sourceLocation)
  }
}

/// The rows in which two tables differ, for a readable failure.
func differences<Key: Hashable>(_ truth: [Key: Int], _ report: [Key: Int]) -> [String] {
  Set(truth.keys).union(report.keys).compactMap { key in
    truth[key] == report[key]
      ? nil : "\(key): truth \(truth[key] ?? 0), spoor \(report[key] ?? 0)"
  }.sorted()
}
