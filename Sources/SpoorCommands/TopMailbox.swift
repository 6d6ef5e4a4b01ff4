// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Synchronization

/// What the tracing thread and the view tell each other; neither waits for the other.
final class TopMailbox: Sendable {
  /// For the view.
  struct Letters: Sendable {
    /// In their order; none is ever left out.
    var intervals: [Interval] = []
    var findings: [Finding]?
    var target: ProcessKey?
    var notice: String?
    /// What this kernel does not show, one sentence each.
    var unseen: [String]?
    /// Tracing is over: the view ends.
    var isClosed = false
  }

  /// A view whose terminal takes nothing finds what it missed in one piece.
  private static let room = 16

  private let letters = Mutex(Letters())
  private let hasQuit = Mutex(false)
  /// Readable when there are letters.
  let arrival: EventFlag
  /// Readable when the user wants to quit.
  let quitting: EventFlag

  init() throws(CommandFailure) {
    arrival = try EventFlag()
    quitting = try EventFlag()
  }

  func post(_ interval: Interval) {
    post { letters in
      if letters.intervals.count < Self.room {
        letters.intervals.append(interval)
      } else {
        letters.intervals[Self.room - 1].merge(interval)
      }
    }
  }

  func post(_ change: (inout Letters) -> Void) {
    letters.withLock { change(&$0) }
    arrival.raise()
  }

  func take() -> Letters {
    arrival.lower()
    return letters.withLock { letters in
      defer {
        letters.intervals.removeAll()
        letters.findings = nil
        letters.target = nil
        letters.notice = nil
        letters.unseen = nil
      }
      return letters
    }
  }

  func quit() {
    hasQuit.withLock { $0 = true }
    quitting.raise()
  }

  var wantsToQuit: Bool { hasQuit.withLock { $0 } }
}
