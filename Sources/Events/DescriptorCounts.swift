// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// What a descriptor is open on.
public enum DescriptorClass: UInt8, CaseIterable, Sendable {
  /// Files with a place and those without (memfd).
  case regular = 0
  case directory = 1
  case socket = 2
  /// Named ones too.
  case pipe = 3
  case eventfd = 4
  case epoll = 5
  case inotify = 6
  case pidfd = 7
  /// The slave of a pair, and every other terminal that is no master.
  case ttySlave = 8
  case ptyMaster = 9
  /// Devices, timers, signals, io_uring, eBPF, and whatever else there is.
  case other = 10

  /// As reports and recordings call it, such as `ttySlave`.
  public var name: String { "\(self)" }

  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}

/// How many descriptors are open on each class of file.
public struct DescriptorCounts: Hashable, Sendable {
  private var counts = SIMD16<UInt64>()

  public init() {}

  public subscript(class: DescriptorClass) -> UInt64 {
    get { counts[Int(`class`.rawValue)] }
    set { counts[Int(`class`.rawValue)] = newValue }
  }

  public var total: UInt64 { counts.wrappedSum() }

  /// Each class's larger count.
  public mutating func formMaximum(_ other: DescriptorCounts) {
    counts = pointwiseMax(counts, other.counts)
  }

  public static func += (sum: inout DescriptorCounts, other: DescriptorCounts) {
    sum.counts &+= other.counts
  }

  /// As the iterator tells it.
  init(_ table: spoor_descriptor_table) {
    withUnsafeBytes(of: table.counts) { bytes in
      for (place, count) in bytes.bindMemory(to: UInt32.self).enumerated() {
        counts[place] = UInt64(count)
      }
    }
  }
}
