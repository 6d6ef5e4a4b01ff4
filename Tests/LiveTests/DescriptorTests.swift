// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Who holds which descriptors, pty masters and watches: programs that know, and spoor.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct DescriptorTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try #require(mkfifo(scratch.file("gate").path, 0o666) == 0)
    let work = scratch.file("work")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: false)
  }

  private var gate: String { scratch.file("gate").path }
  private var work: String { scratch.file("work").path }

  private func record(_ options: String...) throws -> Running {
    try Running(["record", "-q", "-o", "run.spoor"] + options, in: scratch)
  }

  /// The target's truth, which it prints where spoor's own output goes.
  private func awaitTruth(_ spoor: Running) throws -> HeldTruth {
    var truth: HeldTruth?
    try waitUntil("the target prints its truth") {
      truth = try? JSONDecoder().decode(HeldTruth.self, from: Data(try spoor.output.utf8))
      return truth != nil
    }
    return try #require(truth)
  }

  private func expectNothingLost(_ report: DescriptorReport) {
    #expect(report.recording.loss.complete)
    #expect(report.recording.loss.dropped.values.allSatisfy { $0 == 0 })
  }

  private func expectDescriptors(_ truth: HeldTruth, _ report: DescriptorReport) throws {
    #expect(truth.processes.count == 3)
    for expected in truth.processes {
      let found = try #require(report.process(expected.pid))
      #expect(found.descriptors == expected.descriptors, "\(expected.pid)")
      #expect(found.descriptorLimit == truth.limit)
    }
    let own = try #require(report.process(truth.pid))
    #expect(own.inotify?.instances == truth.instances)
    #expect(own.inotify?.watches == truth.watches)
    #expect(own.repeatedPath?.count == truth.repeated)
    #expect(own.repeatedPath?.path == truth.path)
    expectNothingLost(report)
  }

  @Test func descriptorsOfEveryClassAreCountedInEveryKindOfTable() throws {
    let spoor = try record(
      "--census", "0.05", "--interval", "0.05", "--", Spoor.conformance + "/descriptors", work,
      gate)
    let truth = try awaitTruth(spoor)
    try scratch.awaitPass(after: truth.ready)
    try scratch.release("gate")
    #expect(spoor.wait() == 0)
    let report = try scratch.descriptorReport("run.spoor")
    try expectDescriptors(truth, report)
    #expect(report.recording.census.passes > 2)
  }

  @Test(arguments: [["-p"], ["-a"]])
  func descriptorsThatAreThereAtTheStartShowInTheFirstPass(scope: [String]) throws {
    let program = try HeldProgram("descriptors", [work, gate], in: scratch.folder)
    let all = program.truth.processes.map { "\($0.pid)" }.joined(separator: ",")
    let ids = scope == ["-p"] ? [all] : []
    let spoor = try Running(
      ["record", "-q", "-o", "run.spoor", "--census", "0"] + scope + ids, in: scratch)
    try spoor.send(SIGINT)
    #expect(spoor.wait() == 0)
    let report = try scratch.descriptorReport("run.spoor")
    try expectDescriptors(program.truth, report)
    #expect(report.recording.census.passes == 2)
    let changed =
      "SELECT count(*) FROM descriptor_view WHERE pass = 1 AND pid = \(program.truth.pid)"
    #expect(try scratch.query("run.spoor", changed) == "0")
    try scratch.release("gate")
    program.wait()
  }

  @Test func ptyMastersAreCountedByOpenFileAndBySlave() throws {
    let spoor = try record(
      "--census", "0.05", "--interval", "0.05", "--", Spoor.conformance + "/ptys", gate)
    let truth = try awaitTruth(spoor)
    try scratch.awaitPass(after: truth.ready)
    try scratch.release("gate")
    #expect(spoor.wait() == 0)
    let report = try scratch.descriptorReport("run.spoor")
    for expected in truth.processes {
      #expect(report.process(expected.pid)?.ptyMasters == expected.ptyMasters)
    }
    expectNothingLost(report)
    #expect(report.recording.ptys.unexplainedPeak >= 1)
    // The one in flight has no holder, and no row.
    let own = report.ptyMasters.filter { $0.held }
    #expect(own.count == 13)
    #expect(own.filter { $0.holders.map(\.pid).contains(truth.pid) }.count == 12)
    #expect(
      own.filter { $0.holders.map(\.pid).contains(truth.pid) }
        .allSatisfy { $0.openerPid == truth.pid && $0.openerSeen })
  }

  @Test func anOldLeakOfPtysShowsInTheFirstPass() throws {
    let program = try HeldProgram("ptys", [gate], in: scratch.folder)
    let truth = program.truth
    let spoor = try record("--census", "0", "-p", "\(truth.pid)")
    try spoor.send(SIGINT)
    #expect(spoor.wait() == 0)
    let report = try scratch.descriptorReport("run.spoor")
    for expected in truth.processes {
      #expect(report.process(expected.pid)?.ptyMasters == expected.ptyMasters)
    }
    #expect(report.recording.ptys.followed == 13)
    #expect(report.recording.ptys.unexplained == truth.inFlight)
    #expect(
      report.recording.ptys.used
        == report.recording.ptys.explained + report.recording.ptys.unexplained)
    #expect(report.recording.census.passes == 2)
    // The first pass told all of it, the second found nothing else.
    #expect(
      try scratch.query("run.spoor", "SELECT count(*) FROM descriptor WHERE pass > 0") == "0")
    // Passed on by a socket, and here as well.
    let shared = report.ptyMasters.filter { $0.holders.count == 3 }
    #expect(shared.count == 1)
    #expect(shared.first?.slave == "closed")
    // Two duplicates of each of two open ones, inherited by a child.
    let duplicated = report.ptyMasters.filter { $0.holders.contains { $0.descriptors == 3 } }
    #expect(duplicated.map(\.holders.count) == [2, 2])
    #expect(report.ptyMasters.allSatisfy { !$0.openerSeen && $0.held })
    try scratch.release("gate")
    program.wait()
  }

  @Test func aPassFollowsTheOpeningOfAMaster() throws {
    let spoor = try record(
      "--census", "3600", "--interval", "0.05", "--", Spoor.conformance + "/ptys", gate)
    let truth = try awaitTruth(spoor)
    // Nothing but the opens calls for the pass that finds them all.
    let complete = "SELECT count(*) FROM descriptor_pass WHERE masters_followed = 13"
    try waitUntil("a pass finds all 13") { try scratch.query("run.spoor", complete) != "0" }
    try scratch.release("gate")
    #expect(spoor.wait() == 0)
    let report = try scratch.descriptorReport("run.spoor")
    for expected in truth.processes {
      #expect(report.process(expected.pid)?.ptyMasters == expected.ptyMasters)
    }
  }

  /// Each is closed at once, so that a pass finds few of them; it takes a kernel whose functions
  /// can be hooked.
  @Test(arguments: Spoor.backends.filter { $0 == "kretprobe.multi" })
  func mastersAreToldAtOnceWhereTheirFunctionsAreHooked(backend: String) throws {
    let run = try Spoor.run(
      [
        "record", "-q", "-o", "run.spoor", "--backend", backend, "--census", "3600", "--",
        Spoor.conformance + "/ptys", "24",
      ], in: scratch.folder)
    #expect(run.status == 0, "\(run.errors)")
    let truth = try JSONDecoder().decode(BriefTruth.self, from: run.output)
    let report = try scratch.descriptorReport("run.spoor")
    #expect(report.ptyMasters.count == truth.masters)
    #expect(report.ptyMasters.allSatisfy { $0.openerSeen && $0.openerPid == truth.pid })
    #expect(report.ptyMasters.allSatisfy { !$0.held })
    expectNothingLost(report)
  }

  private struct BriefTruth: Decodable {
    var pid: Int
    var masters: Int
  }

  @Test(arguments: [8192, 4])
  func theFirstPassAfterAStandstillHasThePresentState(ringKiB: Int) throws {
    for name in ["end", "begin"] { try #require(mkfifo(scratch.file(name).path, 0o666) == 0) }
    let opened = try scratch.makePipe("opened")
    defer { close(opened) }
    let spoor = try record(
      "--ring-size", "\(ringKiB)", "--census", "0.05", "--interval", "0.05", "--",
      Spoor.conformance + "/ptys", "begin", "100", "opened", "end")
    try scratch.awaitPass(after: 0)
    try spoor.stop()
    try scratch.release("begin")
    try scratch.awaitWriter(opened)
    var now = timespec()
    clock_gettime(CLOCK_BOOTTIME, &now)
    let continued = now.tv_sec * 1_000_000_000 + now.tv_nsec
    try spoor.send(SIGCONT)
    try scratch.awaitPass(after: continued)
    let first = "SELECT min(id) FROM descriptor_pass WHERE time_ns > \(continued)"
    let held =
      "SELECT count FROM descriptor WHERE class = 'ptyMaster' AND pass <= (\(first)) "
      + "ORDER BY pass DESC LIMIT 1"
    #expect(try scratch.query("run.spoor", held) == "100")
    let masters = "SELECT masters_followed FROM descriptor_pass WHERE id = (\(first))"
    #expect(try scratch.query("run.spoor", masters) == "100")
    try scratch.release("end")
    #expect(spoor.wait() == 0)
    let report = try scratch.descriptorReport("run.spoor")
    #expect(report.ptyMasters.count == 100)
    #expect(report.ptyMasters.allSatisfy { $0.slave == "closed" && $0.held })
    // What the small ring lost are the opens: the state is whole, its history is not.
    #expect(report.recording.loss.complete == (ringKiB == 8192))
    #expect(report.ptyMasters.allSatisfy(\.openerSeen) == (ringKiB == 8192))
    #expect(Set(report.ptyMasters.map(\.openerPid)).count == 1)
  }

  @Test(arguments: ["-1", "0.001", "nan", "3601"])
  func aCensusThatIsNoTimeIsRefused(seconds: String) throws {
    let result = try Spoor.run(
      ["record", "-o", "run.spoor", "--census", seconds, "--", "true"], in: scratch.folder)
    #expect(result.status == 2)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("run.spoor").path))
  }
}
