// SPDX-License-Identifier: Apache-2.0

import Attribution
import Glibc

/// What a program may do, as a file beside its code says.
public struct Budget: Sendable, Hashable {
  /// What of a signal is limited, and to how much.
  public enum Limit: Sendable, Hashable {
    /// In the phase, or at its end for what stands for a moment.
    case total(Double)
    /// On average over the phase.
    case perSecond(Double)
    /// Times the median of the baseline, both by the second, as totals where the phase is of a
    /// fixed length.
    case ratio(Double)
  }

  /// As the file calls it, or what it says in short.
  public var name: String
  public var signal: Signal
  /// A phase or a mark; nil for the whole run.
  public var phase: String?
  /// A pattern (glob(7)) of an executable's name, or of a role; nil for all processes together.
  public var process: String?
  /// A pattern of paths; nil for all.
  public var path: String?
  /// Of descriptors; nil for all classes together.
  public var descriptorClass: String?
  public var limits: [Limit]
  /// In the file.
  public var line: Int

  init(_ signal: Signal, line: Int) {
    name = ""
    self.signal = signal
    limits = []
    self.line = line
  }

  /// `lookups of /dev/tty by codex in idle`.
  var summary: String {
    var summary = signal.rawValue
    if let descriptorClass { summary = "\(descriptorClass) \(summary)" }
    if let path { summary += " of \(path)" }
    if let process { summary += " by \(process)" }
    if let phase { summary += " in \(phase)" }
    return summary
  }

  /// Whether a name, or its template as `spoor diff` shows it, matches a pattern; `*` matches
  /// slashes, too.
  static func matches(_ pattern: String, _ name: [UInt8]) -> Bool {
    if isMatch(pattern, name) { return true }
    let isOfTemplates = pattern.utf8.contains { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "~") }
    return isOfTemplates && isMatch(pattern, CommandTemplate.template(name))
  }

  private static func isMatch(_ pattern: String, _ name: [UInt8]) -> Bool {
    let terminated = name.map(CChar.init(bitPattern:)) + [0]
    return fnmatch(pattern, terminated, FNM_NOESCAPE) == 0
  }
}
