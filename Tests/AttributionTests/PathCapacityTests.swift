// SPDX-License-Identifier: Apache-2.0

import Attribution
import Testing

/// A process that makes up paths gets no more memory than there is for them.
struct PathCapacityTests {
  private func script(count: Int = 1000, bytes: Int = 1 << 20) -> EventScript {
    var script = EventScript()
    script.ledger = Ledger(
      start: 0, pathCapacity: PathCapacity(count: count, bytes: bytes))
    return script
  }

  /// Counts by process, and by path where it is none of the others'.
  private func counts(_ interval: Interval) -> [String: UInt64] {
    var counts: [String: UInt64] = [:]
    for row in interval.lookups {
      let path = interval.newPaths[Int(row.path)]
      counts["\(row.process) \(String(decoding: path.given, as: UTF8.self))", default: 0] +=
        row.count
    }
    return counts
  }

  @Test func pathsOverTheCountAreOneForEachProcess() {
    var script = script(count: 4)
    for path in ["/a", "/b", "/c", "/d", "/a"] { script.lookup(1, path) }
    for path in ["/e", "/a", "/a", "/f", "/g"] { script.lookup(2, path) }
    script.lookup(3, "/h")
    let interval = script.endInterval()
    #expect(interval.newPaths.map(\.resolution).count { $0 == .other } == 1)
    #expect(
      counts(interval) == [
        "0 /a": 2, "0 /b": 1, "0 (other paths)": 2, "1 /e": 1, "1 /a": 2, "1 /f": 1,
        "1 (other paths)": 1, "2 (other paths)": 1,
      ])
    #expect(interval.loss.notes["otherPaths"] == 4)
    #expect(interval.loss.isComplete)
  }

  @Test func pathsOverTheBytesAreOther() {
    var script = script(bytes: 20_000)
    for number in 0..<100 {
      script.lookup(1, "/\(number)" + String(repeating: "x", count: 1000))
    }
    let interval = script.endInterval()
    // Half of the room is for one process. The one that goes over is the last that is kept; /N
    // has two or three bytes.
    #expect(interval.newPaths.count { $0.resolution != .other } == 10)
    #expect(interval.lookups.map(\.count).reduce(0, +) == 100)
    #expect(interval.loss.notes["otherPaths"] == 90)
  }

  @Test func theDirectoryOfManyPathsIsKeptOnce() {
    var script = script(bytes: 20_000)
    let directory = String(repeating: "d", count: 1000)
    for number in 100..<300 { script.lookup("\(number)", from: directory + "/") }
    let interval = script.endInterval()
    #expect(
      interval.newPaths.map(\.absolute) == (100..<300).map { Array("/\(directory)/\($0)".utf8) })
    #expect(interval.loss.notes["otherPaths"] == 0)
  }

  @Test func aKnownPathFromAnUnknownPlaceIsOther() {
    var script = script(count: 1)
    script.lookup("c", from: "a/")
    script.lookup("c", from: "b/")
    script.lookup("c", from: "a/", opened: "c/b/a/", .whole)
    script.lookup("c", from: "a/")
    let interval = script.endInterval()
    #expect(interval.newPaths.map(\.absolute) == [Array("/a/c".utf8), nil])
    #expect(interval.lookups.map(\.count).sorted() == [2, 2])
  }

  @Test func anotherIntervalKnowsWhatWasKnown() {
    var script = script(count: 1)
    for path in ["/a", "/b"] { script.lookup(1, path) }
    _ = script.endInterval()
    for path in ["/b", "/a", "/c"] { script.lookup(1, path) }
    let interval = script.endInterval()
    #expect(interval.newPaths == [])
    #expect(
      Dictionary(uniqueKeysWithValues: interval.lookups.map { ($0.path, $0.count) })
        == [0: 1, 1: 2])
  }
}
