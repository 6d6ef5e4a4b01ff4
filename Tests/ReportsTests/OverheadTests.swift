// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording
import Reports
import Testing

/// What a report says that spoor itself took.
@Suite struct OverheadTests {
  private func line(width: Int = 100, _ change: (inout RecordedRun) -> Void = { _ in }) -> String? {
    var run = RecordedRun.agent
    change(&run)
    var options = TextReport.Options()
    options.width = width
    let text = TextReport(run, judgement: .nothing, options: options, style: .plain).text
    let headline = text.split(separator: "\n", omittingEmptySubsequences: false).prefix {
      !$0.isEmpty
    }
    return headline.dropFirst(2).first.map(String.init)
  }

  @Test func theHeadlineTellsIt() {
    #expect(
      line() == "spoor itself: 0.420 s CPU (2.0 % of a core), peak RSS 43.1 MB, eBPF 0.310 s in "
        + "1,204,332 runs")
    #expect(
      line(width: 80)
        == "spoor itself: 0.420 s CPU (2.0 % of a core), peak RSS 43.1 MB, eBPF 0.310 s in")
  }

  @Test func whatIsEstimatedSaysFromHowMuch() {
    let estimated = line(width: 120) {
      $0.duration = 1_000_000_000
      $0.overhead?.timing?.untimed = 1_029_000_000_000
    }
    #expect(
      estimated
        == "spoor itself: 0.420 s CPU, peak RSS 43.1 MB, eBPF about 0.310 s in 1,204,332 runs "
        + "(2 % timed)")
  }

  @Test func runsThatNobodyCountedAreNotTold() {
    #expect(
      line { $0.overhead?.programs[0].runs = nil }
        == "spoor itself: 0.420 s CPU (2.0 % of a core), peak RSS 43.1 MB, eBPF not timed")
    #expect(line { $0.overhead?.timing = nil }?.hasSuffix("eBPF not timed") == true)
    #expect(line { $0.overhead?.timing?.timed = 0 }?.hasSuffix("eBPF not timed") == true)
    #expect(line { $0.overhead?.programs = [] }?.hasSuffix("eBPF not timed") == true)
  }

  @Test func aShortRecordingHasNoShareOfACore() {
    for duration: UInt64 in [0, 9_999_999_999] {
      #expect(
        line { $0.duration = duration }?.hasPrefix("spoor itself: 0.420 s CPU, peak RSS") == true)
    }
    #expect(line { $0.duration = 10_000_000_000 }?.contains("4.2 % of a core") == true)
  }

  @Test func nothingIsSaidWhereItWasNotRecorded() throws {
    #expect(line { $0.overhead = nil } == nil)
    #expect(ReportDocument(.nothing, judgement: .nothing).recording.overhead == nil)
    #expect(
      try ReportDocument(.nothing, judgement: .nothing).encoded().contains("\"overhead\" : null"))
  }

  @Test func unknownRunsAreNullInJSON() throws {
    var run = RecordedRun.agent
    run.overhead?.programs[1].runs = nil
    run.overhead?.programs[1].runTime = nil
    let document = ReportDocument(run, judgement: .nothing)
    let overhead = try #require(document.recording.overhead)
    #expect(overhead.cpuSeconds == 0.42)
    #expect(overhead.peakRssBytes == 43_100_000)
    #expect(overhead.runs == nil && overhead.runSeconds == nil)
    #expect(overhead.programs.map(\.runs) == [9, nil])
    #expect(overhead.programs.map(\.verifiedInstructions) == [2_113, 41_072])
    let json = try document.encoded()
    #expect(json.contains("\"runs\" : null"))
    #expect(try JSONSchema(ReportDocument.schema).problems(JSONValue(json)).isEmpty)
  }
}
