// SPDX-License-Identifier: Apache-2.0

import Attribution
import Dispatch
import Findings
import Probe

/// Finds what is wrong in what the view remembers, beside it and as seldom as it must.
final class TopJudge {
  /// Of the time, and so of a core at most.
  private static let share: UInt64 = 50
  /// Nanoseconds from one verdict to the next, at least.
  private static let pause: UInt64 = 2_000_000_000

  private let settings: FindingSettings
  private let mailbox: TopMailbox
  private let queue = DispatchQueue(label: "spoor.findings", qos: .utility)
  private var next: UInt64 = 0
  private let duration = Duration()
  private var isAtWork = false

  /// How long the last verdict took: written by the queue before it posts.
  private final class Duration: @unchecked Sendable {
    var nanoseconds: UInt64 = 0
  }

  init(settings: FindingSettings, mailbox: TopMailbox) {
    self.settings = settings
    self.mailbox = mailbox
  }

  /// Starts a verdict on this state, if it is time for one.
  func consider(_ timeline: @autoclosure () -> Timeline, at time: UInt64) {
    guard !isAtWork, time >= next else { return }
    isAtWork = true
    let timeline = timeline()
    queue.async { [settings, mailbox, duration] in
      let start = BootClock.now
      let findings = Judgement(of: timeline, settings: settings).findings
      duration.nanoseconds = BootClock.now - start
      mailbox.post { $0.findings = findings }
    }
  }

  /// The findings have come.
  func noteVerdict(at time: UInt64) {
    isAtWork = false
    next = time + max(Self.pause, duration.nanoseconds * Self.share)
  }
}
