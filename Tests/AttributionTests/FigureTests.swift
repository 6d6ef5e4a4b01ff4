// SPDX-License-Identifier: Apache-2.0

import Attribution
import Testing

@Suite struct FigureTests {
  @Test func countsAreGroupedWhileTheyAreShort() {
    #expect([0, 999, 1_000, 1_234_567].map(Figures.count) == ["0", "999", "1,000", "1,234,567"])
    #expect(Figures.count(123_456_789) == "123 M")
    #expect(Figures.count(1_234_567_890) == "1.2 G")
    #expect(Figures.cell(0) == "-")
  }

  @Test func aSmallRateIsNotNothing() {
    #expect(Figures.rate(0) == "-")
    #expect(Figures.rate(0.001) == "<1")
    #expect(
      [1, 3.44, 9.94, 9.95, 1_234.5].map(Figures.rate) == ["1.0", "3.4", "9.9", "10", "1,235"])
    #expect(Figures.byteRate(0.2) == "<1 B")
    #expect(Figures.rate(nil) == "?" && Figures.byteRate(nil) == "?")
  }

  @Test func bytesHaveTheirUnit() {
    let values: [UInt64] = [0, 1, 999, 1_000, 1_234, 99_949, 99_950, 999_499, 999_500, 58_756_000]
    let texts = [
      "-", "1 B", "999 B", "1.0 KB", "1.2 KB", "99.9 KB", "100 KB", "999 KB", "1.0 MB", "58.8 MB",
    ]
    #expect(values.map(Figures.bytes) == texts)
  }

  @Test func aShareIsNeverRoundedToNothingOrAll() {
    #expect(Figures.share(0, of: 5) == "-")
    #expect(Figures.share(1, of: 5_000) == "<1 %")
    #expect(Figures.share(2_499, of: 5_000) == "50 %")
    #expect(Figures.share(4_999, of: 5_000) == ">99 %")
    #expect(Figures.share(5, of: 5) == "100 %")
    #expect(Figures.share(0, of: 0) == "-")
  }

  @Test func aDurationIsAsLongAsItNeedsToBe() {
    let values: [UInt64] = [
      0, 5_000, 21_000_000, 1_239_000_000, 20_500_000_000, 125_000_000_000, 11_220_000_000_000,
    ]
    let texts = ["0 s", "<0.001 s", "0.021 s", "1.24 s", "20.5 s", "2 min 5 s", "3 h 7 min"]
    #expect(values.map(Figures.duration) == texts)
  }

  @Test func aDurationIsRoundedAlsoToTheNextUnit() {
    let values: [UInt64] = [
      499_999, 500_000, 999_499_999, 999_500_000, 9_994_999_999, 9_995_000_000, 59_949_999_999,
      59_950_000_000, 3_599_499_999_999, 3_599_500_000_000, 7_199_999_999_999, .max,
    ]
    let texts = [
      "<0.001 s", "0.001 s", "0.999 s", "1.00 s", "9.99 s", "10.0 s", "59.9 s", "1 min 0 s",
      "59 min 59 s", "1 h 0 min", "2 h 0 min", "5,124,095 h 35 min",
    ]
    #expect(values.map(Figures.duration) == texts)
  }

  @Test func noFigureIsWiderThanTenCells() {
    var value: UInt64 = 1
    for _ in 0..<64 {
      let texts = [
        Figures.count(value), Figures.bytes(value), Figures.rate(Double(value)),
        Figures.byteRate(Double(value)), Figures.rate(Double(value) * 1e9),
      ]
      for text in texts { #expect(text.count <= 10, "\(text)") }
      value = value &* 2 &+ 1
    }
  }
}
