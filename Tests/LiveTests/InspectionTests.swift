// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `--inspect-tty`: what is drawn is counted, and what is written stays nowhere.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct InspectionTests {
  @Test(arguments: Spoor.backends)
  func whatIsDrawnIsCountedAsTheProgramCountsIt(backend: String) throws {
    let (truth, report, status) = try Spoor.record(
      "screen", [], options: ["--backend", backend, "--inspect-tty", "--interval", "0.05"])
    #expect(status == 0)
    let screen = try #require(truth.screen)
    let row = try #require(report.ttys.first { $0.pid == truth.pid })
    #expect(row.bytes == truth.total)
    #expect(row.inspectedBytes == screen.examined)
    #expect(row.fullClears == screen.fullClears)
    #expect(row.cursorMoves == screen.cursorMoves)
    #expect(row.graphemeClusters == screen.graphemeClusters)
    #expect(row.frameSource == "markers")
    #expect(row.frames == screen.frames)
    #expect(row.bytesPerFrameMax == screen.largest)
    report.expectNothingLost()
  }

  @Test func withoutTheOptionNothingIsExamined() throws {
    let (truth, report, _) = try Spoor.record("screen", [])
    let row = try #require(report.ttys.first { $0.pid == truth.pid })
    #expect(row.bytes == truth.total)
    #expect(row.inspectedBytes == nil)
    #expect(row.cursorMoves == nil)
    #expect(row.frameSource == "clusters")
  }

  @Test func noFileHoldsAByteOfWhatWasWritten() throws {
    let scratch = try Scratch()
    let recorded = try Spoor.run(
      [
        "record", "--inspect-tty", "--events", "--interval", "0.02", "-o", "run.spoor", "--",
        Spoor.conformance + "/screen", scratch.folder.path,
      ], in: scratch.folder)
    #expect(recorded.status == 0, "\(recorded.errors)")
    let truth = try JSONDecoder().decode(Truth.self, from: recorded.output)
    let secret = try #require(truth.secret).utf8.map { $0 - 1 }
    #expect(secret.count > 10)
    let report = try Spoor.run(["report", "--json", "run.spoor"], in: scratch.folder)
    #expect(report.output.range(of: Data("inspectedBytes".utf8)) != nil)
    #expect(report.output.range(of: Data(secret)) == nil)
    #expect(recorded.errors.utf8.firstRange(of: secret) == nil)
    // The recording with its journal, and whatever else there may be.
    let files = try FileManager.default.contentsOfDirectory(
      at: scratch.folder, includingPropertiesForKeys: nil)
    let contents = try files.map { try Data(contentsOf: $0) }
    #expect(contents.contains { $0.range(of: Data("/screen".utf8)) != nil })
    #expect(contents.allSatisfy { $0.range(of: Data(secret)) == nil })
  }

  @Test func traceTellsNothingOfTheText() throws {
    let scratch = try Scratch()
    for options in [["--json"], []] {
      let traced = try Spoor.run(
        ["trace", "--inspect-tty"] + options + [
          "--", "/bin/sh", "-c", "\"$0\" \"$1\" >truth", Spoor.conformance + "/screen",
          scratch.folder.path,
        ], in: scratch.folder)
      #expect(traced.status == 0, "\(traced.errors)")
      let truth = try JSONDecoder().decode(
        Truth.self, from: try Data(contentsOf: scratch.file("truth")))
      let secret = try #require(truth.secret).utf8.map { $0 - 1 }
      #expect(traced.output.range(of: Data("screen".utf8)) != nil)
      #expect(traced.output.range(of: Data(secret)) == nil)
    }
  }
}
