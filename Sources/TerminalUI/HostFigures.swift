// SPDX-License-Identifier: Apache-2.0

/// What the header tells beside the ledger's figures.
package struct HostFigures: Sendable, Hashable {
  /// The machine's name, encoded.
  package var machine = ""
  /// Whom it traces, or which recording it shows; encoded.
  package var subject = ""
  /// spoor's own CPU time by time, in per cent of one core; nil until it is known.
  package var ownCPUPercent: Double?
  /// spoor's own memory, in bytes.
  package var ownResidentBytes: UInt64?
  /// The recording that is being made, encoded; nil for none.
  package var recording: String?

  package init() {}
}
