// SPDX-License-Identifier: Apache-2.0

import CSpoorABI
import Events
import Foundation
import Probe
import Testing

/// A thread counts by itself: what it has counted is in the maps once they are settled.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct SettlingTests {
  private struct Counted: Equatable {
    var lookups: UInt64 = 0
    var failed: UInt64 = 0
    var writes: UInt64 = 0
    var bytes: UInt64 = 0
  }

  private func settled(_ process: Process, by probe: borrowing Probe) throws -> Counted {
    try probe.settleCounts()
    var counted = Counted()
    for (key, state) in try probe.processStates() where key.tgid == process.processIdentifier {
      for counter in LookupCounter.frequent(key, state) {
        counted.lookups += counter.total
        counted.failed += counter.failed
      }
    }
    for (key, count) in try probe.terminalCounts() where key.tgid == process.processIdentifier {
      counted.writes += count.writes
      counted.bytes += count.bytes
    }
    return counted
  }

  @Test func theCountsOfALivingProcessAreExact() throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    try #require(openpty(&master, &slave, nil, nil, nil) == 0)
    defer { close(master) }
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    let context = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
    defer { context.deallocate() }
    let probe = try Probe(
      ProbeConfiguration(scope: .children), context: context, onRecord: { _, _, _ in 0 })

    // Each line that it reads is one lookup, which fails, and one write of three bytes.
    let shell = Process()
    let lines = Pipe()
    let writesReturned = Pipe()
    shell.executableURL = URL(filePath: "/bin/sh")
    shell.arguments = ["-c", #"while read -r name; do [ -e "$name" ]; echo ok; echo >&2; done"#]
    shell.standardInput = lines
    shell.standardOutput = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
    shell.standardError = writesReturned
    try shell.run()
    close(slave)  // the shell's alone now: were it to end, reading would, too
    func ask(_ times: Int) throws {
      let names = String(repeating: "/nonesuch\n", count: times)
      try lines.fileHandleForWriting.write(contentsOf: Data(names.utf8))
      var answer = [UInt8](repeating: 0, count: 4 * times)  // "ok\r\n", as the terminal has it
      var answered = 0
      while answered < answer.count {
        let count = read(master, &answer, answer.count - answered)
        try #require(count > 0)
        answered += count
      }
      // What is written can be read before the call that wrote it, and counts at its end, is over.
      for _ in 0..<times {
        try #require(try writesReturned.fileHandleForReading.read(upToCount: 1)?.count == 1)
      }
    }

    try ask(1)
    let before = try settled(shell, by: probe)
    try ask(100)
    var expected = before
    expected.lookups += 100
    expected.failed += 100
    expected.writes += 100
    expected.bytes += 300
    #expect(try settled(shell, by: probe) == expected)
    // What was settled once is not there again.
    #expect(try settled(shell, by: probe) == expected)
    try lines.fileHandleForWriting.close()
    shell.waitUntilExit()
    #expect(try settled(shell, by: probe) == expected)
  }
}
