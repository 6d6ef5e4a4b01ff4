// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Events
import Foundation
import Probe

/// Keeps every record of the ring while a command runs.
///
/// A class, since the ring's reader knows it by its address.
final class Recorder {
  private var framed: [UInt8] = []
  private(set) var count = 0

  private static let onRecord: RecordHandler = { context, data, size in
    guard let context, let data else { return 0 }
    Unmanaged<Recorder>.fromOpaque(context)._withUnsafeGuaranteedRef {
      $0.keep(UnsafeRawBufferPointer(start: data, count: size))
    }
    return 0
  }

  private func keep(_ record: UnsafeRawBufferPointer) {
    withUnsafeBytes(of: UInt32(record.count)) { framed.append(contentsOf: $0) }
    framed.append(contentsOf: record)
    count += 1
  }

  /// Runs a command to its end; returns how many records were lost.
  func trace(_ command: [String]) throws -> UInt64 {
    let probe = try Probe(
      ProbeConfiguration(scope: .children, ringBytes: 64 << 20),
      context: Unmanaged.passUnretained(self).toOpaque(), onRecord: Self.onRecord)
    let target = Process()
    target.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    target.arguments = command
    try target.run()
    while target.isRunning {
      var waiting = pollfd(fd: probe.pollDescriptor, events: Int16(POLLIN), revents: 0)
      poll(&waiting, 1, 50)
      probe.drain()
    }
    // The last release comes a grace period late.
    usleep(100_000)
    probe.drain()
    let statistics = ProbeStatistics(
      perCPU: probe.statistics(), recursionMisses: probe.recursionMisses)
    return statistics.dropped
  }

  /// Writes what was kept, as `RecordStore` reads it.
  func write(to file: String) throws {
    try Data(framed).write(to: URL(fileURLWithPath: file))
  }
}
