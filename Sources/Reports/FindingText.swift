// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings

extension Finding {
  /// The whole sentence: "codex (4201) opened /dev/tty 62 times a second, 2.0 per frame."
  ///
  /// - Parameter name: the culprit's, encoded.
  package func sentence(_ name: String) -> String {
    "\(name) (\(process.processID)) \(predicate)" + (predicate.hasSuffix(".") ? "" : ".")
  }

  /// `62/s`, `12 %`.
  package var figure: String { Figures.value(value, unit: unit) }

  /// What the figure is measured against, in which phase, and when:
  /// "threshold 10/s, idle, from 2.0 s to 20.5 s".
  ///
  /// - Parameter origin: when the recording began, in nanoseconds since boot.
  package func circumstances(since origin: UInt64) -> String {
    let times = [start, end].map { Figures.duration($0 > origin ? $0 - origin : 0) }
    return
      (["threshold \(Figures.value(threshold, unit: unit))"]
      + (phase.isEmpty ? [] : [phase]) + ["from \(times[0]) to \(times[1])"])
      .joined(separator: ", ")
  }

  /// A control is a sentence, whether it was written as one or as its part.
  package var controlSentence: String? {
    guard let first = control.first else { return nil }
    return first.uppercased() + control.dropFirst() + (control.hasSuffix(".") ? "" : ".")
  }

  package static let inconclusiveSentence =
    "Inconclusive: events were lost, or some cannot be seen here, and they could change the figure."
}
