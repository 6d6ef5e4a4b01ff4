// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a demo writes of itself; each writes the parts that it knows.
struct DemoTruth: Decodable {
  var pid: Int
  var opens: Int?
  var frames: Int?
  var sets: Int?
  var spawned: Int?
  var alive: Int?
  var servers: [String]?
  var shells: Int?
  var mastersHeld: Int?
  var zombies: Int?
}

/// The parts of spoor.report/1 that tell of findings and of children by command.
struct JudgedReport: Decodable {
  struct Finding: Decodable, Equatable {
    struct Evidence: Decodable, Equatable {
      var kind: String
      var subject: String
      var value: Double
    }

    var kind: String
    var pid: Int
    var value: Double
    var sentence: String
    var confidence: String
    var evidence: [Evidence]
  }

  struct Group: Decodable {
    var command: String
    var spawnerPid: Int
    var alive: Int
    var ended: Int
    var lockstepGroup: Int?
  }

  var findings: [Finding]
  var childrenByCommand: [Group]
}

/// A demo that was recorded, with what it says of itself and what spoor does.
struct Demo {
  enum Mode: String { case faulty, fixed }

  /// Debian's: what version managers put in PATH is a script that starts others.
  private static let python = "/usr/bin/python3"
  private static let checkout = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  let truth: DemoTruth
  let report: Report
  private let judged: JudgedReport
  private let descriptors: DescriptorReport

  init(_ name: String, _ mode: Mode, seconds: Int, inTerminal: Bool = false) throws {
    let scratch = try Scratch()
    let recording = scratch.file("run.spoor").path
    let truthFile = scratch.file("truth")
    let record =
      [Spoor.binary, "record", "-q", "-o", recording, "--", Self.python]
      + ["tools/demos/\(name).py", "--mode", mode.rawValue]
      + ["--seconds", "\(seconds)", "--truth", truthFile.path]
    let command =
      inTerminal ? ["/usr/bin/script", "-qec", Self.quoted(record), "/dev/null"] : record
    let run = try Spoor.run(
      URL(filePath: command[0]), Array(command.dropFirst()), in: Self.checkout)
    try #require(run.status == 0, "\(run.errors) \(run.text)")
    let json = try Spoor.run(
      ["report", "--json", "--settings", "tools/demos/quick.yaml", recording], in: Self.checkout)
    #expect(json.status == 0, "\(json.errors)")
    let decoder = JSONDecoder()
    truth = try decoder.decode(DemoTruth.self, from: Data(contentsOf: truthFile))
    report = try decoder.decode(Report.self, from: json.output)
    judged = try decoder.decode(JudgedReport.self, from: json.output)
    descriptors = try decoder.decode(DescriptorReport.self, from: json.output)
    report.expectNothingLost()
  }

  /// For a shell.
  private static func quoted(_ words: [String]) -> String {
    words.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
  }

  var findings: [JudgedReport.Finding] { judged.findings }

  /// The first of all findings, of which these are the kinds: all of the demo itself.
  func finding(first kind: String, of kinds: Set<String>) throws -> JudgedReport.Finding {
    #expect(Set(findings.map(\.kind)) == kinds)
    #expect(findings.count == kinds.count)
    #expect(findings.allSatisfy { $0.pid == truth.pid && $0.confidence == "certain" })
    let first = try #require(findings.first)
    #expect(first.kind == kind)
    return first
  }

  var terminal: Report.TTY {
    get throws {
      let rows = report.ttys.filter { $0.pid == truth.pid }
      #expect(rows.count == 1)
      return try #require(rows.first)
    }
  }

  var children: Report.Process.Children {
    get throws { try #require(report.process(truth.pid)).children }
  }

  var groups: [JudgedReport.Group] {
    judged.childrenByCommand.filter { $0.spawnerPid == truth.pid }
  }

  var masters: PTYMasters? { descriptors.process(truth.pid)?.ptyMasters }

  /// As spoor writes commands.
  var serverCommands: Set<String> {
    let program = URL(filePath: Self.python).resolvingSymlinksInPath().lastPathComponent
    return Set((truth.servers ?? []).map { "\(program) tools/demos/mcp_server.py --name \($0)" })
  }
}
