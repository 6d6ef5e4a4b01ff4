// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// That a program attached proves nothing: as it starts, spoor causes an event for each.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct HookTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func whatTriesTheHooksIsInNoRecording() throws {
    let spoor = try Running(["record", "-q", "-o", "run.spoor", "-a"], in: scratch)
    try spoor.send(SIGINT)
    #expect(spoor.wait() == 0)
    let children = try scratch.query(
      "run.spoor",
      "SELECT count(*) FROM process WHERE \(spoor.id) IN (pid, parent_pid, spawner_pid)")
    #expect(children == "0")
    try scratch.report("run.spoor").expectNothingLost()
  }

  @Test func aWayToHookThatTheKernelLacksEndsInOneSentence() throws {
    let backend = "kretprobe.multi"
    let run = try Spoor.run(
      ["record", "-o", "run.spoor", "--backend", backend, "--", "true"], in: scratch.folder)
    guard !Spoor.backends.contains(backend) else {
      #expect(run.status == 0, "\(run.errors)")
      return
    }
    #expect(run.status == 2)
    let told = run.errors.split(separator: "\n")
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix("spoor: this kernel (") == true)
    #expect(told.first?.contains("has no \(backend)") == true)
    #expect(told.first?.contains("leave out --backend") == true)
    #expect(!FileManager.default.fileExists(atPath: scratch.file("run.spoor").path))
  }

  /// strace keeps the kernel from what would make them run, and spoor from knowing.
  @Test func hooksThatStaySilentAreToldAndTheRestIsRecorded() throws {
    let doctor = try Spoor.run(["doctor"])
    guard doctor.text.contains("ok  io_uring ") else {
      print("skipped: hooks that stay silent: doctor sees no io_uring here")
      return
    }
    let run = try Spoor.run(
      URL(filePath: "/usr/bin/strace"),
      [
        "-o", "/dev/null", "-e", "inject=io_uring_enter:retval=2", Spoor.binary, "record", "-q",
        "-o", "run.spoor", "--", "cat", "/nowhere",
      ], in: scratch.folder)
    #expect(run.status == 1)
    let told = "Lookups and terminal writes by io_uring are not counted"
    #expect(run.errors.split(separator: "\n").count { $0.hasPrefix("spoor: \(told)") } == 1)
    let report = try Spoor.run(["report", "--json", "run.spoor"], in: scratch.folder)
    #expect(report.text.contains("\"\(told): the programs for them attached"))
    let lookups = try scratch.query(
      "run.spoor",
      "SELECT failed_lookups > 0 AND released FROM process WHERE CAST(comm AS TEXT) = 'cat'")
    #expect(lookups == "1")
  }
}
