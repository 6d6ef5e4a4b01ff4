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
      exec, exit and reaped. SIGUSR1 prints a line for a mark among them.
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

  private var wantedOperations: Set<String> {
    Set((operations ?? "").split(separator: ",").map(String.init))
  }

  func validate() throws {
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
    let session = try TracingSession(
      tracing, interval: 1_000_000_000, latency: 20_000_000, period: 250_000_000)
    let filter = TraceFilter(
      failedOnly: failed, pathPattern: path, operations: wantedOperations)
    let printer = TracePrinter(start: BootClock.now, filter: filter, isJSON: json)
    let status = try session.run(printer)
    let loss = printer.ledger.loss
    if loss.droppedTotal > 0 {
      printNotice("spoor: events: \(loss.summary); a larger --ring-size helps")
    }
    if let status, status != 0 { throw ExitCode(status) }
  }
}
