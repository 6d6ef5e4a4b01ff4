// SPDX-License-Identifier: Apache-2.0

import Glibc
import Hunt

/// Tells how far a hunt is: on a terminal in one line that is written again and again, elsewhere
/// with a line for each run.
final class HuntProgress {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var hasLine = false

  func show(_ progress: Hunt.Progress) {
    let place = "run \(progress.run) of \(progress.runs): \(progress.name)"
    let left = progress.remaining.map { "; about \(Self.duration($0)) left" } ?? ""
    switch progress.event {
    case .begins where isTerminal:
      printError("\r\(place)\(left)\u{1b}[K")
      hasLine = true
    case .begins: break
    case .ended(let failure?):
      end()
      printNotice("\(place) failed: \(failure)")
    case .ended(nil):
      if !isTerminal { printNotice("\(place)\(left)") }
    }
  }

  /// Leaves the line, so that something else can be written.
  func end() {
    if hasLine { printError("\r\u{1b}[K") }
    hasLine = false
  }

  private static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole < 100 ? "\(whole) s" : "\((whole + 30) / 60) min"
  }
}
