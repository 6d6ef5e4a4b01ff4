// SPDX-License-Identifier: Apache-2.0

import Attribution

extension Figures {
  /// A finding's figure with its unit: `62/s`, `58.8 KB/s`, `12 %`, `2.0 per frame`, `1 zombie`.
  ///
  /// - Parameter unit: as in `Finding.unit`.
  package static func value(_ value: Double, unit: String) -> String {
    guard value.isFinite else { return "?" }
    switch unit {
    case "": return number(value)
    case "B": return value < 1 ? "0 B" : bytes(UInt64(min(value, 1e18)))
    case "B/s": return value <= 0 ? "0 B/s" : byteRate(value) + "/s"
    case "s": return duration(UInt64(max(0, min(value, 1e9)) * 1e9))
    case "%": return number(value) + " %"
    case _ where unit.hasPrefix("/"): return number(value) + unit
    case _ where value == 1: return "1 " + (singulars[unit] ?? unit)
    default: return number(value) + " " + unit
    }
  }

  /// `1,234`, `62`, `2.1`, `0.04`: two digits at least of what is no whole number.
  package static func number(_ value: Double) -> String {
    guard value.isFinite else { return "?" }
    let size = abs(value)
    let sign = value < 0 ? "-" : ""
    if size >= 1e8 { return sign + count(UInt64(min(size, 1e18))) }
    if size >= 9.95 || size == size.rounded() { return sign + grouped(UInt64(size.rounded())) }
    if size >= 0.095 { return sign + decimal(UInt64((size * 10).rounded()), places: 1) }
    return sign + (size < 0.0095 ? "<0.01" : decimal(UInt64((size * 100).rounded()), places: 2))
  }

  private static let singulars = [
    "children": "child", "masters": "master", "zombies": "zombie", "processes": "process",
    "descriptors": "descriptor", "frames": "frame", "spawns": "spawn", "watches": "watch",
  ]
}
