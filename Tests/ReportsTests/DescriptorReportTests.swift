// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Recording
import Reports
import Testing

extension RecordedRun {
  /// The agent with descriptors: a leak of pty masters, one of pipes, and many watches.
  static var holding: RecordedRun {
    var run = agent
    for place in run.processes.indices {
      switch run.processes[place].key {
      case .codex: run.processes[place].descriptors = leaking
      case .git:
        run.processes[place].exitTime = 9_000_000_000
        run.processes[place].descriptors = watching
      default: continue
      }
    }
    run.descriptors.passes = (0..<2).map {
      DescriptorPassRow(
        number: $0, time: 4_000_000_000, duration: 2_000_000, cpuTime: 1_000_000,
        descriptors: 4_000, tables: 90,
        pseudoterminals: PseudoterminalUse(used: 12 - UInt64($0), limit: 4_096, reserve: 1_024),
        explainedMasters: 9, followedMasters: 8,
        inotifyLimits: InotifyLimits(instances: 128, watches: 65_536))
    }
    run.descriptors.masters = masters
    run.descriptors.inotifyUsers = [InotifyUse(userID: 1_000, instances: 9, watches: 65_042)]
    return run
  }

  private static var leaking: DescriptorUse {
    var use = DescriptorUse()
    use.first[.pipe] = 30
    use.last[.pipe] = 687
    use.last[.socket] = 40
    use.last[.ptyMaster] = 11
    use.peak = use.last
    use.limit = 1_024
    use.masters = MasterUse(slaveOpen: 1, slaveClosed: 5, slaveNeverOpened: 1)
    return use
  }

  private static var watching: DescriptorUse {
    var use = DescriptorUse()
    use.last[.regular] = 37_471
    use.last[.inotify] = 8
    use.first = use.last
    use.peak = use.last
    use.limit = .max
    use.inotifyInstances = 8
    use.inotifyWatches = 65_033
    use.repeatedCount = 30_000
    use.repeatedPath = bytes("/proc/\u{1b}[31m/pressure/a-very-long-path-that-has-to-give-way")
    return use
  }

  private static var masters: [PTYMaster] {
    func master(
      _ index: UInt32, _ slave: SlaveState, made: UInt64, gone: UInt64? = nil,
      by opener: ProcessKey = .codex, _ holders: [ProcessKey: UInt64]
    ) -> PTYMaster {
      PTYMaster(
        instance: 24, index: index, slave: slave, madeTime: made, goneTime: gone, opener: opener,
        openerIsSeen: opener == .codex, holders: holders)
    }
    return [
      master(9, .open, made: 5_000_000_000, [.codex: 1]),
      master(8, .neverOpened, made: 5_500_000_000, [.codex: 1]),
      master(7, .closed, made: 7_000_000_000, gone: 9_500_000_000, by: .git, [.git: 1]),
      master(6, .closed, made: 7_000_000_000, gone: 9_500_000_000, [.codex: 1]),
    ]
      + (0..<5 as Range<UInt32>).map {
        master($0, .closed, made: 6_000_000_000 + UInt64($0), [.codex: 1, .git: 1])
      }
  }
}

@Suite struct DescriptorReportTests {
  @Test func descriptorsAndMastersAreTold() throws {
    try expectSnapshot(
      TextReport(.holding, judgement: .nothing, style: .plain).text, named: "descriptors.txt")
  }

  @Test func theReportIsOfTheSchema() throws {
    let schema = try JSONSchema(ReportDocument.schema)
    let document = try JSONValue(ReportDocument(.holding, judgement: .nothing).encoded())
    #expect(schema.problems(document).map(\.description) == [])
  }

  @Test func aProcessHasItsMastersAndDescriptors() throws {
    let process = try #require(
      ReportDocument(.holding, judgement: .nothing).processes.first {
        $0.pid == ProcessKey.codex.processID
      })
    let masters = process.ptyMasters
    #expect(masters?.descriptors == 11)
    #expect(masters?.masters == 7)
    #expect(masters?.slaveOpen == 1)
    #expect(masters?.slaveClosed == 5)
    #expect(masters?.slaveNeverOpened == 1)
    #expect(process.descriptors?["pipe"] == 687)
    #expect(process.descriptorsFirst?["pipe"] == 30)
    #expect(process.descriptors?.count == 11)
    #expect(process.descriptorLimit == 1_024)
    #expect(process.inotify?.watches == 0)
    #expect(process.repeatedPath == nil)
  }

  @Test func whatNoPassFoundIsNull() throws {
    let report = try JSONValue(ReportDocument(.agent, judgement: .nothing).encoded())
    for field in ["census", "ptys"] { #expect(report["recording"]?[field] == .null) }
    for field in ["descriptors", "descriptorsPeak", "ptyMasters", "inotify", "repeatedPath"] {
      #expect(report["processes"]?[0]?[field] == .null, "\(field)")
    }
  }

  @Test func aMasterThatItsHolderKeptToItsEndIsHeldAndOneClosedAgainIsNot() {
    let rows = ReportDocument(.holding, judgement: .nothing).ptyMasters
    #expect(rows.map(\.tty).first == "pts/0")
    #expect(rows.map(\.slave).prefix(6).allSatisfy { $0 == "closed" })
    #expect(rows.filter { !$0.held }.map(\.tty) == ["pts/6"])
    #expect(rows.first { $0.tty == "pts/7" }?.ageSeconds == 2.5)
    #expect(rows.first { $0.tty == "pts/9" }?.ageSeconds == 19.5)
  }

  @Test func pairsThatNobodyHoldsAreUnexplained() {
    let ptys = ReportDocument(.holding, judgement: .nothing).recording.ptys
    #expect(ptys?.used == 11)
    #expect(ptys?.usedPeak == 12)
    #expect(ptys?.unexplained == 2)
    #expect(ptys?.unexplainedPeak == 3)
    let census = ReportDocument(.holding, judgement: .nothing).recording.census
    #expect(census?.meanMilliseconds == 2)
    #expect(census?.meanCpuMilliseconds == 1)
    #expect(census?.nanosecondsPerDescriptor == 250)
  }

  @Test func theLargestFiguresDoNotTrap() {
    var run = RecordedRun.holding
    var use = DescriptorUse()
    for each in DescriptorClass.allCases { use.last[each] = UInt64(Int64.max) }
    let most = UInt64(Int64.max)
    use.masters = MasterUse(slaveOpen: most, slaveClosed: most, slaveNeverOpened: most)
    run.processes[0].descriptors = use
    run.descriptors.masters[0].holders = [.codex: most, .git: most, .hostile: most]
    run.descriptors.passes[0].duration = most
    let text = TextReport(run, judgement: .nothing, style: .plain).text
    #expect(text.split(separator: "\n").allSatisfy { ForeignText.width(String($0)) <= 100 })
    #expect(ReportDocument(run, judgement: .nothing).processes.count == run.processes.count)
  }
}
