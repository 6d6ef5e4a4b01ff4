// SPDX-License-Identifier: Apache-2.0

/// A series of figures as a row of blocks.
package enum Sparkline {
  private static let blocks: [Character] = Array("▁▂▃▄▅▆▇█")

  /// The largest figure of the series together: what their highest block stands for.
  static func top(_ series: some Sequence<[Double]>) -> Double {
    series.joined().filter(\.isFinite).max() ?? 0
  }

  /// At most `cells` blocks, each the mean of its part of the series; only nothing is the lowest.
  ///
  /// - Parameter top: what the highest block stands for.
  package static func text(_ series: [Double], top: Double, cells: Int) -> String {
    guard !series.isEmpty, cells > 0 else { return "" }
    let count = min(cells, series.count)
    return String(
      (0..<count).map { cell in
        let part = series[cell * series.count / count..<(cell + 1) * series.count / count]
        return block(part.reduce(0, +) / Double(part.count), top: top)
      })
  }

  private static func block(_ value: Double, top: Double) -> Character {
    guard value.isFinite, value > 0, top > 0, top.isFinite else { return blocks[0] }
    let height = (min(value / top, 1) * Double(blocks.count - 1)).rounded()
    return blocks[max(1, Int(height))]
  }
}
