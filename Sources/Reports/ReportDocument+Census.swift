// SPDX-License-Identifier: Apache-2.0

import Attribution

extension ReportDocument {
  /// What it took to look at every thread, at each interval and at the end.
  public struct ThreadCensus: Codable, Hashable, Sendable {
    public var passes: UInt64
    /// Of all passes together.
    public var threads: UInt64
    /// Null where no thread was told.
    @ExplicitNull public var nsPerThread: Double?
  }
}

extension ReportDocument.ThreadCensus {
  init(_ cost: CensusCost) {
    self.init(
      passes: cost.passes, threads: cost.threads,
      nsPerThread: cost.threads == 0 ? nil : Double(cost.duration) / Double(cost.threads))
  }
}
