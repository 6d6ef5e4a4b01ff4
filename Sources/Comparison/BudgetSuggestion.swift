// SPDX-License-Identifier: Apache-2.0

import Attribution

/// A budget file that recordings keep, with a margin.
public struct BudgetSuggestion: Sendable {
  private let runs: [RunFigures]
  /// 0.25 allows a quarter more than the most that any recording has.
  private let margin: Double

  public init(_ runs: [RunFigures], margin: Double) {
    self.runs = runs
    self.margin = margin
  }

  /// The file, with a newline at its end.
  public var yaml: String {
    var lines = [
      "# What \(runs.count == 1 ? "one recording has" : "\(runs.count) recordings have at most"), "
        + "and \(Self.written(margin * 100)) % more.",
      "budgets:",
    ]
    for phase in phases {
      for signal in Signal.allCases where signal != .pathLookups {
        lines += entry(phase, signal)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// Of all recordings; only those that all have can be kept by all.
  private var phases: [String] {
    (runs.first?.phaseNames ?? []).filter { name in
      runs.allSatisfy { $0.phases[name]?.isThere == true }
    }
  }

  private func entry(_ phase: String, _ signal: Signal) -> [String] {
    // Descriptors are counted by pass, and CPU is the machine's business as well.
    if signal == .descriptors || signal == .cpu { return [] }
    var budget = Budget(signal, line: 0)
    budget.phase = phase
    let isRate =
      !signal.isGauge && signal != .bytesPerFrame
      && !runs.contains { $0.phases[phase]?.isOfFixedLength == true }
    let isAfterExit = runs.contains { $0.phases[phase]?.isAfterExit == true }
    // Only then is there anything to survive, and little time for a rate.
    if isAfterExit ? isRate : signal == .survivors { return [] }
    let figures = runs.compactMap {
      $0.spending(budget)?.figure(isRate ? .perSecond(0) : .total(0))
    }
    guard let most = figures.max(), figures.count == runs.count else { return [] }
    // What nobody did so far is worth a limit where it would be a leak, or a loop.
    let isLoop = isRate && [.lookups, .failedLookups, .spawns].contains(signal)
    guard most > 0 || isLoop || [.zombies, .survivors].contains(signal) else { return [] }
    let amount = max((most * (1 + margin)).rounded(.up), isRate ? 1 : 0)
    return [
      "  - signal: \(signal.rawValue)",
      "    phase: \(Self.quoted(phase))",
      "    at-most\(isRate ? "-per-second" : ""): \(Self.written(amount))",
    ]
  }

  /// YAML's double quotes, in which nothing of a mark's name is a sign.
  private static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { $0.isLetter || $0 == UInt8(ascii: "-") }
    return isPlain ? name : "\"" + name.unicodeScalars.map(escaped).joined() + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"", "\\": return "\\\(scalar)"
    case _ where ForeignText.isPrintable(scalar): return String(scalar)
    default:
      let digits = String(scalar.value, radix: 16)
      return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
    }
  }

  private static func written(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}
