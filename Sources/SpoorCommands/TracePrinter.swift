// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Glibc
import Reports

/// Prints a line per event, as text or as a JSON object.
final class TracePrinter: EventPump {
  private let filter: TraceFilter
  private let isJSON: Bool
  private var output = LineBuffer()
  private var clock = WallClock()
  private var errnoNames: [Int: [UInt8]] = [:]
  private var operationNames: [UInt16: [UInt8]] = [:]
  private var processNames: [ProcessKey: (executable: [UInt8], text: [UInt8])] = [:]

  /// Columns: time, process id, process, operation, result, and what it was about.
  static let processWidth = 16
  static let operationWidth = 18
  static let resultWidth = 13

  init(start: UInt64, filter: TraceFilter, isJSON: Bool) {
    self.filter = filter
    self.isJSON = isJSON
    super.init(start: start)
    if !isJSON { appendTitle() }
  }

  override func take(_ event: Event) {
    super.take(event)
    guard filter.accepts(event), !output.isClosed else { return }
    if isJSON { appendJSON(event) } else { appendLine(event) }
    if output.bytes.count > 1 << 16 { output.flush() }
  }

  override func drained() {
    output.flush()
  }

  override var wantsToStop: Bool { output.isClosed }

  private func appendTitle() {
    output.append("TIME                 PID PROCESS          OPERATION         RESULT       \n")
    output.flush()
  }

  // MARK: Text

  private func appendLine(_ event: Event) {
    switch event {
    case .lookup(let lookup):
      begin(lookup.header, name(of: lookup.operation))
      appendResult(Int64(lookup.result))
      appendPath(lookup.path, lookup.pathStatus)
    case .terminalWrite(let write):
      begin(write.header, Array((write.isInput ? "tty input" : "tty output").utf8))
      appendResult(write.result)
      output.append(Array(terminal(write).name.utf8))
    case .fork(let fork):
      begin(fork.header, Array("fork".utf8))
      column { $0.append("by ") }
      output.append(UInt64(fork.spawner.processID))
    case .exec(let exec):
      begin(exec.header, Array("exec".utf8))
      appendResult(0)
      output.append(Array(ForeignText.commandLine(Array(exec.arguments)).utf8))
    case .exit(let exit):
      begin(exit.header, Array("exit".utf8))
      output.append(Array(describe(ExitStatus(waitStatus: exit.waitStatus)).utf8))
    case .release(let release):
      begin(release.header, Array("reaped".utf8))
      output.append("after ")
      output.append(release.cpuTime / 1_000_000)
      output.append(" ms of CPU")
    case .wait:
      return
    }
    output.append(UInt8(ascii: "\n"))
  }

  private func begin(_ header: EventHeader, _ operation: [UInt8]) {
    clock.append(header.time, to: &output)
    output.append(UInt8(ascii: " "))
    let id = UInt64(header.process.processID)
    var width: UInt64 = 1_000_000
    while width > id && width > 1 {
      output.append(UInt8(ascii: " "))
      width /= 10
    }
    output.append(id)
    output.append(UInt8(ascii: " "))
    output.append(processName(header.process))
    output.append(UInt8(ascii: " "))
    let start = output.bytes.count
    output.append(operation)
    output.pad(from: start, to: Self.operationWidth)
  }

  private func appendResult(_ result: Int64) {
    column { output in
      if result < 0 {
        output.append(self.errnoName(Int(-result)))
      } else {
        output.append(result)
      }
    }
  }

  private func column(_ body: (inout LineBuffer) -> Void) {
    let start = output.bytes.count
    body(&output)
    output.pad(from: start, to: Self.resultWidth)
  }

  private func appendPath(_ path: UnsafeRawBufferPointer, _ status: TextStatus) {
    switch status {
    case .whole:
      output.append(foreign: path)
    case .truncated:
      output.append(foreign: path)
      output.append("… (truncated)")
    case .unreadable:
      output.append("(unreadable)")
    }
  }
}

extension TracePrinter {
  // MARK: JSON

  private func appendJSON(_ event: Event) {
    switch event {
    case .lookup(let lookup):
      beginJSON(lookup.header, name(of: lookup.operation))
      appendResultJSON(Int64(lookup.result))
      output.append(",\"flags\":")
      output.append(UInt64(lookup.flags))
      output.append(",\"path\":")
      output.append(json: lookup.path)
      output.append(",\"pathStatus\":\"")
      output.append(Array("\(lookup.pathStatus)".utf8))
      output.append("\"}")
    case .terminalWrite(let write):
      beginJSON(write.header, Array("tty".utf8))
      appendResultJSON(write.result)
      output.append(",\"direction\":\"")
      output.append(write.isInput ? "input" : "output")
      output.append("\",\"tty\":\"")
      output.append(Array(terminal(write).name.utf8))
      output.append("\"}")
    case .fork(let fork):
      beginJSON(fork.header, Array("fork".utf8))
      output.append(",\"spawnerPid\":")
      output.append(UInt64(fork.spawner.processID))
      output.append(",\"parentPid\":")
      output.append(UInt64(fork.parent.processID))
      output.append("}")
    case .exec(let exec):
      beginJSON(exec.header, Array("exec".utf8))
      output.append(",\"path\":")
      output.append(json: exec.path)
      output.append(",\"argv\":[")
      appendArguments(exec.arguments)
      output.append("]}")
    case .exit(let exit):
      beginJSON(exit.header, Array("exit".utf8))
      let status = ExitStatus(waitStatus: exit.waitStatus)
      output.append(",\"code\":")
      appendOptional(status.code)
      output.append(",\"signal\":")
      appendOptional(status.signal)
      output.append("}")
    case .release(let release):
      beginJSON(release.header, Array("reaped".utf8))
      output.append(",\"cpuNs\":")
      output.append(release.cpuTime)
      output.append("}")
    case .wait:
      return
    }
    output.append(UInt8(ascii: "\n"))
  }

  private func beginJSON(_ header: EventHeader, _ operation: [UInt8]) {
    output.append("{\"timeNs\":")
    output.append(clock.wallTime(header.time))
    output.append(",\"pid\":")
    output.append(UInt64(header.process.processID))
    output.append(",\"startTimeNs\":")
    output.append(header.process.startTime)
    output.append(",\"tid\":")
    output.append(UInt64(header.threadID))
    output.append(",\"exe\":")
    let executable = ledger.process(header.process)?.executable ?? []
    executable.withUnsafeBytes { output.append(json: $0) }
    output.append(",\"operation\":\"")
    output.append(operation)
    output.append("\"")
  }

  private func appendResultJSON(_ result: Int64) {
    output.append(",\"result\":")
    output.append(result)
    output.append(",\"errno\":")
    if result < 0 {
      output.append("\"")
      output.append(errnoName(Int(-result)))
      output.append("\"")
    } else {
      output.append("null")
    }
  }

  private func appendOptional(_ number: Int?) {
    if let number { output.append(Int64(number)) } else { output.append("null") }
  }

  private func appendArguments(_ bytes: UnsafeRawBufferPointer) {
    var isFirst = true
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let end = bytes[start...].firstIndex(of: 0) ?? bytes.endIndex
      if !isFirst { output.append(",") }
      output.append(json: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
      isFirst = false
      start = end + 1
    }
  }

  // MARK: Names

  private func terminal(_ write: TerminalWrite) -> Terminal {
    Terminal(instance: write.instance, major: write.major, minor: write.minor)
  }

  private func errnoName(_ number: Int) -> [UInt8] {
    if let known = errnoNames[number] { return known }
    let name = Array(ErrnoName.of(number).utf8)
    errnoNames[number] = name
    return name
  }

  private func name(of operation: Operation) -> [UInt8] {
    if let known = operationNames[operation.rawValue] { return known }
    let name = Array(operation.name.utf8)
    operationNames[operation.rawValue] = name
    return name
  }

  /// The last component of the executable, or the thread's name; as wide as its column.
  private func processName(_ key: ProcessKey) -> [UInt8] {
    guard let process = ledger.process(key) else { return Self.column("?") }
    if let known = processNames[key], known.executable == process.executable {
      return known.text
    }
    let file = process.executable.split(separator: UInt8(ascii: "/")).last.map(Array.init)
    let text = Self.column(ForeignText.encode(file ?? process.comm))
    if processNames.count > 10_000 { processNames.removeAll() }
    processNames[key] = (process.executable, text)
    return text
  }

  private static func column(_ name: String) -> [UInt8] {
    let text = ForeignText.fit(name, processWidth)
    let missing = max(0, processWidth - ForeignText.width(text))
    return Array(text.utf8) + Array(repeating: UInt8(ascii: " "), count: missing)
  }

  private func describe(_ status: ExitStatus) -> String {
    if let signal = status.signal { return "by \(SignalName.of(signal))" }
    return "\(status.code ?? 0)"
  }
}
