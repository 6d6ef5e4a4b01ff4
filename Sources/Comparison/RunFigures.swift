// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings

/// One figure's name in every run: what, of whom, and when.
public struct Measure: Hashable, Sendable {
  /// A phase or a mark.
  public var phase: String
  public var role: Role
  public var signal: Signal
  /// The path, or the descriptors' class; empty for the other signals.
  public var subject: [UInt8]

  init(_ phase: String, _ role: Role, _ signal: Signal, subject: [UInt8] = []) {
    self.phase = phase
    self.role = role
    self.signal = signal
    self.subject = subject
  }
}

/// How much, and of what.
public struct Figure: Sendable, Hashable {
  /// All of the phase's, or as it stood at its end.
  public var total = 0.0
  /// What `total` is to be divided by: frames for bytes per frame.
  public var divisor: Double?
  /// Paths, terminals and commands, as parts of `total`.
  public var contributors: [[UInt8]: Double] = [:]

  mutating func add(_ amount: Double, of contributor: [UInt8]? = nil) {
    total += amount
    if let contributor { contributors[contributor, default: 0] += amount }
  }
}

/// A recording as figures by phase, role and signal.
public struct RunFigures: Sendable {
  /// One phase of the run, or what follows a mark.
  public struct Phase: Sendable, Hashable {
    public var seconds: Double
    public var isMark: Bool
    /// Events were lost in it, or may have been in any.
    public var isLossy: Bool
    /// The recording was not finished, and ends in it: it may have gone on.
    public var isCutShort: Bool
    /// It lasts as long as the settings say, so that its totals compare as they are.
    public var isOfFixedLength: Bool
    /// It follows the end of the command, where there may be nothing more.
    var isAfterExit: Bool

    /// Seconds: of what is shorter, a rate says nothing.
    static let shortest = 0.5

    /// It is long enough for rates.
    var isThere: Bool { seconds >= Self.shortest || isOfFixedLength || isAfterExit }
  }

  /// The recording's, for messages.
  public var name: String
  /// In the order in which a report tells them.
  public private(set) var phaseNames: [String] = []
  public private(set) var phases: [String: Phase] = [:]
  public internal(set) var figures: [Measure: Figure] = [:]
  /// What the recorded command's executable is called; empty where there was none.
  let targetName: [UInt8]

  public init(_ name: String, of timeline: Timeline, settings: FindingSettings = .init()) {
    self.name = name
    targetName = timeline.target.flatMap { timeline.processes[$0]?.programName } ?? []
    let sections = Self.sections(of: timeline, settings)
    for section in sections {
      let isLossy =
        timeline.isIncomplete
        || section.intervals.contains { timeline.intervals[$0].isIncomplete }
      let isCutShort =
        !timeline.isFinished && section.intervals.contains(timeline.intervals.count - 1)
      let seconds = section.intervals.reduce(0) { $0 + timeline.intervals[$1].duration }
      // Two marks of one name are one phase.
      if var known = phases[section.name] {
        known.seconds += seconds
        known.isLossy = known.isLossy || isLossy
        known.isCutShort = known.isCutShort || isCutShort
        phases[section.name] = known
        continue
      }
      phaseNames.append(section.name)
      phases[section.name] = Phase(
        seconds: seconds, isMark: section.isMark, isLossy: isLossy, isCutShort: isCutShort,
        isOfFixedLength: !section.isMark && section.name == Findings.Phase.startUp.rawValue,
        isAfterExit: !section.isMark && section.name == Findings.Phase.afterExit.rawValue)
    }
    measure(timeline, sections)
  }

  /// The phases and the marks; after the end of a command there is always something to compare,
  /// and be it that nothing was left.
  private static func sections(
    of timeline: Timeline, _ settings: FindingSettings
  ) -> [PhaseSection] {
    var sections = PhaseSection.all(of: timeline, settings: settings)
    // A scenario may well mark what it takes for idle.
    let phases = Set(Findings.Phase.allCases.map(\.rawValue))
    for place in sections.indices where sections[place].isMark {
      if phases.contains(sections[place].name) { sections[place].name += " (mark)" }
    }
    let name = Findings.Phase.afterExit.rawValue
    if timeline.targetEnd != nil, !sections.contains(where: { $0.name == name }) {
      sections.append(
        PhaseSection(
          name: name, isMark: false, start: timeline.end, end: timeline.end, intervals: []))
    }
    return sections
  }

  /// What a figure is compared by, in its signal's unit: a total where the phase is of a fixed length, else by the
  /// second; as it is for what stands for a moment.
  ///
  /// - Returns: nil where the phase, or what it is divided by, was not there.
  public func value(_ measure: Measure) -> Double? {
    guard let phase = phases[measure.phase] else { return nil }
    let figure = figures[measure]
    if measure.signal == .bytesPerFrame {
      guard let figure, let divisor = figure.divisor, divisor > 0 else { return nil }
      return figure.total / divisor
    }
    let total = figure?.total ?? 0
    if measure.signal.isGauge || phase.isOfFixedLength { return total }
    guard phase.isThere else { return nil }
    // What comes in the last moments of a command that has left nothing is its own.
    guard phase.seconds >= Phase.shortest else { return 0 }
    // Of a core, in percent, as everybody tells it.
    return total / phase.seconds * (measure.signal == .cpu ? 100 : 1)
  }
}
