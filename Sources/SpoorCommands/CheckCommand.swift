// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Comparison
import Findings
import Glibc
import Hunt
import Launcher
import Recording
import Reports

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold recordings against a budget, in CI.",
    discussion: """
      A budget is a YAML file beside the code; --suggest writes one from recordings.

      Exit status: 0 kept, 1 broken, 2 bad input, 3 inconclusive. With --bisect, for `git bisect \
      run`: 125 for inconclusive, which skips the commit, and 255 for bad input, which ends the \
      search.
      """)

  @Argument(help: "Files that `spoor record` wrote.", completion: .recordings)
  var recordings: [String]

  @Option(
    help: ArgumentHelp("The YAML file with the budgets.", valueName: "file"), completion: .yaml)
  var budget: String?

  @Option(
    help: ArgumentHelp(
      "A recording that at-most-ratio is relative to; may be given several times.",
      valueName: "recording"),
    completion: .recordings)
  var baseline: [String] = []

  @Flag(help: "Print a budget that these recordings keep.")
  var suggest = false

  @Option(help: "With --suggest: percent to allow above the most of any recording.")
  var margin = 25.0

  @Flag(help: "Print JSON of the schema spoor.check/1.")
  var json = false

  @Flag(help: "Print annotations for GitHub's workflows.")
  var github = false

  @Option(
    help: ArgumentHelp("Write JUnit XML, too.", valueName: "file"), completion: .file())
  var junit: String?

  @Flag(help: "Exit statuses for `git bisect run`.")
  var bisect = false

  @Option(
    help: ArgumentHelp("A YAML file with how long phases are.", valueName: "file"),
    completion: .yaml)
  var settings: String?

  func validate() throws {
    guard !recordings.isEmpty else {
      throw ValidationError("give the recordings to check, such as agent-*.spoor")
    }
    guard !suggest || budget == nil else {
      throw ValidationError("--suggest and --budget exclude each other: give one of them")
    }
    guard suggest || budget != nil else {
      throw ValidationError("give --budget FILE to check, or --suggest to write one")
    }
    guard margin >= 0, margin <= 1_000 else {
      throw ValidationError("--margin takes percent from 0 to 1000")
    }
    guard !(json && github) else {
      throw ValidationError("--json and --github exclude each other: give one of them")
    }
  }

  /// Whether `git bisect run` asks, also by arguments that cannot be parsed.
  static func isForBisect(_ arguments: [String]) -> Bool {
    arguments.dropFirst().first == "check" && arguments.contains("--bisect")
  }

  func run() throws {
    do {
      try check()
    } catch let error where bisect && !(error is ExitCode) {
      // Else git would take the commit for bad.
      throw CommandFailure(description: "\(error)", status: 255)
    }
  }

  private func check() throws {
    let settings = try settings.map { try FindingSettings(file: $0) } ?? FindingSettings()
    let runs = try recordings.map { try DiffCommand.figures(of: $0, settings) }
    guard let budget else {
      return try printOutput(BudgetSuggestion(runs, margin: margin / 100).yaml)
    }
    let check = BudgetCheck(
      try Budget.all(file: budget), on: runs,
      baseline: try baseline.map { try DiffCommand.figures(of: $0, settings) })
    if let junit {
      try PrivateFile.write(
        JUnitReport(check).xml.utf8, to: junit, owner: InvokingUser.fileOwner(),
        remedy: "give another --junit FILE")
    }
    try printOutput(
      json
        ? CheckDocument(check).encoded()
        : github
          ? GitHubAnnotations(check, budget: budget).text
          : TextCheck(check, style: .forStream(STDOUT_FILENO)).text)
    switch check.verdict {
    case .passed: return
    case .broken: throw ExitCode(1)
    case .inconclusive: throw ExitCode(bisect ? 125 : 3)
    }
  }
}
