// SPDX-License-Identifier: Apache-2.0

import Attribution

/// Figures and names as sentences hold them.
enum Wording {
  /// `62`, `2.4`, `<1`, `0`.
  static func rate(_ value: Double) -> String { value > 0 ? Figures.rate(value) : "0" }

  /// A figure that reads like its threshold, or like nothing, has decimals: `1.13`, `0.66`.
  static func rate(of verdict: Verdict) -> String {
    let value = verdict.window.mean
    let isClose = rate(value) == rate(verdict.threshold) && value != verdict.threshold
    guard value > 0, value < 1 || isClose else { return rate(value) }
    return Figures.decimal(UInt64((min(value, 1e9) * 100).rounded()), places: 2)
  }

  /// `0 times`, `once`, `1,234 times`.
  static func times(_ value: Double) -> String {
    value == 1 ? "once" : "\(value > 0 ? Figures.count(UInt64(min(value, 1e18))) : "0") times"
  }

  /// `8.2 KB/s`, `0 B/s`.
  static func bytes(_ value: Double) -> String {
    (value > 0 ? Figures.byteRate(value) : "0 B") + "/s"
  }

  /// `the other process`, `the 22 other processes`.
  static func others(_ count: Int) -> String {
    count == 1 ? "the other process" : "the \(Figures.grouped(UInt64(count))) other processes"
  }

  /// What they have at most: `the other process has no more than 3`,
  /// `of the 22 other processes none has more than 3`.
  static func others(_ count: Int, that which: String = "", noneOf verb: String, _ most: String)
    -> String
  {
    count == 1
      ? "\(others(1))\(which) \(verb) no more than \(most)"
      : "of \(others(count))\(which) none \(verb) more than \(most)"
  }

  /// `for 40 s`.
  static func duration(_ seconds: Double) -> String {
    guard seconds >= 0, seconds < 1e9 else { return "for long" }
    let whole = UInt64(seconds.rounded())
    // Below a minute a tenth of a second says nothing.
    return seconds < 59.5 ? "for \(whole) s" : "for " + Figures.duration(whole * 1_000_000_000)
  }

  /// A path on one line, shortened in its middle.
  static func path(_ bytes: [UInt8]) -> String {
    bytes.isEmpty ? "''" : ForeignText.fit(ForeignText.encode(bytes), 60)
  }

  /// `pts/3`, or `pts/3 and 2 more terminals`.
  static func terminals(_ terminals: [Terminal]) -> String {
    guard let first = terminals.first else { return "a terminal" }
    let more = terminals.count - 1
    if more == 0 { return first.name }
    return "\(first.name) and \(more) more terminal\(more == 1 ? "" : "s")"
  }
}
