// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Events

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Print a line per event, live.",
    discussion: """
      Columns: time, process id, process, operation, result (a descriptor or size, or the errno's \
      name), and the path or terminal. Operations are the system calls' names, and tty, fork, \
      exec, exit and reaped. SIGUSR1 prints a line for a mark among them. On a terminal a line is \
      as long as the terminal is wide: a path is cut in its middle. A pipe or a file gets all.

      With --stats there is a table in each interval instead: by process its lookups, those that \
      failed, those that opened, bytes written to terminals, frames that ended, and children that \
      it forked.
      """)

  @OptionGroup var tracing: TracingOptions

  @Flag(help: "Only calls that failed.")
  var failed = false

  @Option(
    help: ArgumentHelp("Only paths that match this pattern; * matches / too.", valueName: "glob"))
  var path: String?

  @Option(
    name: [.customLong("op")],
    help: ArgumentHelp("Only these operations.", valueName: "name[,name…]"),
    completion: .names { Self.knownOperations })
  var operations: String?

  @Flag(help: "Print a JSON object a line.")
  var json = false

  @Flag(help: "Indent each process below the one that forked it.")
  var tree = false

  @Flag(help: "Print a table in each interval, for logs; a JSON object with --json.")
  var stats = false

  @Option(help: "With --stats: seconds between two tables.")
  var interval = 1.0

  private var wantedOperations: Set<String> {
    Set((operations ?? "").split(separator: ",").map(String.init))
  }

  func validate() throws {
    try tracing.requireSubject()
    guard interval >= 0.01 && interval <= 3600 else {
      throw ValidationError("--interval takes seconds from 0.01 to 3600")
    }
    guard !stats || !failed && path == nil && operations == nil && !tree else {
      throw ValidationError(
        "--failed, --path, --op and --tree are for lines: --stats prints none, leave it out")
    }
    guard !json || !tree else {
      throw ValidationError(
        "--tree is for lines of text: in JSON the operation fork has the spawnerPid")
    }
    guard path?.isEmpty != true else {
      throw ValidationError("--path takes a pattern such as '/etc/*', and not nothing")
    }
    guard operations == nil || !wantedOperations.isEmpty else {
      throw ValidationError("--op takes names such as openat,stat, and not nothing")
    }
    let known = Self.knownOperations
    if let unknown = wantedOperations.subtracting(known).sorted().first {
      throw ValidationError(
        "there is no operation '\(unknown)'; --op takes " + known.joined(separator: ", "))
    }
  }

  private static var knownOperations: [String] {
    Set(Operation.all.map(\.name)).union(TraceFilter.otherOperations).sorted()
  }

  func run() throws {
    let length = UInt64((stats ? interval : 1) * 1e9)
    let session = try TracingSession(
      tracing, interval: length, latency: stats ? 200_000_000 : 20_000_000,
      period: stats ? length : 250_000_000)
    let pump = stats ? StatsPrinter(isJSON: json) : linePrinter
    pump.goesOn = {
      printNoticeBeside("spoor: the trace is complete, as --duration says; the command goes on")
    }
    let outcome = try session.run(pump)
    let loss = pump.ledger.loss
    if loss.droppedTotal > 0 {
      printNotice("spoor: events: \(loss.summary); a larger --ring-size helps")
    }
    try outcome.leave()
  }

  private var linePrinter: EventPump {
    let filter = TraceFilter(
      failedOnly: failed, pathPattern: path, operations: wantedOperations)
    return TracePrinter(filter: filter, isJSON: json, isTree: tree)
  }
}
