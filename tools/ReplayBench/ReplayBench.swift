// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What an event costs from the ring's bytes to the ledger; `tools/replay-bench` builds and runs it.
@main
struct ReplayBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay-bench",
    abstract: "Measure what an event costs between the ring and the ledger.",
    subcommands: [Record.self, Replay.self],
    defaultSubcommand: Replay.self)
}

/// Records a command's events as the ring gave them.
struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the ring's records of a command to a file; needs root.")

  @Argument(help: "Where to write.")
  var file: String

  @Argument(parsing: .postTerminator, help: "What to trace.")
  var command: [String]

  func run() throws {
    let recorder = Recorder()
    let lost = try recorder.trace(command)
    try recorder.write(to: file)
    print("\(recorder.count) records in \(file), \(lost) lost")
  }
}

/// Replays recorded events and prints what they cost.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Replay a file of records, or made-up lookups without one.",
    discussion: """
      Exit status 1: counting lookups and terminal writes of what is known allocated memory.
      """)

  @Argument(help: "A file that `record` wrote.")
  var file: String?

  @Option(help: "How often each measurement is taken.")
  var rounds = 15

  func run() throws {
    let records = try file.map { try RecordStore(file: $0) } ?? .synthetic()
    guard records.count > 0 else { throw ValidationError("there are no records to replay") }
    let bench = Bench(records, rounds: max(1, rounds))
    if !bench.run() { throw ExitCode(1) }
  }
}
