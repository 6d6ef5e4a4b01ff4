// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import Recording
import Testing

/// Frame sizes over a recording, and what they are summed up to.
@Suite struct FrameTests {
  private func sizes(_ sizes: [(UInt64, UInt64)]) -> FrameSizes {
    var all = FrameSizes()
    for (bytes, frames) in sizes { all.append(bytes: bytes, frames: frames) }
    return all
  }

  @Test func aPercentileIsTheNearestRank() {
    let hundred = sizes((1...100).map { ($0, 1) })
    #expect(hundred.percentile(50) == 50)
    #expect(hundred.percentile(95) == 95)
    #expect(hundred.largest == 100)
    let uneven = sizes([(10, 19), (500, 1)])
    #expect(uneven.percentile(50) == 10)
    #expect(uneven.percentile(95) == 10)
    #expect(sizes([(10, 18), (500, 2)]).percentile(95) == 500)
    #expect(sizes([(7, 1)]).percentile(50) == 7)
    #expect(sizes([]).percentile(50) == nil)
    #expect(sizes([]).largest == nil)
  }

  @Test func framesAreSummedOverTheIntervals() throws {
    let scratch = try Scratch()
    let path = scratch.file("a.spoor")
    let writer = try RecordingWriter(example: path)
    for number in 0..<3 {
      var interval = try Interval.example(number)
      interval.frames = [
        FrameCount(process: 0, terminal: 0, bytes: 10, frames: 2),
        FrameCount(process: 0, terminal: 0, bytes: 5 + UInt64(number), frames: 1),
      ]
      writer.append(interval)
    }
    try writer.finish(end: 5_000)
    let row = try #require(try RecordedRun(reading: path).terminals.first)
    #expect(row.frames.count == 9)
    #expect(row.frames.sizes.map(\.bytes) == [5, 6, 7, 10])
    #expect(row.frames.sizes.map(\.frames) == [1, 1, 1, 6])
  }
}
