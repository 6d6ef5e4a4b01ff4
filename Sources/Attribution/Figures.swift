// SPDX-License-Identifier: Apache-2.0

/// Numbers as a person reads them in a column of at most ten cells; nothing is ever rounded to
/// nothing.
package enum Figures {
  /// What stands for zero in a table.
  package static let none = "-"

  /// `1,234,567`; from a hundred million on `123 M`.
  package static func count(_ value: UInt64) -> String {
    value < 100_000_000
      ? grouped(value) : scaled(Double(value), countUnits)
  }

  /// The same, but `-` for zero.
  package static func cell(_ value: UInt64) -> String {
    value == 0 ? none : count(value)
  }

  /// `1,234`, `3.4`, `<1` for a little, `-` for zero, and `?` where there is no duration.
  package static func rate(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "?" }
    if value <= 0 { return none }
    if value < 1 { return "<1" }
    if value < 9.95 { return oneDecimal(value) }
    return value < 1e8 ? grouped(UInt64(value.rounded())) : scaled(value, countUnits)
  }

  /// `999 B`, `1.2 KB`, `34 MB`: powers of 1,000.
  package static func bytes(_ value: UInt64) -> String {
    value == 0 ? none : scaled(Double(value), byteUnits)
  }

  /// The same for bytes by the second.
  package static func byteRate(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "?" }
    if value <= 0 { return none }
    return value < 1 ? "<1 B" : scaled(value.rounded(), byteUnits)
  }

  /// `12 %`; some is never `0 %`, and not all is never `100 %`.
  package static func share(_ part: UInt64, of whole: UInt64) -> String {
    guard part > 0, whole > 0 else { return none }
    if part >= whole { return "100 %" }
    let percent = Double(part) / Double(whole) * 100
    if percent < 1 { return "<1 %" }
    return percent > 99 ? ">99 %" : "\(Int(percent.rounded())) %"
  }

  /// `0.021 s`, `1.24 s`, `12.3 s`, `2 min 5 s`, `3 h 7 min`.
  ///
  /// - Parameter nanoseconds: rounded to what is shown, as every other figure is.
  package static func duration(_ nanoseconds: UInt64) -> String {
    func rounded(to unit: UInt64) -> UInt64 {
      nanoseconds / unit + (nanoseconds % unit >= unit / 2 ? 1 : 0)
    }
    let seconds = rounded(to: 1_000_000_000)
    let minutes = rounded(to: 60_000_000_000)
    switch nanoseconds {
    case 0: return "0 s"
    case ..<500_000: return "<0.001 s"
    case ..<999_500_000: return decimal(rounded(to: 1_000_000), places: 3) + " s"
    case ..<9_995_000_000: return decimal(rounded(to: 10_000_000), places: 2) + " s"
    case ..<59_950_000_000: return decimal(rounded(to: 100_000_000), places: 1) + " s"
    case ..<3_599_500_000_000: return "\(seconds / 60) min \(seconds % 60) s"
    default: return "\(grouped(minutes / 60)) h \(minutes % 60) min"
    }
  }

  /// `1,234` with commas.
  package static func grouped(_ value: UInt64) -> String {
    var digits = Array(String(value))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return String(digits)
  }

  /// `1 process`, `2 processes`.
  package static func counted(_ value: UInt64, _ singular: String, _ plural: String) -> String {
    "\(grouped(value)) \(value == 1 ? singular : plural)"
  }

  private static let countUnits = ["", " k", " M", " G", " T", " P", " E"]
  private static let byteUnits = [" B", " KB", " MB", " GB", " TB", " PB", " EB"]

  /// Three digits and a unit; the first unit has no decimals.
  private static func scaled(_ value: Double, _ units: [String]) -> String {
    var value = value
    var unit = 0
    while value >= 999.5, unit < units.count - 1 {
      value /= 1_000
      unit += 1
    }
    let isWhole = unit == 0 || value >= 99.95
    // No real figure passes the last unit; one from a damaged file may.
    let digits = isWhole ? grouped(UInt64(min(value, 999).rounded())) : oneDecimal(value)
    return digits + units[unit]
  }

  /// `2.0`; of a damaged file's figures at most 10^17.
  package static func oneDecimal(_ value: Double) -> String {
    decimal(UInt64((min(value, 1e17) * 10).rounded()), places: 1)
  }

  package static func decimal(_ value: UInt64, places: Int) -> String {
    let digits = String(value)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return padded.dropLast(places) + "." + padded.suffix(places)
  }
}
