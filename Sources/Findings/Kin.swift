// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// Who started whom, and when each of them ended.
struct Kin {
  /// The present, in nanoseconds since boot.
  let end: UInt64
  /// By spawner, in the order of their starts; also those that were there before the tracer.
  let children: [ProcessKey: [TracedProcess]]
  private let processes: [ProcessKey: TracedProcess]

  init(of timeline: Timeline) {
    end = timeline.end
    var children: [ProcessKey: [TracedProcess]] = [:]
    var processes: [ProcessKey: TracedProcess] = [:]
    for process in timeline.processes.values {
      processes[process.key] = process
      guard let spawner = process.spawner else { continue }
      children[spawner, default: []].append(process)
    }
    self.children = children.mapValues { $0.sorted { $0.isBefore($1) } }
    self.processes = processes
  }

  subscript(key: ProcessKey) -> TracedProcess? { processes[key] }

  /// When it ended, in nanoseconds since boot; the present while it lives.
  func end(of key: ProcessKey) -> UInt64 { processes[key]?.exitTime.map { min($0, end) } ?? end }

  /// Its name for a sentence: never its arguments, which may hold what is nobody's business.
  func name(_ key: ProcessKey) -> String {
    let name = processes[key].map { ForeignText.encode($0.programName) } ?? "process"
    return "\(name) (\(key.processID))"
  }
}

extension CommandTemplate {
  /// The program, and the script that it runs: short, and without what options hold.
  var label: String {
    guard let program = words.first else { return "" }
    let slash = UInt8(ascii: "/")
    guard let script = words.dropFirst().first, script.contains(where: { $0 == UInt8(ascii: ".") }),
      script.first != UInt8(ascii: "-"), !script.contains(UInt8(ascii: " ")),
      let name = script.split(separator: slash).last, name.count <= 40
    else { return ForeignText.encode(program) }
    return ForeignText.encode(program) + " " + ForeignText.encode(name)
  }
}

extension Finding.Evidence {
  /// What the processes run, the most frequent first.
  ///
  /// - Parameter each: what one process counts, in `unit`.
  static func commands(
    of processes: [TracedProcess], each: Double = 1, unit: String
  ) -> [Finding.Evidence] {
    Dictionary(grouping: processes, by: \.template)
      .map { (line: $0.key.line, count: $0.value.count) }
      .sorted { one, other in
        if one.count != other.count { return one.count > other.count }
        return one.line.lexicographicallyPrecedes(other.line)
      }
      .map {
        Finding.Evidence(
          kind: "command", subject: $0.line, value: Double($0.count) * each, unit: unit)
      }
  }
}

extension UInt64 {
  /// Seconds since an earlier time, both in nanoseconds; 0 if it is none.
  func seconds(since earlier: UInt64) -> Double {
    self > earlier ? Double(self - earlier) / 1e9 : 0
  }

  /// A time so many seconds later, in nanoseconds.
  func later(by seconds: Double) -> UInt64 {
    let step = UInt64(Swift.max(0, Swift.min(seconds, 1e9)) * 1e9)
    let (sum, hasOverflown) = addingReportingOverflow(step)
    return hasOverflown ? .max : sum
  }
}
