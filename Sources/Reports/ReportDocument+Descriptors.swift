// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording

extension ReportDocument {
  /// The passes over all open descriptors, and what they cost.
  public struct Census: Codable, Hashable, Sendable {
    public var passes: Int
    /// CPU time of the tracing thread.
    public var meanCpuMilliseconds: Double
    /// From a pass's start to its end.
    public var meanMilliseconds: Double
    public var maxMilliseconds: Double
    /// Descriptors of the whole system that a pass walked.
    public var meanDescriptors: Double
    /// CPU time.
    @ExplicitNull public var nanosecondsPerDescriptor: Double?
  }

  /// Pseudoterminals of the whole system, at the last pass.
  public struct PTYs: Codable, Hashable, Sendable {
    /// As kernel.pty.nr tells, over all devpts mounts.
    public var used: UInt64
    /// The most at any pass.
    public var usedPeak: UInt64
    /// kernel.pty.max.
    public var limit: UInt64
    /// Of the limit, what only the initial devpts mount may use.
    public var reserve: UInt64
    /// Masters that a descriptor of some process is open on.
    public var explained: UInt64
    /// Those of them that a recorded process holds.
    public var followed: UInt64
    /// Used, and held by no descriptor that was found.
    public var unexplained: UInt64
    /// The most at any pass.
    public var unexplainedPeak: UInt64
  }

  /// What a user has of inotify in all its processes, at the last pass.
  public struct InotifyUser: Codable, Hashable, Sendable {
    public var uid: UInt32
    public var instances: UInt64
    public var watches: UInt64
    @ExplicitNull public var instanceLimit: UInt64?
    @ExplicitNull public var watchLimit: UInt64?
  }

  /// The path that most descriptors of a process are open on.
  public struct RepeatedPath: Codable, Hashable, Sendable {
    public var path: String
    /// At least.
    public var count: UInt64
  }

  /// The pty masters that a process holds.
  public struct Masters: Codable, Hashable, Sendable {
    public var descriptors: UInt64
    /// Open files: several descriptors may be open on one.
    public var masters: UInt64
    public var slaveOpen: UInt64
    public var slaveClosed: UInt64
    public var slaveNeverOpened: UInt64
  }

  /// What a process has of inotify.
  public struct Inotify: Codable, Hashable, Sendable {
    public var instances: UInt64
    public var watches: UInt64
  }

  /// One pty master that a recorded process held.
  public struct PTYMasterRow: Codable, Hashable, Sendable {
    /// The slave's name below /dev, such as `pts/3`.
    public var tty: String
    public var ttyInstance: UInt32
    /// `open`, `closed` or `neverOpened`, as last seen.
    public var slave: String
    public var openerPid: UInt32
    public var openerStartTimeNs: UInt64
    /// Whether that process was seen to open it; else it is the oldest of its first holders.
    public var openerSeen: Bool
    /// Whether its holders kept it until they ended, or the recording did.
    public var held: Bool
    public var ageSeconds: Double
    public var holders: [Holder]
    /// Descriptors of processes that are not in the recording.
    public var otherDescriptors: UInt64
  }

  /// A process's descriptors of one pty master.
  public struct Holder: Codable, Hashable, Sendable {
    public var pid: UInt32
    public var startTimeNs: UInt64
    public var descriptors: UInt64
  }
}

extension DescriptorCounts {
  /// Every class by its name.
  var byClass: [String: UInt64] {
    Dictionary(
      uniqueKeysWithValues: DescriptorClass.allCases.map { ($0.name, self[$0]) })
  }
}

extension RecordedDescriptors {
  /// Pairs in use at the pass that found the most.
  var mostPseudoterminals: UInt64 { passes.compactMap(\.pseudoterminals?.used).max() ?? 0 }
}

extension DescriptorPassRow {
  /// Pairs that no descriptor explains; 0 where their number is unknown.
  var unexplainedMasters: UInt64 {
    guard let used = pseudoterminals?.used, used > explainedMasters else { return 0 }
    return used - explainedMasters
  }
}

extension ReportDocument.Census {
  init?(_ descriptors: RecordedDescriptors) {
    let passes = descriptors.passes
    guard !passes.isEmpty else { return nil }
    let count = Double(passes.count)
    let cpuTime = Double(passes.sum(\.cpuTime))
    let walked = Double(passes.sum(\.descriptors))
    self.init(
      passes: passes.count, meanCpuMilliseconds: cpuTime / count / 1e6,
      meanMilliseconds: Double(passes.sum(\.duration)) / count / 1e6,
      maxMilliseconds: Double(passes.map(\.duration).max() ?? 0) / 1e6,
      meanDescriptors: walked / count,
      nanosecondsPerDescriptor: walked > 0 ? cpuTime / walked : nil)
  }
}

extension ReportDocument.PTYs {
  init?(_ descriptors: RecordedDescriptors) {
    guard let pass = descriptors.passes.last, let use = pass.pseudoterminals else { return nil }
    self.init(
      used: use.used, usedPeak: descriptors.mostPseudoterminals, limit: use.limit,
      reserve: use.reserve, explained: pass.explainedMasters,
      followed: pass.followedMasters, unexplained: pass.unexplainedMasters,
      unexplainedPeak: descriptors.passes.map(\.unexplainedMasters).max() ?? 0)
  }
}

extension ReportDocument.InotifyUser {
  init(_ use: InotifyUse, limits: InotifyLimits?) {
    self.init(
      uid: use.userID, instances: use.instances, watches: use.watches,
      instanceLimit: limits?.instances, watchLimit: limits?.watches)
  }
}

extension ReportDocument.RepeatedPath {
  init?(_ use: DescriptorUse) {
    guard use.repeatedCount > 0 else { return nil }
    self.init(path: JSONText.decode(use.repeatedPath), count: use.repeatedCount)
  }
}

extension ReportDocument.Masters {
  init(_ use: DescriptorUse) {
    self.init(
      descriptors: use.last[.ptyMaster], masters: use.masters.masters,
      slaveOpen: use.masters.slaveOpen, slaveClosed: use.masters.slaveClosed,
      slaveNeverOpened: use.masters.slaveNeverOpened)
  }
}

extension ReportDocument.Inotify {
  init(_ use: DescriptorUse) {
    self.init(instances: use.inotifyInstances, watches: use.inotifyWatches)
  }
}

extension ReportDocument.PTYMasterRow {
  init(_ master: PTYMaster, in run: RankedRun) {
    self.init(
      tty: master.name, ttyInstance: master.instance, slave: master.slave.name,
      openerPid: master.opener.processID, openerStartTimeNs: master.opener.startTime,
      openerSeen: master.openerIsSeen, held: run.isKept(master),
      ageSeconds: Double(run.age(of: master)) / 1e9,
      holders: master.holders.sorted { $0.key < $1.key }.map {
        ReportDocument.Holder(
          pid: $0.key.processID, startTimeNs: $0.key.startTime, descriptors: $0.value)
      },
      otherDescriptors: master.otherDescriptors)
  }
}

extension PTYMaster {
  /// The slave's name below /dev.
  var name: String {
    Terminal(instance: instance, major: instance == 0 ? 3 : 136, minor: index).name
  }
}

extension ProcessKey {
  fileprivate static func < (one: ProcessKey, other: ProcessKey) -> Bool {
    (one.startTime, one.processID) < (other.startTime, other.processID)
  }
}
