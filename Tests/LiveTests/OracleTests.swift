// SPDX-License-Identifier: Apache-2.0

import CSpoorABI
import Foundation
import Testing

/// Programs of others that count too; each test says whether they must agree or only bound.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct OracleTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func record(_ command: [String]) throws -> Report {
    let run = try Spoor.run(
      ["record", "-q", "-o", "run.spoor", "--"] + command, in: scratch.folder)
    try #require(run.status == 0, "\(run.errors)")
    let report = try scratch.report("run.spoor")
    report.expectNothingLost()
    return report
  }

  private func stress(_ options: String...) throws -> Report {
    try record(
      ["stress-ng", "--quiet", "--no-rand-seed", "--temp-path", scratch.folder.path] + options)
  }

  // MARK: stress-ng

  /// A bound: an operation opens at least once, and stress-ng looks at more on its way.
  @Test func stressNGOpensNoMoreThanSpoorSees() throws {
    let report = try stress("--open", "1", "--open-ops", "1000")
    let opens = report.sum { $0.hasPrefix("open") || $0 == "creat" }
    #expect(opens >= 1_000)
  }

  /// Equality: an operation is one child that the stressor waits for.
  @Test(arguments: ["fork", "vfork", "zombie"])
  func stressNGMakesAsManyChildrenAsSpoorSees(stressor: String) throws {
    let report = try stress("--\(stressor)", "1", "--\(stressor)-ops", "200")
    let busiest = try #require(report.processes.max { $0.children.spawned < $1.children.spawned })
    #expect(busiest.children.spawned == 200)
    #expect(busiest.children.reaped == 200)
    #expect(busiest.children.zombies == 0)
  }

  /// Equality: an operation opens as many masters as it may.
  @Test func stressNGOpensAsManyMastersAsSpoorSees() throws {
    let report = try stress("--pty", "1", "--pty-max", "16", "--pty-ops", "3")
    #expect(report.lookups(of: "/dev/ptmx") == 3 * 16)
  }

  /// Equality: an operation is a child that calls execve once; some are to fail. (With execveat
  /// it would give descriptors alone, and look no path up.)
  @Test func stressNGExecutesAsOftenAsSpoorSees() throws {
    // It refuses to do this as root.
    let folder = try stressFolderOfNobody()
    let report = try record(
      [
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "stress-ng", "--quiet",
        "--temp-path", folder, "--exec", "1", "--exec-max", "4", "--exec-ops", "20",
        "--exec-method", "execve",
      ])
    let busiest = try #require(report.processes.max { $0.children.spawned < $1.children.spawned })
    #expect(busiest.children.spawned == 20)
    let children = report.processes.filter { $0.spawnerPid == busiest.pid }
    #expect(children.count == 20)
    #expect(children.allSatisfy { $0.lookups.byOperation["execve"] == 1 })
  }

  private func stressFolderOfNobody() throws -> String {
    let folder = scratch.file("nobody").path
    try #require(chmod(scratch.folder.path, 0o755) == 0)
    try #require(mkdir(folder, 0o700) == 0 && chown(folder, 65534, 65534) == 0)
    return folder
  }

  // MARK: strace

  /// Equality, by system call and for failures too: strace sees each call of the same run. It
  /// changes what ptrace and wait show, so lookups alone are compared.
  @Test(arguments: [
    ["git", "-c", "safe.directory=*", "log", "--oneline", "-1"],
    ["python3", "-c", "import json, subprocess; subprocess.run(['true'])"],
  ])
  func straceCountsTheSameLookups(command: [String]) throws {
    let log = scratch.file("strace").path
    let repository = URL(filePath: #filePath).deletingLastPathComponent().path
    let report = try record(
      ["sh", "-c", "cd \"$1\" && shift && exec strace -f -C -o \"$@\"", "sh", repository, log]
        + command)
    let expected = try StraceLog(String(contentsOfFile: log, encoding: .utf8))
    // strace, and the children by which it tries out what ptrace can do here.
    #expect(report.processes.contains { $0.comm == "strace" })
    var found: [String: Int] = [:]
    for process in report.processes where process.comm != "strace" {
      found.merge(process.lookups.byOperation) { $0 + $1 }
    }
    #expect(expected.lookups.values.reduce(0, +) > 20)
    #expect(differences(expected.lookups, found) == [])
  }

  // MARK: bpftrace

  /// Equality: bpftrace counts the calls of the same process tree in the same run. Calls of two
  /// paths are two lookups here, and one call there.
  @Test func bpftraceCountsTheSameCallsOfAPipInstall() throws {
    let wheel = try makeWheel()
    let ready = try scratch.makePipe("ready-shell")
    defer { close(ready) }
    try #require(mkfifo(scratch.file("gate").path, 0o666) == 0)
    let spoor = try Running(
      [
        "record", "-q", "-o", "run.spoor", "--", "sh", "-c",
        "echo $$ >shell; : >ready-shell; read line <gate; "
          + "python3 -m pip install -q --no-index --no-deps --target installed \(wheel); true",
      ], in: scratch)
    try scratch.awaitWriter(ready)
    let shell = try scratch.read("shell").trimmingCharacters(in: .whitespacesAndNewlines)
    let counts = try BpftraceCount(ofDescendantsOf: shell, in: scratch)
    try scratch.release("gate")
    #expect(spoor.wait() == 0)
    let expected = try counts.end()
    #expect(FileManager.default.fileExists(atPath: scratch.file("installed/spoor_wheel.py").path))

    let report = try scratch.report("run.spoor")
    report.expectNothingLost()
    var found: [String: Int] = [:]
    for process in report.processes where process.pid != Int(shell) {
      for (operation, count) in process.lookups.byOperation where !isSocketCall(operation) {
        found[operation, default: 0] += isTwoPaths(operation) ? count / 2 : count
      }
    }
    #expect(expected.values.reduce(0, +) > 200)
    #expect(differences(expected, found) == [])
  }

  /// The smallest package that pip installs.
  private func makeWheel() throws -> String {
    let script = """
      import zipfile
      with zipfile.ZipFile("spoor_wheel-1-py3-none-any.whl", "w") as wheel:
          info = "spoor_wheel-1.dist-info/"
          wheel.writestr("spoor_wheel.py", "")
          wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: spoor_wheel\\nVersion: 1\\n")
          wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
          wheel.writestr(info + "RECORD", "")
      """
    let made = try Spoor.run(
      URL(filePath: "/usr/bin/env"), ["python3", "-c", script], in: scratch.folder)
    try #require(made.status == 0, "\(made.errors)")
    return "spoor_wheel-1-py3-none-any.whl"
  }
}
