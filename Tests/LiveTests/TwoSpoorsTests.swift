// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Several spoors at once: none takes anything from another.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct TwoSpoorsTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The working place of a conformance program.
  private func makeFolder() throws -> String {
    let work = scratch.file("work")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: false)
    return work.path
  }

  private func truth(_ output: Data, _ folder: String) throws -> Truth {
    var truth = try JSONDecoder().decode(Truth.self, from: output)
    truth.folder = folder
    return truth
  }

  @Test(arguments: [["lookups", "50", "7"], ["tty"]])
  func twoThatTraceOneProcessBothSeeAllOfIt(program: [String]) throws {
    let folder = try makeFolder()
    try #require(mkfifo(scratch.file("gate").path, 0o600) == 0)
    try Data().write(to: scratch.file("truth"))
    let target = Process()
    target.executableURL = URL(filePath: "/bin/sh")
    target.arguments = [
      "-c", "read -r go <gate; exec \"$@\"", "sh", Spoor.conformance + "/" + program[0], folder,
    ]
    target.arguments? += program.dropFirst()
    target.currentDirectoryURL = scratch.folder
    target.standardOutput = try FileHandle(forAppendingTo: scratch.file("truth"))
    try target.run()
    let folders = [try Scratch(), try Scratch()]
    let spoors = try folders.map {
      try Running(
        ["record", "-q", "-o", "run.spoor", "-p", "\(target.processIdentifier)"], in: $0)
    }
    try scratch.release("gate")
    for spoor in spoors { #expect(spoor.wait() == 0) }
    target.waitUntilExit()
    let truth = try truth(Data(contentsOf: scratch.file("truth")), folder)
    for folder in folders {
      let report = try folder.report("run.spoor")
      if truth.lookups != nil {
        #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
      }
      #expect(differences(truth.terminalSums, report.terminalSums) == [])
      report.expectNothingLost()
    }
    #expect(truth.outcomes.count + truth.terminalSums.count > 10)
  }

  @Test func aTracedSpoorTracesAsEver() throws {
    let folder = try makeFolder()
    func record(_ name: String) -> [String] { ["record", "-q", "-o", name, "--"] }
    let run = try Spoor.run(
      record("outer.spoor") + [Spoor.binary] + record("inner.spoor")
        + [Spoor.conformance + "/lookups", folder, "50", "7"], in: scratch.folder)
    #expect(run.status == 0)
    #expect(run.errors == "")
    let truth = try truth(run.output, folder)
    for name in ["outer.spoor", "inner.spoor"] {
      let report = try scratch.report(name)
      #expect(differences(truth.outcomes, report.outcomes(like: truth)) == [])
      report.expectNothingLost()
    }
    let outer = try scratch.report("outer.spoor")
    let inner = try #require(outer.process(truth.pid)?.spawnerPid.flatMap { outer.process($0) })
    #expect(inner.argv.dropFirst().starts(with: record("inner.spoor")))
    #expect(inner.exit == Truth.Exit(code: 0))
    #expect(inner.children.everWaited)
    // The file that it made, as any other program's.
    #expect(outer.lookups(of: scratch.file("inner.spoor").path) > 0)
    // It is no part of what it traces itself.
    #expect(try scratch.report("inner.spoor").process(inner.pid) == nil)
  }
}
