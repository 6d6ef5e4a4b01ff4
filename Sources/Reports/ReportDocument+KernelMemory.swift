// SPDX-License-Identifier: Apache-2.0

import Recording

extension ReportDocument {
  /// A slab cache that path walking or terminals use, of the whole machine.
  public struct KernelMemory: Codable, Hashable, Sendable {
    /// As /proc/slabinfo calls it.
    public var cache: String
    /// Memory that the cache held.
    public var startBytes: UInt64
    public var endBytes: UInt64
    /// The slope of the straight line through all samples; null where there is one only.
    @ExplicitNull public var bytesPerSecond: Double?
    /// Objects in use.
    public var startObjects: UInt64
    public var endObjects: UInt64

    init(_ trend: KernelMemoryTrend) {
      cache = JSONText.decode(Array(trend.cache.utf8))
      startBytes = trend.start.bytes
      endBytes = trend.end.bytes
      bytesPerSecond = trend.bytesPerSecond
      startObjects = trend.start.objects
      endObjects = trend.end.objects
    }
  }
}
