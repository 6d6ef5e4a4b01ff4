// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// A JSON object a line.
extension TraceLines {
  mutating func appendJSON(_ event: Event, _ ledger: borrowing Ledger) {
    switch event {
    case .lookup(let lookup):
      beginJSON(lookup.header, name(of: lookup.operation), ledger)
      appendResultJSON(Int64(lookup.result))
      output.append(",\"flags\":")
      output.append(UInt64(lookup.flags))
      output.append(",\"path\":")
      output.append(json: lookup.path)
      output.append(",\"pathStatus\":\"")
      output.append(Self.name(of: lookup.pathStatus))
      output.append("\"")
      appendResolutionJSON(ledger)
      output.append("}")
    case .terminalWrite(let write):
      beginJSON(write.header, Array("tty".utf8), ledger)
      appendResultJSON(write.result)
      output.append(",\"direction\":\"")
      output.append(write.isInput ? "input" : "output")
      output.append("\",\"tty\":\"")
      output.append(Array(terminal(write).name.utf8))
      output.append("\"")
      appendScreenJSON()
      output.append("}")
    case .fork(let fork):
      beginJSON(fork.header, Array("fork".utf8), ledger)
      output.append(",\"spawnerPid\":")
      output.append(UInt64(fork.spawner.processID))
      output.append(",\"parentPid\":")
      output.append(UInt64(fork.parent.processID))
      output.append("}")
    case .exec(let exec):
      beginJSON(exec.header, Array("exec".utf8), ledger)
      output.append(",\"path\":")
      output.append(json: exec.path)
      appendResolutionJSON(ledger)
      output.append(",\"argv\":[")
      appendArguments(exec.arguments)
      output.append("]}")
    case .exit(let exit):
      beginJSON(exit.header, Array("exit".utf8), ledger)
      let status = ExitStatus(waitStatus: exit.waitStatus)
      output.append(",\"code\":")
      appendOptional(status.code)
      output.append(",\"signal\":")
      appendOptional(status.signal)
      output.append("}")
    case .release(let release):
      beginJSON(release.header, Array("reaped".utf8), ledger)
      output.append(",\"cpuNs\":")
      output.append(release.cpuTime)
      output.append("}")
    case .wait, .terminalText, .resize, .master:
      return
    }
    output.append(UInt8(ascii: "\n"))
  }

  mutating func beginJSON(
    _ header: EventHeader, _ operation: [UInt8], _ ledger: borrowing Ledger
  ) {
    output.append("{\"timeNs\":")
    output.append(clock.wallTime(header.time))
    output.append(",\"pid\":")
    output.append(UInt64(header.process.processID))
    output.append(",\"startTimeNs\":")
    output.append(header.process.startTime)
    output.append(",\"tid\":")
    output.append(UInt64(header.threadID))
    output.append(",\"exe\":")
    output.append(processName(header.process, ledger))
    output.append(",\"operation\":\"")
    output.append(operation)
    output.append(header.isByRing ? "\",\"ioUring\":true" : "\"")
  }

  mutating func appendResultJSON(_ result: Int64) {
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

  mutating func appendOptional(_ number: Int?) {
    if let number { output.append(Int64(number)) } else { output.append("null") }
  }

  mutating func appendArguments(_ bytes: UnsafeRawBufferPointer) {
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
}
