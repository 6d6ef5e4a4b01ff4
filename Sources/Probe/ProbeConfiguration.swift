// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CSpoorABI
import Glibc

/// What to trace, and how.
public struct ProbeConfiguration: Sendable {
  /// Whose events are wanted.
  public enum Scope: Sendable, Equatable {
    /// What this process starts, with all its descendants, from the first instruction on.
    case children
    /// Given processes with their present and future descendants.
    case processes([UInt32])
    /// Every process but this one.
    case all
  }

  public var scope: Scope
  public var userID: UInt32?
  public var comm: String?
  /// A directory of the cgroup v2 hierarchy.
  public var cgroup: String?
  /// Of each ring: a power of two and a multiple of the page size.
  public var ringBytes: UInt32
  /// How many: a power of two, `maximumRings` at most.
  public var rings: UInt32
  /// The reader is woken at the latest this long after an event, in nanoseconds, while events
  /// keep coming.
  public var latency: UInt64
  /// Losses that are no further apart are one gap, in nanoseconds.
  public var gap: UInt64
  /// Whether the bytes written to terminals come too, to be examined.
  public var inspectsTerminals: Bool
  public var timing: Timing
  /// Nil chooses the best that the kernel allows.
  public var backend: AttachPlan.Backend?

  /// When the kernel counts and times the runs of eBPF programs, of all on the machine, which takes
  /// it two looks at a clock for each.
  public enum Timing: Sendable {
    /// Sampled: the first 20 ms, and 5 to 2 % of the time after that; never, where that cannot be
    /// had.
    case never, sampled, always
  }

  /// 8 MB hold some 90,000 lookups: more than a core makes while spoor writes an interval.
  public static let defaultRingBytes: UInt32 = 8 << 20

  public static let maximumRings = UInt32(SPOOR_RINGS_MAX)

  /// A ring for every eight processors, a power of two and 16 at most: two writers that are at one
  /// ring wait for each other, and the one reader goes from ring to ring.
  ///
  /// - Parameter processors: how many there are.
  public static func defaultRings(processors: Int) -> UInt32 {
    let wanted = UInt32(clamping: min(max(processors / 8, 1), 16))
    return 1 << (UInt32.bitWidth - 1 - wanted.leadingZeroBitCount)
  }

  public init(
    scope: Scope, userID: UInt32? = nil, comm: String? = nil, cgroup: String? = nil,
    ringBytes: UInt32 = Self.defaultRingBytes,
    rings: UInt32 = Self.defaultRings(processors: sysconf(Int32(_SC_NPROCESSORS_ONLN))),
    latency: UInt64 = 100_000_000,
    gap: UInt64 = 1_000_000_000, inspectsTerminals: Bool = false,
    timing: Timing = .never, backend: AttachPlan.Backend? = nil
  ) {
    self.scope = scope
    self.userID = userID
    self.comm = comm
    self.cgroup = cgroup
    self.ringBytes = ringBytes
    self.rings = rings
    self.latency = latency
    self.gap = gap
    self.inspectsTerminals = inspectsTerminals
    self.timing = timing
    self.backend = backend
  }

  /// As the eBPF programs read it.
  var abi: spoor_configuration {
    var raw = spoor_configuration()
    raw.wakeup_bytes = UInt64(ringBytes / 8)
    raw.wakeup_ns = latency
    raw.gap_ns = gap
    raw.newer_calls = NewerCalls.present
    raw.page_bytes = UInt32(sysconf(Int32(_SC_PAGESIZE)))
    raw.cpus = UInt32(max(1, libbpf_num_possible_cpus()))
    raw.rings = rings
    raw.inspects_tty = inspectsTerminals ? 1 : 0
    raw.scope =
      switch scope {
      case .children: SPOOR_SCOPE_CHILDREN.rawValue
      case .processes: SPOOR_SCOPE_SEEDS.rawValue
      case .all: SPOOR_SCOPE_ALL.rawValue
      }
    if let userID {
      raw.filters |= UInt32(SPOOR_FILTER_UID)
      raw.uid = userID
    }
    if let comm {
      raw.filters |= UInt32(SPOOR_FILTER_COMM)
      withUnsafeMutableBytes(of: &raw.comm) { field in
        field.copyBytes(from: comm.utf8.prefix(Int(SPOOR_COMM_LENGTH) - 1))
      }
    }
    if cgroup != nil { raw.filters |= UInt32(SPOOR_FILTER_CGROUP) }
    return raw
  }
}
