// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording
import Testing

@Suite struct DescriptorRoundTripTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  private func record(_ intervals: [Interval]) throws -> RecordedRun {
    let writer = try RecordingWriter(example: path)
    for interval in intervals { writer.append(interval) }
    try writer.finish(end: 5_000)
    return try RecordedRun(reading: path)
  }

  private func use(_ last: DescriptorCounts) -> DescriptorUse {
    var use = DescriptorUse()
    use.last = last
    use.limit = .max
    use.masters = MasterUse(slaveOpen: 1, slaveClosed: 2, slaveNeverOpened: 3)
    use.inotifyInstances = 4
    use.inotifyWatches = 500
    use.repeatedCount = 60
    use.repeatedPath = [0xff, 0x2f]
    return use
  }

  private func pass(_ number: Int) -> DescriptorPassRow {
    DescriptorPassRow(
      number: number, time: 1_000 + UInt64(number), duration: 7, cpuTime: 6, descriptors: 100,
      tables: 9,
      pseudoterminals: PseudoterminalUse(used: 20, limit: 4096, reserve: 1024),
      explainedMasters: 19, followedMasters: 6,
      inotifyLimits: InotifyLimits(instances: 128, watches: 65_536))
  }

  @Test func countsComeBackAsTheFirstTheLastAndTheMost() throws {
    var intervals = try (0..<2).map(Interval.example)
    var last = DescriptorCounts()
    last[.pipe] = 4
    intervals[0].processes[0].process.descriptors = use(last)
    intervals[0].descriptors.passes = [pass(0), pass(1)]
    intervals[0].descriptors.changes = [
      DescriptorChange(pass: 0, process: 0, descriptorClass: .pipe, count: 2),
      DescriptorChange(pass: 1, process: 0, descriptorClass: .pipe, count: 9),
      DescriptorChange(pass: 1, process: 0, descriptorClass: .ttySlave, count: 1),
    ]
    intervals[1].descriptors.passes = [pass(2)]
    intervals[1].descriptors.changes = [
      DescriptorChange(pass: 2, process: 0, descriptorClass: .pipe, count: 4),
      DescriptorChange(pass: 2, process: 0, descriptorClass: .ttySlave, count: 0),
    ]
    intervals[1].processes[0].process.descriptors = use(last)
    let run = try record(intervals)
    var expected = use(last)
    expected.limit = UInt64(Int64.max)
    expected.first[.pipe] = 2
    expected.peak[.pipe] = 9
    expected.peak[.ttySlave] = 1
    #expect(run.processes.map(\.descriptors) == [expected])
    #expect(run.descriptors.passes == [pass(0), pass(1), pass(2)])
  }

  @Test func aProcessThatNoPassFoundHasNoDescriptors() throws {
    let run = try record([try .example(0)])
    #expect(run.processes.map(\.descriptors) == [nil])
    #expect(run.descriptors.passes.isEmpty && run.descriptors.masters.isEmpty)
  }

  @Test func aPassWithoutProcIsUnknownAndNotZero() throws {
    var interval = try Interval.example(0)
    var blind = pass(0)
    blind.pseudoterminals = nil
    blind.inotifyLimits = nil
    interval.descriptors.passes = [blind]
    #expect(try record([interval]).descriptors.passes == [blind])
  }

  @Test func aMasterIsOneRowWithItsLastHolders() throws {
    var intervals = try (0..<2).map(Interval.example)
    let (one, other) = (
      ProcessKey(processID: 42, startTime: 900), ProcessKey(processID: 43, startTime: 901)
    )
    var master = PTYMaster(
      instance: 24, index: 3, slave: .neverOpened, madeTime: 800, opener: one,
      openerIsSeen: true, holders: [one: 2, other: 1])
    intervals[0].descriptors.masters = [(0, master), (1, master)]
    master.slave = .closed
    master.goneTime = 1_150
    master.holders = [other: 1]
    master.otherDescriptors = 5
    intervals[1].descriptors.masters = [(1, master)]
    intervals[1].descriptors.inotifyUsers = [InotifyUse(userID: 7, instances: 8, watches: 9)]
    let run = try record(intervals)
    #expect(run.descriptors.masters.map(\.holders) == [[one: 2, other: 1], [other: 1]])
    #expect(run.descriptors.masters.last == master)
    #expect(run.descriptors.inotifyUsers == [InotifyUse(userID: 7, instances: 8, watches: 9)])
  }

  @Test func descriptorsCanBeReadByPeople() throws {
    var interval = try Interval.example(0)
    interval.descriptors.passes = [pass(0)]
    interval.descriptors.changes = [
      DescriptorChange(pass: 0, process: 0, descriptorClass: .ptyMaster, count: 5)
    ]
    _ = try record([interval])
    let text =
      "SELECT pid || ' ' || executable || ' ' || class || ' ' || count FROM descriptor_view"
    #expect(try query(path, text) == ["42 /usr/bin/git ptyMaster 5"])
  }
}
