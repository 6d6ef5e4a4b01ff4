// SPDX-License-Identifier: Apache-2.0

import Attribution
import Comparison

/// Rows of a comparison as a person reads them, in text and in Markdown.
struct DiffWording {
  let row: Diff.Row

  /// `lookups of /dev/tty`, `pipe descriptors`.
  var signal: String {
    switch row.signal {
    case .pathLookups: "lookups of \(subject)"
    case .failedLookups: "failed lookups"
    case .ttyBytes: "tty bytes"
    case .bytesPerFrame: "bytes per frame"
    case .masters: "pty masters"
    case .descriptors: "\(subject) descriptors"
    case .cpu: "CPU"
    case .lookups, .frames, .spawns, .zombies, .survivors: row.signal.rawValue
    }
  }

  private var subject: String { ForeignText.fit(ForeignText.encode(row.subject), 60) }

  var role: String { ForeignText.encode(row.role) }

  func value(_ value: Double) -> String { Figures.value(value, unit: row.unit) }

  /// `1.79`, or `new` where there was nothing.
  var ratio: String { row.ratio.map(Self.factor) ?? "new" }

  /// `28–34`.
  var interval: String {
    row.interval.map { "\(Self.factor($0.lowerBound))–\(Self.factor($0.upperBound))" } ?? "-"
  }

  var p: String {
    guard let p = row.p else { return "-" }
    return p < 0.0001 ? "<0.0001" : Self.fixed(p, places: 4)
  }

  /// `+62/s, all of it /dev/tty`, and why it is inconclusive.
  var explanation: String {
    let change = row.change
    var text = (change < 0 ? "−" : "+") + Figures.value(abs(change), unit: row.unit)
    if let first = row.contributors.first, change != 0 {
      let share = first.change / change
      if share >= 0.95 {
        text += ", all of it \(name(first))"
      } else if share >= 0.5 {
        text += ", \(Int((share * 100).rounded())) % of it \(name(first))"
      } else {
        let most = row.contributors.prefix(3).map {
          "\(Figures.value(abs($0.change), unit: row.unit)) \(name($0))"
        }
        text += ", most of it " + most.joined(separator: ", ")
      }
    }
    return text + (row.reason.map { "; \($0)" } ?? "")
  }

  private func name(_ contributor: Diff.Contributor) -> String {
    ForeignText.fit(ForeignText.encode(contributor.name), 60)
  }

  private static func factor(_ ratio: Double) -> String {
    guard ratio.isFinite else { return "?" }
    return ratio >= 99.5 ? Figures.number(ratio) : fixed(ratio, places: 2)
  }

  private static func fixed(_ value: Double, places: Int) -> String {
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    return Figures.decimal(UInt64((max(0, value) * scale).rounded()), places: places)
  }
}

extension Diff.Row {
  /// `lookups of codex (idle) +62/s, all of it /dev/tty`; safe on a terminal.
  public var sentence: String {
    let wording = DiffWording(row: self)
    let phase = ForeignText.encode(Array(phase.utf8))
    return "\(wording.signal) of \(wording.role) (\(phase)) \(wording.explanation)"
  }
}

extension Diff {
  /// Without the paths of which a row of all lookups tells already.
  func shownRows(_ verdict: Verdict) -> [Row] {
    let rows = rows.filter { $0.verdict == verdict }
    let told = Set(rows.filter { $0.signal == .lookups }.map { [Array($0.phase.utf8), $0.role] })
    return rows.filter {
      $0.signal != .pathLookups || !told.contains([Array($0.phase.utf8), $0.role])
    }
  }

  /// `10 recordings against 10: 3 regressed, 1 improved, 120 the same`.
  var headline: String {
    let counts = Verdict.allCases.compactMap { verdict -> String? in
      let count = rows.count { $0.verdict == verdict }
      guard count > 0 else { return nil }
      return "\(Figures.grouped(UInt64(count))) \(verdict == .same ? "the same" : verdict.rawValue)"
    }
    let sides =
      Figures.counted(UInt64(baseline.count), "recording", "recordings")
      + " against \(Figures.grouped(UInt64(candidate.count)))"
    return sides + ": "
      + (counts.isEmpty ? "nothing was done in either" : counts.joined(separator: ", "))
  }
}
