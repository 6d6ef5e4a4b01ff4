// SPDX-License-Identifier: Apache-2.0

import Events

/// What the kernel counts by itself, exact whatever became of the ring.
extension Ledger {
  /// Takes over the kernel's exact count of a process's lookups by one operation.
  public mutating func apply(_ counter: LookupCounter) {
    let name = counter.operation.name
    let index = processes.enter(counter.process)
    if let known = processes[index], known.lookupsByOperation[name] == counter.total,
      known.exactFailures[name] == counter.failed
    {
      return
    }
    processes.change(index) { process in
      process.exactFailures[name] = counter.failed
      process.lookupsByOperation[name] = counter.total
      process.lookups = process.lookupsByOperation.values.reduce(0, +)
      process.failedLookups = process.exactFailures.values.reduce(0, +)
    }
  }

  /// Takes over the kernel's exact count of what a process wrote to one terminal.
  public mutating func apply(_ counter: TerminalCounter) {
    let terminal = Terminal(instance: counter.instance, major: counter.major, minor: counter.minor)
    let key = ExactTerminal(terminal: terminal, direction: counter.isInput ? .input : .output)
    var sums = exactTerminals[counter.process, default: [:]]
    let sum = TerminalSum(bytes: counter.bytes, writes: counter.writes, failed: counter.failed)
    if sums[key] == sum { return }
    sums[key] = sum
    exactTerminals[counter.process] = sums
    processes.change(processes.enter(counter.process)) { process in
      process.outputBytes = 0
      process.inputBytes = 0
      process.terminalWrites = 0
      process.failedTerminalWrites = 0
      for (key, sum) in sums {
        if key.direction == .output {
          process.outputBytes &+= sum.bytes
        } else {
          process.inputBytes &+= sum.bytes
        }
        process.terminalWrites &+= sum.writes
        process.failedTerminalWrites &+= sum.failed
      }
    }
  }

  /// Takes over the kernel's count of what anybody wrote to a terminal's master.
  public mutating func apply(_ counter: TerminalInputCounter) {
    inputs.set(counter)
  }

  /// Takes over the kernel's loss counters, which count from the start.
  ///
  /// - Returns: of which kinds something was lost since the last call, so that the ledger is to be
  ///   healed.
  public mutating func apply(_ statistics: ProbeStatistics) -> Set<EventKind> {
    lossAccount.update(statistics)
  }

  /// Loss since the start.
  public var loss: Loss { lossAccount.total }

  /// When records were lost since the start.
  public var gaps: [Loss.Gap] { lossAccount.gaps }
}
