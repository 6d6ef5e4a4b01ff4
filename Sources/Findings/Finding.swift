// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// What is wrong, in one sentence with its evidence.
public struct Finding: Sendable, Hashable {
  /// In the order in which reports tell equal severities.
  public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
    case ptyLeak = "pty-leak"
    case leakedChildren = "leaked-children"
    case unreaped
    case hotPath = "hot-path"
    case ttyOutput = "tty-output"
    case repaint
    case frameRate = "frame-rate"
    case idleLookups = "idle-lookups"
    case failingLookups = "failing-lookups"
    case execStorm = "exec-storm"
    case orphan
    case descriptorGrowth = "descriptor-growth"
    case spin
  }

  public enum Severity: String, Sendable, Hashable, CaseIterable, Codable, Comparable {
    case notice, warning, critical

    public static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }

    private var rank: Int {
      switch self {
      case .notice: 0
      case .warning: 1
      case .critical: 2
      }
    }
  }

  /// Whether what was lost or cannot be seen could change the figure across its threshold.
  public enum Confidence: String, Sendable, Hashable, Codable {
    case certain, inconclusive
  }

  /// One fact that proves it: a path with its rate, a terminal, a command, descriptors.
  public struct Evidence: Sendable, Hashable {
    /// What the subject is: `path`, `tty`, `command`, `descriptors`, `process`, `others`.
    public var kind: String
    /// Raw bytes of another process's text; reports encode it.
    public var subject: [UInt8]
    public var value: Double
    /// As in `Finding.unit`.
    public var unit: String

    public init(kind: String, subject: [UInt8], value: Double, unit: String) {
      self.kind = kind
      self.subject = subject
      self.value = value
      self.unit = unit
    }
  }

  public var kind: Kind
  public var severity: Severity
  /// The culprit.
  public var process: ProcessKey
  public var value: Double
  /// Of `value` and `threshold`: `/s`, `B/s`, `children`, `masters`, `zombies`, `%`, `per frame`.
  public var unit: String
  /// What `value` reached or passed; a setting.
  public var threshold: Double
  /// Nanoseconds since boot: the time that the value is of.
  public var start: UInt64
  public var end: UInt64
  /// `start-up`, `active`, `idle`, `after-exit`, or empty where the finding is of the whole run.
  public var phase: String
  /// What comes after the process's name in the sentence, with encoded foreign text:
  /// "opened /dev/tty 62 times a second, 2.0 per frame".
  public var predicate: String
  public var confidence: Confidence
  public var evidence: [Evidence]
  /// What every other tracked process did on the same signal: "the 7 other processes that wrote to
  /// a terminal wrote 0 B/s". Empty where there is nobody to compare with.
  public var control: String

  public init(
    _ kind: Kind, _ severity: Severity, process: ProcessKey, value: Double, unit: String,
    threshold: Double, start: UInt64, end: UInt64, phase: String = "", predicate: String,
    confidence: Confidence = .certain, evidence: [Evidence] = [], control: String = ""
  ) {
    self.kind = kind
    self.severity = severity
    self.process = process
    self.value = value
    self.unit = unit
    self.threshold = threshold
    self.start = start
    self.end = end
    self.phase = phase
    self.predicate = predicate
    self.confidence = confidence
    self.evidence = evidence
    self.control = control
  }
}
