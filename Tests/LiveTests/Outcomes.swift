// SPDX-License-Identifier: Apache-2.0

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

/// The rows in which two tables differ, for a readable failure.
func differences<Key: Hashable>(_ truth: [Key: Int], _ report: [Key: Int]) -> [String] {
  Set(truth.keys).union(report.keys).compactMap { key in
    truth[key] == report[key]
      ? nil : "\(key): truth \(truth[key] ?? 0), spoor \(report[key] ?? 0)"
  }.sorted()
}
