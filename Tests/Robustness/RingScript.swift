// SPDX-License-Identifier: Apache-2.0

import Attribution
import CSpoorABI
import Events

/// Records as the kernel might hand them over, or might never, into a ledger.
enum RingScript {
  /// Plays a script: a byte for what comes, two for its length, and that many bytes.
  static func run(_ bytes: [UInt8]) {
    var script = ByteScript(bytes)
    var ledger = Ledger(start: 1_000)
    var time: UInt64 = 1_000
    while !script.isOver {
      let kind = script.byte()
      let record = script.take(script.choice(8_192, bytes: 2))
      time &+= 1
      record.withUnsafeBytes { record in
        switch kind % 8 {
        case 0: _ = ledger.endInterval(at: time)
        case 1: take(descriptors: record, into: &ledger, at: time)
        case 2:
          ledger.apply(
            census: CensusEntry.processes(from: rows(record)), at: time, isComplete: kind > 127)
        case 3: takeStates(record, into: &ledger)
        default: take(event: record, into: &ledger)
        }
      }
    }
    _ = ledger.endInterval(at: time, isLast: true)
  }

  private static func take(event record: UnsafeRawBufferPointer, into ledger: inout Ledger) {
    do throws(MalformedRecord) {
      let event = try Event(record: record)
      if case .lookup(let lookup) = event { _ = ledger.indices(of: lookup) }
      ledger.apply(event)
    } catch {
      ledger.countMalformed()
    }
  }

  private static func take(
    descriptors: UnsafeRawBufferPointer, into ledger: inout Ledger, at time: UInt64
  ) {
    do throws(MalformedRecord) {
      var pass = try DescriptorPass(
        records: descriptors, time: time, duration: 1, wallOffset: 5)
      pass.survivors = Set(pass.processes.keys)
      ledger.apply(pass)
    } catch {
      ledger.countFailedPass()
    }
  }

  private static func takeStates(_ bytes: UnsafeRawBufferPointer, into ledger: inout Ledger) {
    for row: KeyedState in rows(bytes) {
      let state = ProcessState(row.key, row.state)
      ledger.noteWaiting(state)
      ledger.apply(state)
    }
  }

  private struct KeyedState: BitwiseCopyable {
    var key: spoor_process_key
    var state: spoor_process
  }

  private static func rows<Row: BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer) -> [Row] {
    stride(from: 0, through: bytes.count - MemoryLayout<Row>.size, by: MemoryLayout<Row>.stride)
      .map { bytes.loadUnaligned(fromByteOffset: $0, as: Row.self) }
  }
}
