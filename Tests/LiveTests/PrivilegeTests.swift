// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What spoor itself may still do once it reads what others made.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct PrivilegeTests {
  /// Of capabilities(7).
  private enum Capability {
    static let overrideAccess: UInt64 = 1 << 1
    static let readSearch: UInt64 = 1 << 2
    static let kill: UInt64 = 1 << 5
    static let trace: UInt64 = 1 << 19
  }

  private static let sudo = ["SUDO_UID": "65534", "SUDO_GID": "65534"]
  private static let asNobody = [
    "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
  ]
  private static let command = [
    "--", "sh", "-c", "read go <gate; for i in 1 2 3; do test -e absent; done",
  ]

  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try #require(chown(scratch.folder.path, 65534, 65534) == 0)
    try #require(chmod(scratch.folder.path, 0o777) == 0)
    close(try scratch.makePipe("gate"))
  }

  /// The fields of /proc/PID/status.
  private func status(of spoor: Running) throws -> [String: String] {
    let lines = try String(contentsOfFile: "/proc/\(try spoor.id)/status", encoding: .utf8)
      .split(separator: "\n")
    return Dictionary(
      lines.map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (String(parts[0]), parts.last?.trimmingCharacters(in: .whitespaces) ?? "")
      }, uniquingKeysWith: { one, _ in one })
  }

  private func expect(
    _ spoor: Running, user: Int, capabilities: UInt64, hasBounds: Bool = false
  ) throws {
    let status = try status(of: spoor)
    #expect(status["Uid"] == Array(repeating: "\(user)", count: 4).joined(separator: "\t"))
    #expect(status["Gid"] == status["Uid"])
    if user != 0 { #expect(["", "65534"].contains(status["Groups"])) }
    for field in ["CapEff", "CapPrm"] {
      #expect(status[field].flatMap { UInt64($0, radix: 16) } == capabilities)
    }
    for field in ["CapInh", "CapAmb"] + (hasBounds ? [] : ["CapBnd"]) {
      #expect(status[field].flatMap { UInt64($0, radix: 16) } == 0)
    }
    #expect(status["NoNewPrivs"] == "1")
    #expect(status["Threads"] == "1")
  }

  /// The target goes on, and all that it does is counted.
  private func expectAllCounted(_ spoor: Running) throws {
    try scratch.release("gate")
    // The shell's last test fails.
    let status = spoor.wait()
    #expect(try status == 1 && spoor.errors == "")
    let report = try scratch.report("run.spoor")
    #expect(report.lookups(of: "absent") == 3)
  }

  @Test(arguments: [
    (
      [], [:], 0,
      Capability.overrideAccess | Capability.readSearch | Capability.kill
        | Capability.trace
    ),
    ([], sudo, 65534, 0),
    (["--as-root"], sudo, 65534, Capability.readSearch | Capability.kill | Capability.trace),
  ])
  func aRecorderHasWhatItsTargetNeedsAlone(
    _ options: [String], _ environment: [String: String], _ user: Int, _ capabilities: UInt64
  ) throws {
    let spoor = try Running(
      ["record", "-q", "-o", "run.spoor"] + options + Self.command, in: scratch,
      environment: environment)
    try expect(spoor, user: user, capabilities: capabilities)
    try expectAllCounted(spoor)
  }

  @Test(arguments: [
    (["-a"], [:], 0, Capability.overrideAccess | Capability.readSearch | Capability.trace),
    (["-p", "\(getpid())"], sudo, 65534, Capability.readSearch | Capability.trace),
  ])
  func whoWatchesOthersMaySeeThemInProc(
    _ options: [String], _ environment: [String: String], _ user: Int, _ capabilities: UInt64
  ) throws {
    let spoor = try Running(
      ["record", "-q", "--interval", "0.05", "-o", "run.spoor"] + options, in: scratch,
      environment: environment)
    try expect(spoor, user: user, capabilities: capabilities)
    try spoor.send(SIGINT)
    let status = spoor.wait()
    #expect(try status == 0 && spoor.errors == "")
    #expect(try scratch.report("run.spoor").processes.contains { $0.pid == Int(getpid()) })
  }

  @Test func fileCapabilitiesAreEnoughForOnesOwnProcesses() throws {
    let binary = scratch.file("spoor").path
    try FileManager.default.copyItem(atPath: Spoor.binary, toPath: binary)
    let setcap = try Spoor.run(
      URL(filePath: "/usr/sbin/setcap"), ["cap_bpf,cap_perfmon+ep", binary])
    try #require(setcap.status == 0, "\(setcap.errors)")
    let spoor = try Running(
      ["record", "-q", "-o", "run.spoor"] + Self.command, in: scratch,
      program: Self.asNobody + [binary])
    // Only CAP_SETPCAP may narrow what a program could have that is executed later.
    try expect(spoor, user: 65534, capabilities: 0, hasBounds: true)
    try expectAllCounted(spoor)
    #expect(try scratch.report("run.spoor").recording.overhead?.timedSeconds == nil)

    // Nobody else's: this process is root's.
    let others = try Spoor.run(
      URL(filePath: "/usr/bin/setpriv"),
      Array(Self.asNobody.dropFirst()) + [binary, "trace", "-a", "--uid", "0"], in: scratch.folder)
    #expect(others.status == 2)
    #expect(others.errors.hasPrefix("spoor: only root may trace processes of another user"))

    // The kernel counts the runs of all programs or of none.
    let timed = try Spoor.run(
      URL(filePath: "/usr/bin/setpriv"),
      Array(Self.asNobody.dropFirst()) + [binary, "record", "-q", "--overhead", "--", "true"],
      in: scratch.folder)
    #expect(timed.status == 2)
    #expect(timed.errors.hasPrefix("spoor: cannot time the eBPF programs: Operation not permitted"))
  }
}
