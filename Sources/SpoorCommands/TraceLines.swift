// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Reports

/// The lines of events, and all that they need.
///
/// A structure, so that an event checks for exclusive access once, and not for each field.
struct TraceLines {
  let isJSON: Bool
  var output = LineBuffer()
  var clock = WallClock()
  /// By number; empty for what has not been needed.
  var errnoNames: [[UInt8]] = Array(repeating: [], count: 600)
  var operationNames: [[UInt8]] = Array(repeating: [], count: 64)
  /// How each process is called in its lines, until an event or an interval changes it.
  var processNames: [ProcessKey: [UInt8]] = [:]
  /// Events come in runs of one process.
  var lastProcess = ProcessKey(processID: 0, startTime: 0)
  var lastName: [UInt8] = []
  /// What the write to be told did to the screen.
  var screen: InspectedFigures?

  /// Columns: time, process id, process, operation, result, and what it was about.
  static let processWidth = 16
  static let operationWidth = 18
  static let resultWidth = 13

  init(isJSON: Bool) {
    self.isJSON = isJSON
  }

  var isClosed: Bool { output.isClosed }

  /// The errno that closed it, unless its reader has just gone.
  var writeError: Int32? { output.writeError }

  /// - Parameter ledger: has taken the event in.
  mutating func append(_ event: Event, _ ledger: borrowing Ledger) {
    skip(event)
    guard !output.isClosed else { return }
    if isJSON { appendJSON(event, ledger) } else { appendLine(event, ledger) }
    if output.bytes.count > 1 << 16 { output.flush() }
  }

  /// Learns from an event that gets no line.
  mutating func skip(_ event: Event) {
    switch event {
    case .fork(let fork): forgetName(fork.header.process)
    case .exec(let exec): forgetName(exec.header.process)
    default: break
    }
  }

  mutating func flush() {
    output.flush()
  }

  /// The names of the columns; none over JSON.
  mutating func appendTitle() {
    if isJSON { return }
    output.append("TIME                 PID PROCESS          OPERATION         RESULT       \n")
    output.flush()
  }

  /// A line of spoor's own: of no process, and told at once.
  ///
  /// - Parameters:
  ///   - name: fit for JSON and a terminal.
  ///   - time: nanoseconds since boot.
  mutating func appendMark(_ name: String, at time: UInt64) {
    guard !output.isClosed else { return }
    if isJSON {
      output.append("{\"timeNs\":")
      output.append(clock.wallTime(time))
      output.append(",\"operation\":\"mark\",\"name\":\"")
      output.append(Array(name.utf8))
      output.append("\"}\n")
    } else {
      clock.append(time, to: &output)
      // Up to the column of operations.
      output.pad(from: output.bytes.count, to: 1 + 7 + 1 + Self.processWidth + 1)
      output.append(Array(name.utf8))
      output.append("\n")
    }
    flush()
  }

  // MARK: Text

  mutating func appendLine(_ event: Event, _ ledger: borrowing Ledger) {
    switch event {
    case .lookup(let lookup):
      begin(lookup.header, name(of: lookup.operation), ledger)
      appendResult(Int64(lookup.result))
      appendPath(lookup.path, lookup.pathStatus, ledger)
      if lookup.header.isByRing { output.append(" (io_uring)") }
    case .terminalWrite(let write):
      begin(write.header, Array((write.isInput ? "tty input" : "tty output").utf8), ledger)
      appendResult(write.result)
      output.append(Array(terminal(write).name.utf8))
      if write.header.isByRing { output.append(" (io_uring)") }
      appendScreen()
    case .fork(let fork):
      begin(fork.header, Array("fork".utf8), ledger)
      output.append("by ")
      output.append(UInt64(fork.spawner.processID))
    case .exec(let exec):
      begin(exec.header, Array("exec".utf8), ledger)
      appendResult(0)
      output.append(Array(ForeignText.commandLine(Array(exec.arguments)).utf8))
    case .exit(let exit):
      begin(exit.header, Array("exit".utf8), ledger)
      output.append(Array(describe(ExitStatus(waitStatus: exit.waitStatus)).utf8))
    case .release(let release):
      begin(release.header, Array("reaped".utf8), ledger)
      output.append("after ")
      output.append(release.cpuTime / 1_000_000)
      output.append(" ms of CPU")
    case .wait, .terminalText, .resize:
      return
    }
    output.append(UInt8(ascii: "\n"))
  }

  mutating func begin(
    _ header: EventHeader, _ operation: [UInt8], _ ledger: borrowing Ledger
  ) {
    clock.append(header.time, to: &output)
    output.append(UInt8(ascii: " "))
    output.append(UInt64(header.process.processID), digits: 7, filler: " ")
    output.append(UInt8(ascii: " "))
    output.append(processName(header.process, ledger))
    output.append(UInt8(ascii: " "))
    let start = output.bytes.count
    output.append(operation)
    output.pad(from: start, to: Self.operationWidth)
  }

  mutating func appendResult(_ result: Int64) {
    let start = output.bytes.count
    if result < 0 {
      output.append(errnoName(Int(-result)))
    } else {
      output.append(result)
    }
    output.pad(from: start, to: Self.resultWidth)
  }
}
