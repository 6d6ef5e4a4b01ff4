// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Attribution
import Findings
import Foundation
import Glibc
import Recording
import Reports

/// What `report` and `record` have in common: the layout, and what is judged a finding.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Print JSON of the schema spoor.report/1.")
  var json = false

  @Flag(help: "Print Markdown, ready to paste into an issue.")
  var markdown = false

  @Flag(
    help: ArgumentHelp(
      "Keep homes, user names and secrets in Markdown. Without it what looks like one is taken "
        + "out; read it all the same before you paste it."))
  var noRedact = false

  @Option(
    help: ArgumentHelp("A YAML file with the thresholds of findings.", valueName: "file"),
    completion: .yaml)
  var settings: String?

  func validate() throws {
    guard !(json && markdown) else {
      throw ValidationError("--json and --markdown exclude each other: give one of them")
    }
    guard markdown || !noRedact else {
      throw ValidationError("--no-redact is for --markdown: the other layouts redact nothing")
    }
  }

  /// The thresholds: the defaults, or what the file says.
  func findingSettings() throws -> FindingSettings {
    try settings.map { try FindingSettings(file: $0) } ?? FindingSettings()
  }

  /// A recording in the layout that is wanted.
  func text(
    of recorded: JudgedRecording, options: TextReport.Options = .init(), style: TextStyle
  ) throws -> String {
    let (run, judgement) = (recorded.run, recorded.judgement)
    if json { return try ReportDocument(run, judgement: judgement).encoded() }
    guard markdown else {
      return TextReport(run, judgement: judgement, options: options, style: style).text
    }
    let redactor = noRedact ? Redactor.none : recorded.redactor
    return MarkdownReport(
      run, judgement: judgement, options: .init(redactor: redactor, version: Spoor.version)
    ).text
  }
}

/// A recording, read and judged.
struct JudgedRecording {
  let run: RecordedRun
  let judgement: Judgement
  private let owner: (name: String, home: String)?

  init(reading path: String, settings: FindingSettings) throws {
    let whole = try WholeRecording(reading: path)
    run = whole.run
    judgement = Judgement(of: whole.timeline, settings: settings)
    owner = Self.owner(of: path)
  }

  /// Takes out what is private to the recording's owner.
  var redactor: Redactor { Redactor(run, home: owner?.home, user: owner?.name) }

  private static func owner(of path: String) -> (name: String, home: String)? {
    var status = stat()
    guard stat(path, &status) == 0, let entry = getpwuid(status.st_uid) else { return nil }
    return (String(cString: entry.pointee.pw_name), String(cString: entry.pointee.pw_dir))
  }
}
