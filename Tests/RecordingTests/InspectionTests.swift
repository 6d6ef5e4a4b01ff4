// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import Recording
import Testing

/// What was done to screens, over a recording.
@Suite struct InspectionTests {
  private func figures(_ first: UInt64) -> InspectedFigures {
    var figures = InspectedFigures()
    figures.bytes = first
    figures.fullClears = first + 1
    figures.cursorMoves = first + 2
    figures.graphemeClusters = first + 3
    return figures
  }

  private func record(markedFrames: [UInt64: UInt64]) throws -> TerminalWrites {
    let scratch = try Scratch()
    let path = scratch.file("a.spoor")
    let writer = try RecordingWriter(example: path)
    for number in 0..<3 {
      var interval = try Interval.example(number)
      interval.frames = [FrameCount(process: 0, terminal: 0, bytes: 10, frames: 2)]
      if number > 0 {
        interval.inspections = [
          TerminalInspection(
            process: 0, terminal: 0, figures: figures(UInt64(number) * 100),
            markedFrames: markedFrames)
        ]
      }
      writer.append(interval)
    }
    try writer.finish(end: 5_000)
    return try #require(try RecordedRun(reading: path).terminals.first { $0.direction == .output })
  }

  @Test func countsAreSummedAndMarkedFramesTakeThePlaceOfClusters() throws {
    let row = try record(markedFrames: [20: 1, 30: 4])
    #expect(row.inspected?.bytes == 300)
    #expect(row.inspected?.fullClears == 302)
    #expect(row.inspected?.cursorMoves == 304)
    #expect(row.inspected?.graphemeClusters == 306)
    #expect(row.frameSource == .markers)
    #expect(row.frames.sizes.map(\.bytes) == [20, 30])
    #expect(row.frames.sizes.map(\.frames) == [2, 8])
  }

  @Test func withoutMarkersFramesStayClusters() throws {
    let row = try record(markedFrames: [:])
    #expect(row.frameSource == .clusters)
    #expect(row.frames.sizes.map(\.frames) == [6])
  }
}
