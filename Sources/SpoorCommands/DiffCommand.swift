// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Attribution
import Comparison
import Findings
import Foundation
import Glibc
import Recording
import Reports

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare recordings of one version with recordings of another.",
    usage: "spoor diff [options] BASELINE… -- CANDIDATE… [options]",
    discussion: """
      By phase, by process (its executable and its place in the tree) and by signal: lookups, \
      failed lookups, bytes and frames on terminals, children started, zombies, survivors, pty \
      masters, descriptors, CPU. Five recordings of each are the least that can be judged.

      Exit status: 0 nothing is worse, 1 something is, 2 bad input, 3 inconclusive.
      """)

  @Argument(help: "Recordings of what was good.", completion: .recordings)
  var baseline: [String]

  @Option(
    name: .customLong(Self.separator), parsing: .upToNextOption,
    help: ArgumentHelp("Recordings of what is to be judged: `--` says the same."),
    completion: .recordings)
  var candidate: [String] = []

  @OptionGroup var layout: ReportOptions

  private static let separator = "against"

  func validate() throws {
    guard !baseline.isEmpty, !candidate.isEmpty else {
      throw ValidationError(
        "give recordings on both sides of --, such as `spoor diff good-*.spoor -- bad-*.spoor`")
    }
  }

  /// Options may follow the candidates, so `--` is an option of its own here.
  static func separated(_ arguments: some Sequence<String>) -> [String] {
    var arguments = Array(arguments)
    if arguments.first == configuration.commandName, let place = arguments.firstIndex(of: "--") {
      arguments[place] = "--" + separator
    }
    return arguments
  }

  func run() throws {
    let settings = try layout.findingSettings()
    let diff = Diff(
      baseline: try baseline.map { try Self.figures(of: $0, settings) },
      candidate: try candidate.map { try Self.figures(of: $0, settings) }, settings: settings)
    try printOutput(layout.text(of: diff, recordedAs: baseline + candidate))
    if let status = diff.verdict.exitStatus { throw ExitCode(status) }
  }

  /// A recording as figures, by its file's name.
  static func figures(of path: String, _ settings: FindingSettings) throws -> RunFigures {
    RunFigures(
      URL(fileURLWithPath: path).lastPathComponent, of: try Timeline(reading: path),
      settings: settings)
  }
}

extension ReportOptions {
  /// A comparison in the layout that is wanted.
  ///
  /// - Parameter paths: the recordings, whose owners' homes and names are redacted.
  func text(of diff: Diff, recordedAs paths: [String]) throws -> String {
    if json { return try DiffDocument(diff).encoded() }
    guard markdown else { return TextDiff(diff, style: .forStream(STDOUT_FILENO)).text }
    let redactors =
      try noRedact
      ? []
      : paths.map { path in
        try JudgedRecording(reading: path, settings: FindingSettings()).redactor
      }
    return MarkdownDiff(diff, redactors: redactors).text
  }
}

extension Diff.Verdict {
  /// Nil for 0.
  var exitStatus: Int32? {
    switch self {
    case .regressed: 1
    case .inconclusive: 3
    case .improved, .same: nil
    }
  }
}
