// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Comparison
import Foundation
import Hunt
import Launcher
import Recording

struct HuntCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hunt",
    abstract: "Run versions of a program against each other, as a scenario says.",
    discussion: """
      Each run has a terminal, a HOME and processes of its own. Each version runs once to warm up, \
      and then in blocks that have each version once, in a random order. The recordings are kept \
      in a folder; at the end the first version is compared with each other one, as `spoor diff` \
      does, and with itself, which tells noise. $HOME, $RUN and $SCENARIO in a command are the \
      run's HOME, a directory of the run, and the directory of the scenario.

      With --bisect it looks for the first bad version between a good and a bad one: it hunts \
      these two, then versions between them against the good one, each time the one in the \
      middle, and at last the two that it found next to each other. Where the good one comes \
      after the bad one, it looks for the first version that is good again.

      Exit status: 0 nothing is worse, 1 something is (with --bisect: and was found), 2 bad input \
      or too many failed runs, 3 inconclusive.
      """)

  @Argument(help: "A YAML file that says what to do in each run.", completion: .yaml)
  var scenario: String

  @OptionGroup var list: VersionOptions

  @Option(help: "Runs of each version, without the warm-up.")
  var runs = 10

  @Option(
    name: .shortAndLong,
    help: "Make this folder for the recordings; SCENARIO-YYYYMMDD-HHMMSS without it.",
    completion: .directory)
  var output: String?

  @Option(help: "A number that gives the same order of runs again.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Hold each version against the budgets of this YAML file, too; the first version is what "
        + "at-most-ratio is relative to. With --bisect, who breaks one is bad.",
      valueName: "file"))
  var budget: String?

  @Flag(help: "Examine what is written to the terminal, as `spoor record --inspect-tty` does.")
  var inspectTty = false

  @OptionGroup var layout: ReportOptions

  @Flag(help: "Run the versions as root, not as the user who called sudo.")
  var asRoot = false

  func validate() throws {
    try list.check()
    guard (1...1000).contains(runs) else {
      throw ValidationError("--runs takes a number from 1 to 1000")
    }
  }

  func run() throws {
    let versions = try list.versions()
    let settings = try layout.findingSettings()
    let budgets = try budget.map { try Budget.all(file: $0) }
    let scenario = try Scenario(file: scenario)
    let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
    let folder = output ?? RecordingName.folder(of: scenario.name, at: Date())
    let runner = try HuntRunner(
      scenario, recorder: try recorder, user: try InvokingUser.current(asRoot: asRoot), runs: runs)
    if list.bisect {
      let hunt = try BisectHunt(
        runner, versions: versions, seed: seed, folder: folder, settings: settings,
        budgets: budgets)
      let result = BisectResult(hunt, try hunt.run(), isReversed: try list.isReversed)
      try printOutput(result.text(layout))
      throw ExitCode(result.exitStatus(runner))
    }
    printNotice(
      "\(scenario.name): \(versions.count) versions, \(runs) run\(runs == 1 ? "" : "s") each, "
        + "--seed \(seed), in \(folder)")
    let manifest = try runner.run(versions, seed: seed, in: folder)
    if manifest.interrupted {
      let done = manifest.recordings.count
      printNotice(
        "spoor: ended early; "
          + (done == 0
            ? "no run was through, and none is kept"
            : "\(done) of \(runs * versions.count) runs are in \(folder); `spoor diff` compares "
              + "them"))
      throw ExitCode(runner.interruptedStatus)
    }
    let result = try HuntResult(manifest, in: folder, settings: settings, budgets: budgets)
    try printOutput(result.text(layout))
    if let status = result.exitStatus { throw ExitCode(status) }
  }

  /// spoor itself, with what it records in each run.
  private var recorder: [String] {
    get throws {
      guard let path = readLink("/proc/self/exe") else {
        throw CommandFailure.badInput("cannot find spoor's own program; is /proc mounted?")
      }
      // Phases begin and end with intervals, and a scenario's may be short.
      return [String(decoding: path, as: UTF8.self), "record", "--quiet", "--interval", "0.25"]
        + (inspectTty ? ["--inspect-tty"] : []) + (asRoot ? ["--as-root"] : [])
    }
  }
}
