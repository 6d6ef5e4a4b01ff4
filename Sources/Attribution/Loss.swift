// SPDX-License-Identifier: Apache-2.0

/// What was seen, what arrived, and what did not, with the reason.
public struct Loss: Hashable, Sendable {
  /// Records that the kernel side wanted to tell.
  public var observed: UInt64
  /// Records that reached the ledger.
  public var delivered: UInt64
  /// Records that did not, by reason.
  public var dropped: [String: UInt64]
  /// Things that went wrong without losing a record: `pathUnreadable`, `pathTruncated`,
  /// `countsMissed`, `tasksMissed`, `compatCalls`, `malformed`, `recursionMisses`.
  public var notes: [String: UInt64]

  public init(
    observed: UInt64 = 0, delivered: UInt64 = 0, dropped: [String: UInt64] = [:],
    notes: [String: UInt64] = [:]
  ) {
    self.observed = observed
    self.delivered = delivered
    self.dropped = dropped
    self.notes = notes
  }

  /// Whether everything observed is accounted for, and nothing was dropped or missed.
  public var isComplete: Bool {
    observed == delivered && dropped.values.allSatisfy { $0 == 0 }
      && Self.fatalNotes.allSatisfy { notes[$0, default: 0] == 0 }
  }

  /// Notes that leave counts wrong, where others only leave a path without text.
  private static let fatalNotes = [
    "countsMissed", "tasksMissed", "compatCalls", "malformed", "recursionMisses",
  ]
}
