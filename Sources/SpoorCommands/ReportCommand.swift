// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Findings
import Glibc
import Recording
import Reports

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Print what a recording tells.")

  @Argument(help: "A file that `spoor record` wrote.", completion: .recordings)
  var file: String?

  @OptionGroup var layout: ReportOptions

  @Flag(help: "Print the JSON Schema of that JSON.")
  var schema = false

  @Flag(help: "Print a settings file of the defaults, with what each means.")
  var defaultSettings = false

  @Option(help: "How many processes to show.")
  var top = 20

  @Option(help: "How many paths to show for each process.")
  var paths = 10

  func validate() throws {
    guard schema || defaultSettings || file != nil else {
      throw ValidationError("give the recording to report, such as git-20261121-101500.spoor")
    }
    guard top > 0 && paths > 0 else {
      throw ValidationError("--top and --paths take numbers above 0")
    }
  }

  func run() throws {
    if schema { return try printOutput(ReportDocument.schema) }
    if defaultSettings { return try printOutput(FindingSettings.documented) }
    guard let file else { return }
    let recorded = try JudgedRecording(reading: file, settings: layout.findingSettings())
    var options = TextReport.Options()
    options.processes = top
    options.pathsPerProcess = paths
    try printOutput(
      layout.text(of: recorded, options: options, style: .forStream(STDOUT_FILENO)))
  }
}
