// SPDX-License-Identifier: Apache-2.0

import Events
import Glibc
import Launcher
import Probe

/// Passes over all open descriptors, with what only /proc knows of what they found.
struct DescriptorCensus {
  /// Fewer descriptors on one path than these are ordinary, and get no name.
  private static let smallestRepetition: UInt64 = 8

  private struct Instance: Hashable {
    var identity: UInt64
    var holder: ProcessKey
  }

  private struct Watches {
    /// Of all instances of the user, when these were counted.
    var ofUser: UInt64
    var count: UInt64
  }

  /// Whether `--uid`, `--comm` or `--cgroup` narrows whom a pass tells.
  var isFiltered = false
  private var watches: [Instance: Watches] = [:]
  private var paths: [UInt64: [UInt8]] = [:]

  /// Makes a pass now; nil where the kernel has no iterator over open files.
  mutating func pass(_ probe: borrowing Probe) throws -> DescriptorPass? {
    guard var pass = try Self.steadyWalk(probe) else { return nil }
    pass.survivors = try Self.survivors(probe)
    pass.isFiltered = isFiltered
    pass.inotifyLimits = Self.inotifyLimits
    countWatches(in: &pass)
    nameRepetitions(in: &pass)
    return pass
  }

  /// Walks again where pairs came or went meanwhile, as holders would not match their number;
  /// at most twice, for a system where they always do.
  private static func steadyWalk(_ probe: borrowing Probe) throws -> DescriptorPass? {
    var last: DescriptorPass?
    for _ in 0..<3 {
      let time = BootClock.now
      let before = pseudoterminals
      guard let walk = try probe.walkDescriptors() else { return nil }
      var pass = try walk.records.withUnsafeBytes {
        try DescriptorPass(
          records: $0, time: time, duration: walk.duration, wallOffset: BootClock.wallOffset)
      }
      pass.cpuTime = walk.cpuTime
      pass.pseudoterminals = pseudoterminals
      last = pass
      if pass.pseudoterminals == before { break }
    }
    return last
  }

  private static func survivors(_ probe: borrowing Probe) throws -> Set<ProcessKey> {
    let present = CensusEntry.processes(from: try probe.census().threads)
    return Set(present.lazy.filter { !$0.isEnding }.map(\.process))
  }

  // MARK: inotify

  /// The kernel keeps the number of watches by user alone; a process's are in its fdinfo, which
  /// is read again only where the user's number has changed.
  private mutating func countWatches(in pass: inout DescriptorPass) {
    var present: [Instance: Watches] = [:]
    for held in pass.inotify {
      let instance = Instance(identity: held.identity, holder: held.holder)
      guard present[instance] == nil else { continue }
      var counted = watches[instance]
      if counted?.ofUser != held.userWatches {
        counted = Self.countWatches(held).map { Watches(ofUser: held.userWatches, count: $0) }
      }
      guard let counted else { continue }
      present[instance] = counted
      pass.processes[held.holder]?.watches += counted.count
    }
    watches = present
  }

  private static func countWatches(_ held: HeldInotify) -> UInt64? {
    let path = "/proc/\(held.thread)/fdinfo/\(held.descriptor)"
    guard let lines = readFile(path) else { return nil }
    let label = Array("inotify ".utf8)
    return UInt64(
      lines.split(separator: UInt8(ascii: "\n")).count { $0.starts(with: label) })
  }

  // MARK: Paths

  /// Names what many descriptors are open on; a name is asked for once.
  private mutating func nameRepetitions(in pass: inout DescriptorPass) {
    var present: [UInt64: [UInt8]] = [:]
    for (key, held) in pass.processes {
      guard let repeated = held.repeated, repeated.count >= Self.smallestRepetition else {
        pass.processes[key]?.repeated = nil
        continue
      }
      let path =
        paths[repeated.identity]
        ?? readLink("/proc/\(repeated.thread)/fd/\(repeated.descriptor)") ?? []
      present[repeated.identity] = path
      pass.processes[key]?.repeated?.path = path
    }
    paths = present
  }

  // MARK: Limits

  private static let usedPairs = KernelNumber("/proc/sys/kernel/pty/nr")
  private static let mostPairs = KernelNumber("/proc/sys/kernel/pty/max")
  private static let reservedPairs = KernelNumber("/proc/sys/kernel/pty/reserve")
  private static let mostInstances = KernelNumber("/proc/sys/fs/inotify/max_user_instances")
  private static let mostWatches = KernelNumber("/proc/sys/fs/inotify/max_user_watches")

  static var pseudoterminals: PseudoterminalUse? {
    guard let used = usedPairs.value, let limit = mostPairs.value else { return nil }
    return PseudoterminalUse(used: used, limit: limit, reserve: reservedPairs.value ?? 0)
  }

  private static var inotifyLimits: InotifyLimits? {
    guard let instances = mostInstances.value, let watches = mostWatches.value else { return nil }
    return InotifyLimits(instances: instances, watches: watches)
  }
}
