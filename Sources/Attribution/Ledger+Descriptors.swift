// SPDX-License-Identifier: Apache-2.0

import Events

/// What the passes over all descriptors found, and have not told yet.
struct DescriptorAccount {
  var masters = MasterTable()
  var told = DescriptorInterval()
  private var number = 0
  private var users: [UInt32: InotifyUse] = [:]

  mutating func begin(
    _ pass: DescriptorPass
  ) -> (number: Int, masters: [ProcessKey: MasterUse]) {
    defer { number += 1 }
    told.passes.append(
      DescriptorPassRow(
        number: number, time: pass.time, duration: pass.duration, cpuTime: pass.cpuTime,
        descriptors: pass.descriptors, tables: pass.tables, pseudoterminals: pass.pseudoterminals,
        explainedMasters: UInt64(pass.masters.count),
        followedMasters: UInt64(pass.masters.count { !$0.holders.isEmpty }),
        inotifyLimits: pass.inotifyLimits))
    for instance in pass.inotify {
      users[instance.userID] = InotifyUse(
        userID: instance.userID, instances: instance.userInstances,
        watches: instance.userWatches)
    }
    return (number, masters.apply(pass))
  }

  mutating func takeInterval() -> DescriptorInterval {
    var interval = told
    told = DescriptorInterval()
    interval.masters = masters.takeChanged()
    if !interval.passes.isEmpty {
      interval.inotifyUsers = users.values.sorted { $0.userID < $1.userID }
    }
    return interval
  }
}

extension Ledger {
  /// Takes over what one pass found: the present state, whatever was lost before.
  ///
  /// A process that has ended keeps what the last pass found that it outlived.
  public mutating func apply(_ pass: DescriptorPass) {
    let (number, masters) = descriptors.begin(pass)
    let instances = Dictionary(grouping: pass.inotify, by: \.holder)
      .mapValues { UInt64(Set($0.map(\.identity)).count) }
    for (key, held) in pass.processes where pass.survivors.contains(key) {
      var use = DescriptorUse(held)
      use.masters = masters[key] ?? MasterUse()
      use.inotifyInstances = instances[key] ?? 0
      update(processes.enter(key), to: use, pass: number)
    }
    // One that has closed everything shows in no pass.
    if pass.isFiltered { return }
    let empty = processes.all.filter {
      $0.descriptors != nil && pass.processes[$0.key] == nil && pass.survivors.contains($0.key)
    }
    for process in empty {
      var use = DescriptorUse()
      use.limit = process.descriptors?.limit ?? 0
      update(processes.enter(process.key), to: use, pass: number)
    }
  }

  /// Counts a pass that failed: what the one before found stays.
  public mutating func countFailedPass() {
    lossAccount.failedPasses += 1
  }

  private mutating func update(_ index: ProcessIndex, to found: DescriptorUse, pass: Int) {
    let before = processes[index]?.descriptors
    var use = found
    use.first = before?.first ?? found.last
    use.peak = before?.peak ?? found.last
    use.peak.formMaximum(found.last)
    for each in DescriptorClass.allCases where before?.last[each] ?? 0 != use.last[each] {
      descriptors.told.changes.append(
        DescriptorChange(
          pass: pass, process: index, descriptorClass: each, count: use.last[each]))
    }
    if use != before { processes.change(index) { $0.descriptors = use } }
  }

  /// Remembers an open of a pty master, for whose it is.
  mutating func noteMasterOpen(_ lookup: Lookup) {
    guard lookup.result >= 0, lookup.path.endsWithPtmx, lookup.operation.name.hasPrefix("open")
    else { return }
    descriptors.masters.noteOpen(
      by: lookup.header.process, descriptor: UInt32(lookup.result), at: lookup.header.time)
  }

  /// Follows a pty master where the kernel tells of it at once.
  mutating func apply(_ change: MasterChange) {
    if !change.isRelease { _ = processes.enter(change.header.process) }
    descriptors.masters.apply(change)
  }

  /// Whether somebody opened a pty master since the last pass.
  public var hasOpenedMasters: Bool { descriptors.masters.hasOpens }
}

extension DescriptorUse {
  fileprivate init(_ held: HeldDescriptors) {
    self.init()
    last = held.counts
    limit = held.limit
    inotifyWatches = held.watches
    repeatedCount = held.repeated?.count ?? 0
    repeatedPath = held.repeated?.path ?? []
  }
}

extension UnsafeRawBufferPointer {
  /// `/dev/ptmx`, `/dev/pts/ptmx` and relatives; one comparison for all others.
  @inline(__always) fileprivate var endsWithPtmx: Bool {
    guard count >= 4 else { return false }
    let last = loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
    return last == UInt32(bigEndian: 0x7074_6d78)
  }
}
