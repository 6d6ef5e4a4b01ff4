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
  var columns: TraceColumns
  /// How deep each process stands in the tree; nil where none is shown.
  var tree: TraceTree?

  /// - Parameter width: cells of the terminal; nil where lines are not to be cut.
  init(isJSON: Bool, isTree: Bool, width: Int?) {
    self.isJSON = isJSON
    tree = isTree ? TraceTree() : nil
    columns = TraceColumns(width: width, isTree: isTree)
  }

  /// From the next line on.
  mutating func fit(width: Int?) {
    columns = TraceColumns(width: width, isTree: tree != nil)
    dropNames()
  }

  var isClosed: Bool { output.isClosed }

  /// - Parameter ledger: has taken the event in.
  mutating func append(_ event: Event, _ ledger: borrowing Ledger) {
    skip(event, ledger)
    guard !output.isClosed else { return }
    if isJSON { appendJSON(event, ledger) } else { appendLine(event, ledger) }
    if output.bytes.count > 1 << 16 { output.flush() }
  }

  /// Learns from an event that gets no line.
  mutating func skip(_ event: Event, _ ledger: borrowing Ledger) {
    switch event {
    case .fork(let fork):
      forgetName(fork.header.process)
      tree?.enter(fork.header.process, ledger)
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
    output.append(columns.title)
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
      clock.append(time, digits: columns.timeDigits, to: &output)
      output.append(
        Array(repeating: UInt8(ascii: " "), count: columns.operationStart - columns.time))
      output.append(Array(name.utf8))
      output.append("\n")
    }
    flush()
  }

  // MARK: Text

  mutating func appendLine(_ event: Event, _ ledger: borrowing Ledger) {
    let line = output.bytes.count
    var subject = line
    switch event {
    case .lookup(let lookup):
      begin(lookup.header, name(of: lookup.operation), ledger)
      appendResult(Int64(lookup.result))
      subject = output.bytes.count
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
    case .wait, .terminalText, .resize, .master:
      return
    }
    columns.fit(&output, line: line, path: subject)
    output.append(UInt8(ascii: "\n"))
  }

  mutating func begin(
    _ header: EventHeader, _ operation: [UInt8], _ ledger: borrowing Ledger
  ) {
    clock.append(header.time, digits: columns.timeDigits, to: &output)
    output.append(UInt8(ascii: " "))
    output.append(UInt64(header.process.processID), digits: 7, filler: " ")
    output.append(UInt8(ascii: " "))
    output.append(processName(header.process, ledger))
    output.append(UInt8(ascii: " "))
    let start = output.bytes.count
    output.append(operation)
    pad(from: start, to: columns.operation)
  }

  mutating func appendResult(_ result: Int64) {
    let start = output.bytes.count
    if result < 0 {
      output.append(errnoName(Int(-result)))
    } else {
      output.append(result)
    }
    pad(from: start, to: columns.result)
  }

  /// One space at least, whatever the column's width.
  private mutating func pad(from start: Int, to width: Int) {
    output.pad(from: start, to: max(width, output.bytes.count - start + 1))
  }
}
