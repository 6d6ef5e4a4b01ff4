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
      does, and with itself, which tells noise. $HOME, $RUN and $SCENARIO in a command are the run's HOME, a directory of the \
      run, and the directory of the scenario.

      Exit status: 0 nothing is worse, 1 something is, 2 bad input or too many failed runs, 3 \
      inconclusive.
      """)

  @Argument(help: "A YAML file that says what to do in each run.", completion: .yaml)
  var scenario: String

  @Option(
    name: [.customLong("version")],
    help: ArgumentHelp(
      "A version's name and its command, split into words as a shell does; the first one is the "
        + "baseline.", valueName: "name=command"))
  var versions: [String] = []

  @Option(help: "Runs of each version, without the warm-up.")
  var runs = 10

  @Option(
    name: .shortAndLong,
    help: "Make this folder for the recordings; SCENARIO-YYYYMMDD-HHMMSS without it.",
    completion: .directory)
  var output: String?

  @Option(help: "A number that gives the same order of runs again.")
  var seed: UInt64?

  @Flag(help: "Examine what is written to the terminal, as `spoor record --inspect-tty` does.")
  var inspectTty = false

  @OptionGroup var layout: ReportOptions

  @Flag(help: "Run the versions as root, not as the user who called sudo.")
  var asRoot = false

  func validate() throws {
    guard (1...1000).contains(runs) else {
      throw ValidationError("--runs takes a number from 1 to 1000")
    }
    guard versions.count >= 2 else {
      throw ValidationError(
        "give two or more versions, such as --version old='./app-1' --version new='./app-2'")
    }
    let names = try parsed.map(\.name)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw ValidationError("there are two versions named '\(twice)'; give each a name of its own")
    }
  }

  private var parsed: [Version] {
    get throws {
      try versions.map { text in
        do { return try Version(text) } catch {
          throw ValidationError("--version \(error)")
        }
      }
    }
  }

  func run() throws {
    let settings = try layout.findingSettings()
    SignalQueue.block()
    let signals = try SignalQueue()
    let scenario = try Scenario(file: scenario)
    if let home = scenario.homeFolder {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: home, isDirectory: &isDirectory),
        isDirectory.boolValue
      else {
        throw CommandFailure.badInput("\(scenario.file): home: \(home) is no directory")
      }
    }
    let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
    let folder = output ?? RecordingName.folder(of: scenario.name, at: Date())
    var interruption: Int32?
    let context = HuntContext(
      scenario: scenario, versions: try parsed, recorder: try recorder,
      user: try InvokingUser.current(asRoot: asRoot), inherited: Spoor.inherited,
      interrupt: Interrupt(descriptor: signals.raw) {
        while let signal = signals.next() {
          if signal.number != SIGUSR1 { interruption = signal.number }
        }
        return interruption != nil
      },
      mark: { try MarkCommand.send($0, to: $1) })
    var generator = SplitMix64(seed: seed)
    let plan = HuntPlan(versions: versions.count, rounds: runs, using: &generator)
    let progress = HuntProgress()
    let hunt = try Hunt(context, plan: plan, seed: seed, folder: folder) { progress.show($0) }
    printNotice(
      "\(scenario.name): \(versions.count) versions, \(runs) run\(runs == 1 ? "" : "s") each, "
        + "--seed \(seed), in \(folder)")
    try hunt.run()
    progress.end()
    if let interruption {
      let done = hunt.manifest.recordings.count
      printNotice(
        "spoor: ended early; "
          + (done == 0
            ? "no run was through, and none is kept"
            : "\(done) of \(runs * versions.count) runs are in \(folder); `spoor diff` compares "
              + "them"))
      throw ExitCode(128 + interruption)
    }
    let result = try HuntResult(hunt.manifest, in: folder, settings: settings)
    try printOutput(result.text(layout))
    if let status = result.diffs.verdict.exitStatus { throw ExitCode(status) }
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
