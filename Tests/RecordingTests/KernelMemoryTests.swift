// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import Recording
import Testing

/// Slab caches over a recording: start, end and slope.
@Suite struct KernelMemoryTests {
  /// Records samples of one cache, seconds apart, and reads the trend.
  private func trend(_ bytes: [UInt64]) throws -> KernelMemoryTrend? {
    let scratch = try Scratch()
    let path = scratch.file("a.spoor")
    let writer = try RecordingWriter(example: path)
    for (second, bytes) in bytes.enumerated() {
      var interval = Interval(number: second, start: UInt64(second), end: UInt64(second) + 1)
      interval.kernelMemory = [
        KernelMemorySample(
          time: UInt64(second) * 1_000_000_000,
          caches: [SlabCache(name: "dentry", objects: bytes * 2, bytes: bytes)])
      ]
      writer.append(interval)
    }
    try writer.finish(end: 5_000)
    return try RecordedRun(reading: path).kernelMemory.first
  }

  @Test func theSlopeIsThatOfTheLineThroughAllSamples() throws {
    #expect(try trend([5, 9])?.bytesPerSecond == 4)
    // The ends alone would say 0.
    #expect(try trend([0, 0, 3, 0])?.bytesPerSecond == 0.3)
    #expect(try trend([9, 6, 3, 0])?.bytesPerSecond == -3)
  }

  @Test func startAndEndAreTheFirstAndLastSample() throws {
    let trend = try #require(try trend([7, 1, 3]))
    #expect(trend.start == SlabCache(name: "dentry", objects: 14, bytes: 7))
    #expect(trend.end == SlabCache(name: "dentry", objects: 6, bytes: 3))
  }

  @Test func oneSampleHasNoSlopeAndNoneNoTrend() throws {
    #expect(try trend([5])?.bytesPerSecond == nil)
    #expect(try trend([]) == nil)
  }
}
