// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Foundation
import GRDB
import Recording
import Testing

/// Foundation has one too.
typealias Operation = Events.Operation

/// A directory of a test's own, gone with its last reference.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "spoor-recording-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit {
    chmod(path, 0o700)
    try? FileManager.default.removeItem(atPath: path)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }
}

let isRoot = geteuid() == 0

/// Whether this process has CAP_SYS_ADMIN (21).
let mayMount: Bool = {
  let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = status?.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
  let set = line.flatMap { UInt64($0.dropFirst(7).drop { $0 == "\t" }, radix: 16) }
  return (set ?? 0) & 1 << 21 != 0
}()

/// An ordinary user, for tests that run as root.
let somebody = FileOwner(userID: 54_321, groupID: 54_322)

func status(_ path: String) throws -> stat {
  var status = stat()
  try #require(lstat(path, &status) == 0, "\(path): \(errno)")
  return status
}

extension RecordingHeader {
  static let example = RecordingHeader(
    started: Date(timeIntervalSince1970: 1_790_000_000.125), startTime: 1_000,
    kernel: "6.18.0", command: ["git", "status", "a b/\"\u{1b}é"], intervalLength: 1_000_000_000,
    unseen: ["io_uring is not seen."], spoorVersion: "1.2.3",
    options: ["--interval", "1", "-o", "a b"])
}

extension RecordingWriter {
  convenience init(
    example path: String, owner: FileOwner = .current, force: Bool = false,
    recordsEvents: Bool = false
  ) throws(RecordingError) {
    try self.init(
      path: path, header: .example, owner: owner, force: force, recordsEvents: recordsEvents)
  }
}

extension Operation {
  static func named(_ name: String) throws -> Operation { try #require(Operation(name: name)) }
}

extension Interval {
  /// Interval `number` of a process that looks up one new path in each: `number + 1` times
  /// well and once in vain, and writes 10 bytes to `pts/3`.
  static func example(_ number: Int) throws -> Interval {
    var interval = Interval(
      number: number, start: 1_000 + UInt64(number) * 100, end: 1_100 + UInt64(number) * 100)
    let openat = try Operation.named("openat")
    let path = PathIndex(number)
    interval.firstNewPath = path
    let text = Array("/path/\(number)".utf8)
    interval.newPaths = [
      LookedUpPath(
        given: text, absolute: text, resolution: .resolved, opened: Array("/own/\(number)".utf8))
    ]
    interval.lookups = [
      LookupCount(process: 0, path: path, operation: openat, errno: 2, count: 1),
      LookupCount(
        process: 0, path: path, operation: openat, errno: 0, count: UInt64(number + 1)),
    ]
    if number == 0 { interval.newTerminals = [Terminal(instance: 7, major: 136, minor: 3)] }
    interval.terminalWrites = [
      TerminalWriteCount(
        process: 0, terminal: 0, direction: .output, bytes: 10, writes: 2, failed: 1)
    ]
    interval.processes = [(0, .example(intervals: number + 1))]
    interval.loss = Loss(
      kinds: [
        "lookup": .init(observed: 4, delivered: 3, dropped: ["ringFull": 1]),
        "exec": .init(observed: 1, delivered: 1),
      ], notes: ["pathTruncated": 2])
    interval.gaps = [
      (0, Loss.Gap(start: 1_000, end: interval.end, dropped: UInt64(number) + 1))
    ]
    return interval
  }
}

extension TracedProcess {
  static func example(intervals: Int) -> TracedProcess {
    var process = TracedProcess(key: ProcessKey(processID: 42, startTime: 900))
    process.comm = Array("MainThread".utf8)
    process.executable = Array("/usr/bin/git".utf8)
    process.arguments = Array("git\0status\0".utf8)
    process.lookups = UInt64(intervals)
    process.lookupsByOperation = ["openat": UInt64(intervals)]
    return process
  }
}

/// The text of the error that `body` ends with.
func message(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return "\(error)"
  }
}

/// One column of a query, each value as text.
func query(_ path: String, _ sql: String) throws -> [String?] {
  var configuration = Configuration()
  configuration.readonly = true
  return try DatabaseQueue(path: path, configuration: configuration).read {
    try String?.fetchAll($0, sql: sql)
  }
}
