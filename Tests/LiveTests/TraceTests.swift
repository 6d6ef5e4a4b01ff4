// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `spoor trace`: what it prints of hostile names, what its filters keep, how it ends.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct TraceTests {
  private struct Line: Decodable {
    var pid: Int
    var operation: String
    var path: String?
    var errno: String?
    var spawnerPid: Int?
  }

  private func trace(_ options: String..., command: [String]) throws -> Spoor.Result {
    try Spoor.run(["trace"] + options + ["--"] + command)
  }

  private func lines(_ result: Spoor.Result) throws -> [Line] {
    try result.output.split(separator: 0x0a).map {
      try JSONDecoder().decode(Line.self, from: Data($0))
    }
  }

  /// Looks up names with ESC, a newline, C1, bidi controls and what is no UTF-8.
  private static let hostile = [
    "/usr/bin/printf", "", "/x\u{1b}[31m", "/x\ny", "/x\u{9b}31m", "/x\u{202e}\u{2066}y",
    "/x\u{7f}\t\r", "/x\u{2028}\u{200f}\u{feff}", "/x\"\\",
  ]

  @Test(arguments: [["--json"], []])
  func noControlCharacterOfAProcessIsPrinted(options: [String]) throws {
    let script = "for n; do cat \"$n\" \"$n$(printf '\\377\\200')\"; done 2>/dev/null"
    let command = ["sh", "-c", script] + Self.hostile
    let result = try Spoor.run(["trace"] + options + ["--"] + command)
    let text = try #require(String(bytes: result.output, encoding: .utf8))
    for scalar in text.unicodeScalars where scalar != "\n" {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
        Issue.record("U+\(String(scalar.value, radix: 16)) is printed raw")
      default: continue
      }
    }
    #expect(text.contains("[31m"))
    if !options.isEmpty { #expect(try lines(result).count > 50) }
  }

  /// Each process's events are in one of many rings, and a parent's in another than its child's.
  @Test func whatComesOfSomethingComesAfterItWhateverRingsTheyAreIn() throws {
    let script = "for n in $(seq 200); do (true | cat /nonesuch) & cat /nonesuch; done 2>/dev/null"
    let all = try lines(
      try trace("--json", "--rings", "64", command: ["sh", "-c", script + "; wait"]))
    var alive: Set<Int> = []
    var dead: Set<Int> = []
    for line in all {
      switch line.operation {
      case "fork":
        #expect(line.pid == all[0].pid || alive.contains(line.spawnerPid ?? 0))
        alive.insert(line.pid)
      case "exit":
        #expect(alive.remove(line.pid) != nil)
        dead.insert(line.pid)
      case "reaped": #expect(dead.remove(line.pid) != nil)
      default: #expect(alive.contains(line.pid))
      }
    }
    #expect(all.count { $0.operation == "fork" } > 800)
    #expect(all.count { $0.path == "/nonesuch" } == 400)
  }

  @Test func failedKeepsFailuresAlone() throws {
    let result = try trace("--failed", "--json", command: ["cat", "/etc/passwd", "/nonesuch"])
    let all = try lines(result.withoutOutput(of: "/etc/passwd"))
    #expect(result.status == 1)
    #expect(all.allSatisfy { $0.errno != nil })
    #expect(all.count { $0.path == "/nonesuch" } == 1)
  }

  @Test func aPathPatternCrossesSlashesAndDropsTheRest() throws {
    let all = try lines(
      try trace("--path", "/nonesuch*", "--json", command: ["cat", "/nonesuch/a/b", "/nonesuc"]))
    #expect(all.map(\.path) == ["/nonesuch/a/b"])
  }

  @Test func operationsKeepThoseNamedAlone() throws {
    let all = try lines(
      try trace("--op", "exec,exit,reaped", "--json", command: ["sh", "-c", "cat /nonesuch; :"]))
    // The kernel tells of a reaped process some time later.
    #expect(
      all.map(\.operation).sorted() == ["exec", "exec", "exit", "exit", "reaped", "reaped"])
  }

  @Test func anUnknownOperationIsRefusedWithTheKnownOnes() throws {
    let result = try trace("--op", "openat,nonsense", command: ["true"])
    #expect(result.status == 2)
    #expect(result.text == "")
    #expect(result.errors.contains("'nonsense'"))
    #expect(result.errors.contains("openat2"))
  }

  @Test func aCommandThatCannotRunPrintsNoTable() throws {
    let result = try trace(command: ["nonesuch-command"])
    #expect(result.status == 2)
    #expect(result.text == "")
    #expect(result.errors.hasPrefix("spoor: cannot run 'nonesuch-command'"))
  }

  @Test(arguments: ["-a", "-p $$"])
  func aClosedPipeEndsItQuietly(scope: String) throws {
    // The shell that -p names does nothing meanwhile: no event ends the wait.
    let script = "(timeout 20 \"$0\" trace \(scope); echo $? >&2) | head -1"
    let result = try Spoor.run(URL(filePath: "/bin/sh"), ["-c", script, Spoor.binary])
    #expect(result.text.hasPrefix("TIME "))
    #expect(result.errors == "0\n")
  }

  @Test func aFullDiskIsAnError() throws {
    let result = try Spoor.run(
      URL(filePath: "/bin/sh"), ["-c", "\"$0\" trace -- true >/dev/full", Spoor.binary])
    #expect(result.status != 0)
    #expect(result.errors.contains("No space left"))
  }
}

extension Spoor.Result {
  /// Without what the target itself printed.
  fileprivate func withoutOutput(of file: String) throws -> Spoor.Result {
    var rest = self
    let own = try Data(contentsOf: URL(filePath: file))
    if let range = rest.output.range(of: own) { rest.output.removeSubrange(range) }
    return rest
  }
}
