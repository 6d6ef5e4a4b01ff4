// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Where a path leads, as spoor says it and as /proc told it at that moment: equal.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct PathTests {
  @Test(arguments: Spoor.backends)
  func everyPathIsResolvedAsTheKernelSeesIt(backend: String) throws {
    let (truth, report, _) = try Spoor.record("resolve", [], options: ["--backend", backend])
    let expected = Dictionary(grouping: try #require(truth.paths)) { $0 }.mapValues(\.count)
    #expect(expected.count > 90)
    #expect(differences(expected, report.resolved(like: truth)) == [])
    let loss = report.recording.loss
    #expect(loss.complete)
    #expect(loss.dropped.values.allSatisfy { $0 == 0 })
    let truncated = report.paths.filter { $0.resolution == "truncated" }.map(\.count)
    #expect(loss.notes["pathTruncated"] == truncated.reduce(0, +))
    #expect(truncated.reduce(0, +) > 50)
  }

  @Test func anExecutableIsWhatProcSays() throws {
    let (truth, report, _) = try Spoor.record("resolve", [])
    let expected = try #require(truth.executables)
    #expect(expected.count == 7)
    for executable in expected {
      #expect(report.process(executable.pid)?.exe == executable.exe)
    }
  }

  @Test func aPatternMatchesTheAbsolutePathToo() throws {
    let result = try Spoor.run(
      ["trace", "--path", "/usr/*/nonesuch", "--json", "--"]
        + ["sh", "-c", "cd /usr/share; cat ./nonesuch ../lib/nonesuch nonesuch/more"])
    let lines = try result.output.split(separator: 0x0a).map {
      try JSONDecoder().decode(Resolved.self, from: Data($0))
    }
    #expect(lines.map(\.path) == ["./nonesuch", "../lib/nonesuch"])
    #expect(lines.map(\.absolutePath) == ["/usr/share/nonesuch", "/usr/lib/nonesuch"])
    #expect(lines.map(\.resolution) == ["resolved", "resolved"])
  }

  @Test func theTextShowsWhereALinkLed() throws {
    let result = try Spoor.run(
      ["trace", "--path", "/proc/self/comm", "--"] + ["sh", "-c", "exec cat /proc/self/comm"])
    let line = try #require(result.text.split(separator: "\n").last { $0.contains("openat") })
    #expect(line.contains(/\ \/proc\/self\/comm → \/proc\/[0-9]+\/comm$/))
  }
}

/// One lookup with what the kernel made of its path.
struct Resolved: Decodable, Hashable {
  var pid: Int
  var operation: String
  var path: String
  var absolutePath: String?
  var resolution: String
  var openedPath: String?
  /// Nil for success.
  var errno: String?
}

extension Report {
  /// The report's rows of the calls and paths that the truth names.
  func resolved(like truth: Truth) -> [Resolved: Int] {
    struct Call: Hashable {
      var pid: Int
      var operation: String
      var path: String
    }
    let wanted = Set(
      (truth.paths ?? []).map { Call(pid: $0.pid, operation: $0.operation, path: $0.path) })
    var counts: [Resolved: Int] = [:]
    for row in paths
    where wanted.contains(Call(pid: row.pid, operation: row.operation, path: row.path)) {
      var byErrno: [String?: Int] = [:]
      for (errno, count) in row.byErrno { byErrno[errno] = count }
      if row.count > row.failed { byErrno[nil] = row.count - row.failed }
      for (errno, count) in byErrno {
        let resolved = Resolved(
          pid: row.pid, operation: row.operation, path: row.path, absolutePath: row.absolutePath,
          resolution: row.resolution, openedPath: row.openedPath, errno: errno)
        counts[resolved, default: 0] += count
      }
    }
    return counts
  }
}
