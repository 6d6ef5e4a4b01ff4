// SPDX-License-Identifier: Apache-2.0

/// What was seen, what arrived, and what did not, with the reason.
public struct Loss: Hashable, Sendable {
  /// Records of one kind.
  public struct Records: Hashable, Sendable {
    /// Records that the kernel side wanted to tell.
    public var observed: UInt64
    /// Records that entered the ring.
    public var delivered: UInt64
    /// Records that did not, by reason: `ringFull`, `recordTooLarge`, `reserveFailed`,
    /// `noScratch`.
    public var dropped: [String: UInt64]

    public init(observed: UInt64 = 0, delivered: UInt64 = 0, dropped: [String: UInt64] = [:]) {
      self.observed = observed
      self.delivered = delivered
      self.dropped = dropped
    }
  }

  /// A time during which records were dropped.
  public struct Gap: Hashable, Sendable {
    /// Of the first dropped record, in nanoseconds since boot.
    public var start: UInt64
    /// Of the last one, in nanoseconds since boot.
    public var end: UInt64
    /// Records dropped in it.
    public var dropped: UInt64

    public init(start: UInt64, end: UInt64, dropped: UInt64) {
      self.start = start
      self.end = end
      self.dropped = dropped
    }
  }

  /// By `EventKind.name`.
  public var kinds: [String: Records]
  /// Things that went wrong without losing a record: `pathUnreadable`, `pathTruncated`,
  /// `lookupCountsMissed`, `terminalCountsMissed`, `terminalInputsMissed`,
  /// `processStatesMissed`, `tasksMissed`, `compatCalls`, `ringMissed`, `malformed`,
  /// `recursionMisses`, `failedPasses`, `otherPaths`, `releasesMissed`, `reapersUnknown`.
  public var notes: [String: UInt64]

  public init(kinds: [String: Records] = [:], notes: [String: UInt64] = [:]) {
    self.kinds = kinds
    self.notes = notes
  }

  /// Records of all kinds that the kernel side wanted to tell.
  public var observed: UInt64 { kinds.values.reduce(0) { $0 &+ $1.observed } }
  /// Records of all kinds that entered the ring.
  public var delivered: UInt64 { kinds.values.reduce(0) { $0 &+ $1.delivered } }
  /// Records of all kinds that did not, by reason.
  public var dropped: [String: UInt64] {
    kinds.values.reduce(into: [:]) { sums, kind in sums.merge(kind.dropped) { $0 &+ $1 } }
  }
  /// Records of all kinds that did not, whatever the reason.
  public var droppedTotal: UInt64 { dropped.values.reduce(0, &+) }

  /// Whether everything observed is accounted for, and nothing was dropped or missed.
  public var isComplete: Bool {
    kinds.values.allSatisfy {
      $0.observed == $0.delivered && $0.dropped.values.allSatisfy { $0 == 0 }
    } && Self.fatalNotes.allSatisfy { notes[$0, default: 0] == 0 }
  }

  /// Notes of totals that are too low.
  public static let countsMissed = [
    "lookupCountsMissed", "terminalCountsMissed", "processStatesMissed",
  ]

  /// Notes of work that no event tells of, though none was dropped.
  public static let eventsMissed = [
    "tasksMissed", "compatCalls", "ringMissed", "malformed", "recursionMisses",
    "terminalInputsMissed", "reapersUnknown",
  ]

  /// Notes that leave counts wrong, where others only leave a path without text.
  private static let fatalNotes = countsMissed + eventsMissed

  /// For a line of progress, such as `12 lost (ringFull 12), pathUnreadable 3`.
  public var summary: String {
    func list(_ counts: [String: UInt64]) -> [String] {
      counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    }
    let reasons = list(dropped)
    let lost =
      "\(droppedTotal) lost" + (reasons.isEmpty ? "" : " (\(reasons.joined(separator: ", ")))")
    return ([lost] + list(notes)).joined(separator: ", ")
  }
}
