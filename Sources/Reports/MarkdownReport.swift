// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Recording

/// A recording as a maintainer wants it in an issue: what is wrong first, then who, with what
/// evidence, what the others did, how to see it again, and how far to trust it.
///
/// Text of other processes is in code spans, without homes, names of users and secrets unless
/// that is wanted. GitHub's flavour of Markdown.
public struct MarkdownReport: Sendable {
  /// How much to tell.
  public struct Options: Sendable {
    /// Findings at most.
    public var findings = 10
    /// Rows of each other table at most.
    public var rows = 10
    /// Takes out what is private.
    public var redactor: Redactor
    /// Of the spoor that reports.
    public var version: String

    public init(redactor: Redactor, version: String) {
      self.redactor = redactor
      self.version = version
    }
  }

  let run: RankedRun
  let judgement: Judgement
  let options: Options
  private let titles: [ProcessKey: String]

  /// - Parameter judgement: of the same recording.
  public init(_ run: RecordedRun, judgement: Judgement, options: Options) {
    self.run = RankedRun(run)
    self.judgement = judgement
    self.options = options
    titles = Dictionary(
      run.processes.map { ($0.key, ProcessName($0).title) }, uniquingKeysWith: { $1 })
  }

  /// The whole report, with a newline at its end.
  public var text: String {
    let sections = [
      title, culpritSection, findingSection, pathSection, terminalSection, childSection,
      survivorSection, descriptorSection, masterSection, phaseSection, controlSection,
      repetitionSection, trustSection,
    ]
    return sections.filter { !$0.isEmpty }.joined(separator: [""]).map { $0 + "\n" }.joined()
  }

  // MARK: The first lines

  private var title: [String] {
    let recorded = run.run
    let facts = [
      Figures.duration(recorded.duration),
      Figures.counted(UInt64(recorded.processes.count), "process", "processes"),
      Figures.counted(recorded.loss.observed, "event", "events"),
      recorded.loss.isComplete ? "none lost" : "**incomplete**",
    ]
    let first = judgement.findings.first
    let heading =
      first.map { "## \(code(name($0.process))) \(sentence($0.predicate))" }
      ?? "## No finding: \(code(subject(clippedTo: 80)))"
    return [heading, "", facts.joined(separator: ", ")]
  }

  /// Who did it, and who started it.
  private var culpritSection: [String] {
    var seen: Set<ProcessKey> = []
    let culprits = judgement.findings.map(\.process).filter { seen.insert($0).inserted }
    guard let first = culprits.first else { return [] }
    let others = culprits.dropFirst()
      .map { "\(code(name($0))) (\($0.processID))" }.prefix(options.rows)
    return ["### Culprit", ""] + facts(of: first)
      + (others.isEmpty ? [] : ["- also with findings: " + others.joined(separator: ", ")])
  }

  private func facts(of key: ProcessKey) -> [String] {
    guard let process = run.processes.first(where: { $0.key == key }) else {
      return ["- process \(key.processID), of which nothing more is known"]
    }
    let arguments = ForeignText.arguments(process.arguments)
    let started =
      key.startTime < run.run.header.startTime
      ? "before the recording" : "at \(Figures.duration(run.run.sinceStart(key.startTime)))"
    return [
      "- executable: " + code(path(process.executable)),
      "- command line: " + code(commandLine(arguments) + (process.argumentsTruncated ? " …" : "")),
      "- process \(key.processID), started \(started)",
      "- parents: " + parents(of: process),
    ]
  }

  /// From the parent upwards; who ended before, and who was not followed, has no name.
  private func parents(of process: TracedProcess) -> String {
    let byKey = Dictionary(run.processes.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
    var chain: [String] = []
    var seen: Set = [process.key]
    var next = process.spawner ?? process.presentParent
    while let key = next, key.processID != 0, seen.insert(key).inserted, chain.count < 8 {
      let isKnown = byKey[key] != nil
      chain.append(isKnown ? "\(code(name(key))) (\(key.processID))" : "\(key.processID)")
      next = byKey[key].flatMap { $0.spawner ?? $0.presentParent }
    }
    return chain.isEmpty ? "unknown" : chain.joined(separator: " ← ")
  }
}

// MARK: Foreign text

extension MarkdownReport {
  static let pathCells = 100
  static let commandCells = 160

  /// A process's title, redacted and encoded.
  func name(_ key: ProcessKey) -> String {
    options.redactor.sentence(titles[key] ?? ProcessName(TracedProcess(key: key)).title)
  }

  /// Name and id, fit for a table.
  func processCell(_ key: ProcessKey) -> String {
    "\(cell(name(key))) (\(key.processID))"
  }

  /// A path, redacted, encoded, and no longer than a line.
  func path(_ bytes: [UInt8]) -> String {
    ForeignText.fit(ForeignText.encode(options.redactor.path(bytes)), Self.pathCells)
  }

  /// Words as a shell takes them, redacted; a home stays what the shell knows.
  func commandLine(_ words: [[UInt8]], clippedTo cells: Int = Self.commandCells) -> String {
    let shown = options.redactor.arguments(words).map { word in
      word.starts(with: "~/".utf8)
        ? "~/" + ForeignText.commandLine(words: [Array(word.dropFirst(2))])
        : ForeignText.commandLine(words: [word])
    }
    return ForeignText.clip(shown.joined(separator: " "), cells)
  }

  /// Whom it followed.
  func subject(clippedTo cells: Int) -> String {
    let words = run.run.header.subject.map { Array($0.utf8) }
    return words.isEmpty ? "all processes" : commandLine(words, clippedTo: cells)
  }

  /// Another's sentence, redacted.
  func sentence(_ text: String) -> String {
    MarkdownText.plain(options.redactor.sentence(ForeignText.clip(text, 600)))
  }

  /// A string of the recording's own, which is a file that somebody may have made.
  func own(_ text: String) -> String {
    MarkdownText.plain(ForeignText.encode(Array(text.utf8)))
  }

  func code(_ text: String) -> String { MarkdownText.code(text) }

  /// Code in a table.
  func cell(_ text: String) -> String { MarkdownText.code(text, inTable: true) }

  /// `… and 3 more paths`, where there are more.
  func rest(_ count: Int, _ singular: String, _ plural: String, _ what: String = "") -> [String] {
    guard count > 0 else { return [] }
    let facts = what.isEmpty ? "" : " (\(what))"
    return ["", "… and \(Figures.counted(UInt64(count), singular, plural))\(facts)"]
  }
}
