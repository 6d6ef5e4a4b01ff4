// SPDX-License-Identifier: Apache-2.0

/// A report as JSON of the schema `spoor.report/1`; `schema` says what each field means.
///
/// Text of other processes is as `JSONText.decode` makes it.
public struct ReportDocument: Codable, Hashable, Sendable {
  /// The name and version of the schema.
  public static let schemaName = "spoor.report/1"

  public var schema = Self.schemaName
  public var recording: Recording
  /// The worst first.
  public var findings: [FindingRow]
  /// In their order.
  public var phases: [Phase]
  /// The busiest first.
  public var processes: [Process]
  /// By process, in the order of `processes`; then the most frequent first.
  public var paths: [Path]
  /// By process, in the order of `processes`.
  public var ttys: [TTY]
  /// Children by who spawned them and what they run: zombies first, then the most numerous.
  public var childrenByCommand: [CommandChildren]
  /// Those whose slave is closed first, then the oldest first.
  public var ptyMasters: [PTYMasterRow]
  /// By cache.
  public var kernelMemory: [KernelMemory]

  /// The JSON Schema (draft 2020-12) of this document.
  public static var schema: String {
    String(decoding: PackageResources.spoor_report_1_schema_json, as: UTF8.self)
  }

  /// The document as JSON: keys sorted, indented, safe on a terminal, with a newline at its end.
  public func encoded() throws -> String {
    try JSONText.document(self)
  }
}

extension ReportDocument {
  /// What was recorded, and how completely.
  public struct Recording: Codable, Hashable, Sendable {
    /// ISO 8601 with milliseconds, UTC.
    public var started: String
    public var durationSeconds: Double
    /// As `uname -r` prints it.
    public var kernel: String
    /// The target's argument vector; empty for `-p` and `-a`.
    public var command: [String]
    public var intervalSeconds: Double
    /// Without a write to a terminal, it ends a frame.
    public var frameGapSeconds: Double
    /// Whether the recorder ended it, rather than being killed or still writing.
    public var finished: Bool
    public var loss: Loss
    public var threadCensus: ThreadCensus
    /// Null where it was not recorded.
    @ExplicitNull public var overhead: Overhead? = nil
    /// One sentence for each thing that could not be seen.
    public var unseen: [String]
    /// Null where no pass over descriptors was made.
    @ExplicitNull public var census: Census? = nil
    @ExplicitNull public var ptys: PTYs? = nil
    public var inotifyUsers: [InotifyUser] = []
  }

  /// What was seen, what arrived, and what did not.
  public struct Loss: Codable, Hashable, Sendable {
    /// Whether every count of the report is what really happened, as far as spoor looks.
    public var complete: Bool
    public var observed: UInt64
    public var delivered: UInt64
    /// By reason.
    public var dropped: [String: UInt64]
    /// The same by kind of event.
    public var byKind: [String: Records]
    /// When events were lost.
    public var gaps: [Gap]
    /// What went wrong without losing a record, by kind.
    public var notes: [String: UInt64]
  }

  /// Events of one kind.
  public struct Records: Codable, Hashable, Sendable {
    public var observed: UInt64
    public var delivered: UInt64
    /// By reason.
    public var dropped: [String: UInt64]
  }

  /// A time during which events were lost, in seconds since the recording's start.
  public struct Gap: Codable, Hashable, Sendable {
    public var startSeconds: Double
    public var endSeconds: Double
    public var dropped: UInt64
  }
}
