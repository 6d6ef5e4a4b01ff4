// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording

extension ReportDocument {
  /// What spoor itself took.
  public struct Overhead: Codable, Hashable, Sendable {
    /// Of all its threads.
    public var cpuSeconds: Double
    public var peakRssBytes: UInt64
    /// How long its eBPF programs were timed; null where they were not.
    @ExplicitNull public var timedSeconds: Double?
    /// The rest, in which what they did is estimated.
    @ExplicitNull public var untimedSeconds: Double?
    /// How often they ran; null where they were not timed.
    @ExplicitNull public var runs: UInt64?
    @ExplicitNull public var runSeconds: Double?
    /// By name.
    public var programs: [Program]
  }

  /// One of spoor's eBPF programs.
  public struct Program: Codable, Hashable, Sendable {
    public var name: String
    /// Null where it was not timed.
    @ExplicitNull public var runs: UInt64?
    @ExplicitNull public var runSeconds: Double?
    public var recursionMisses: UInt64
    /// Null before Linux 5.16.
    @ExplicitNull public var verifiedInstructions: UInt64?
  }
}

extension ReportDocument.Overhead {
  init(_ overhead: Overhead) {
    self.init(
      cpuSeconds: Double(overhead.cpuTime) / 1e9, peakRssBytes: overhead.peakResidentBytes,
      timedSeconds: overhead.timing.map { Double($0.timed) / 1e9 },
      untimedSeconds: overhead.timing.map { Double($0.untimed) / 1e9 },
      runs: overhead.runs, runSeconds: overhead.runTime.map { Double($0) / 1e9 },
      programs: overhead.programs.map { program in
        ReportDocument.Program(
          name: JSONText.decode(Array(program.name.utf8)), runs: program.runs,
          runSeconds: program.runTime.map { Double($0) / 1e9 },
          recursionMisses: program.recursionMisses,
          verifiedInstructions: program.verifiedInstructions)
      })
  }
}

extension RecordedRun {
  /// Nanoseconds. The start alone takes 0.2 s of CPU time: in less, a share would tell of that, and
  /// not of what tracing takes.
  private static let leastForShare: UInt64 = 10_000_000_000

  /// `spoor itself: 0.42 s CPU (0.7 % of a core), peak RSS 43 MB, eBPF not timed`; nil where it
  /// was not recorded.
  var overheadSentence: String? {
    guard let overhead else { return nil }
    var cpu = "\(Figures.duration(overhead.cpuTime)) CPU"
    if duration >= Self.leastForShare {
      let share = Double(overhead.cpuTime) / Double(duration) * 100
      cpu += " (\(Figures.value(share, unit: "%")) of a core)"
    }
    var facts = [
      "spoor itself: \(cpu)",
      "peak RSS \(Figures.bytes(overhead.peakResidentBytes))",
    ]
    facts.append("eBPF \(overhead.runSentence ?? "not timed")")
    return facts.joined(separator: ", ")
  }
}

extension Overhead {
  /// `about 0.31 s in 1,204,332 runs (2.1 % timed)`; nil where nothing was timed.
  fileprivate var runSentence: String? {
    guard let timing, let runs, let runTime, timing.timed > 0 else { return nil }
    let sum = "\(Figures.duration(runTime)) in \(Figures.counted(runs, "run", "runs"))"
    guard timing.untimed > 0 else { return sum }
    let share = Double(timing.timed) / (Double(timing.timed) + Double(timing.untimed)) * 100
    return "about \(sum) (\(Figures.value(share, unit: "%")) timed)"
  }
}
