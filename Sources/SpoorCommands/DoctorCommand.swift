// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CLinux
import Foundation
import Glibc
import Launcher
import Probe

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Say what this kernel and these privileges allow, and prove each hook.",
    discussion: "Exit status 2 when something that spoor needs is missing.")

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "How to hook system calls: tp_btf, raw_tp, tp or kretprobe.multi.", visibility: .hidden))
  var backend: AttachPlan.Backend?

  @Flag(help: ArgumentHelp("Cause one event of io_uring, and no more.", visibility: .private))
  var openByRing = false

  func run() throws {
    if openByRing {
      _ = spoor_open_by_ring(HookProof.path)
      return
    }
    let diagnosis = Diagnosis.make(backend: backend)
    try printOutput(json ? try diagnosis.json() : diagnosis.text)
    if !diagnosis.isHealthy { throw ExitCode(2) }
  }
}

/// What doctor found.
struct Diagnosis: Encodable {
  /// One fact or proof.
  struct Check: Encodable {
    var name: String
    var passed: Bool
    var found: String
    /// What to do, where it did not pass.
    var remedy: String?
  }

  var checks: [Check]
  /// What the kernel's verifier went through; empty where it does not tell.
  var programs: [VerifiedProgram] = []
  /// What this version cannot see here, one sentence each.
  var unseen: [String]

  var isHealthy: Bool { checks.allSatisfy(\.passed) }

  static func make(backend: AttachPlan.Backend?) -> Diagnosis {
    let support = KernelSupport.current()
    var checks = facts(support)
    var programs: [VerifiedProgram] = []
    var unseen = AttachPlan.unseen(on: support, backend: backend)
    do throws(ProbeError) {
      let plan = try AttachPlan(for: support, backend: backend)
      checks.append(
        Check(name: "plan", passed: true, found: plan.programs.joined(separator: ", ")))
      programs = (try? plan.verify(on: support)) ?? []
      checks += most(programs).map { [$0] } ?? []
      let proof = HookProof.run(backend: plan.backend)
      checks += proof.checks
      unseen = proof.unseen ?? unseen
    } catch {
      checks.append(Check(name: "plan", passed: false, found: "none", remedy: error.description))
    }
    return Diagnosis(checks: checks, programs: programs, unseen: unseen)
  }

  /// How near the programs come to what the verifier refuses.
  private static func most(_ programs: [VerifiedProgram]) -> Check? {
    programs.max { $0.instructions < $1.instructions }.map { most in
      Check(
        name: "verifier", passed: true,
        found: "\(most.instructions) instructions of \(VerifiedProgram.limit) at most, for "
          + most.name)
    }
  }

  private static func facts(_ support: KernelSupport) -> [Check] {
    [
      Check(name: "kernel", passed: true, found: "\(support.release) \(support.machine)"),
      Check(
        name: "privileges", passed: mayTrace,
        found: geteuid() == 0
          ? "root" : "an ordinary user" + (mayTrace ? " with CAP_BPF and CAP_PERFMON" : ""),
        remedy: mayTrace
          ? nil : "run it with sudo, or give the program CAP_BPF and CAP_PERFMON with setcap"),
      Check(
        name: "BTF", passed: support.hasBTF,
        found: support.hasBTF ? "/sys/kernel/btf/vmlinux" : "none",
        remedy: support.hasBTF ? nil : "use a kernel built with CONFIG_DEBUG_INFO_BTF"),
      Check(
        name: "lockdown", passed: support.lockdown != "confidentiality",
        found: support.lockdown.isEmpty ? "not in this kernel" : support.lockdown,
        remedy: support.lockdown == "confidentiality"
          ? "boot without lockdown=confidentiality" : nil),
      feature("ring buffer", support.hasRingBuffer, since: "5.8"),
      feature("task storage", support.hasTaskStorage, since: "5.11"),
      Check(
        name: "file iterator", passed: support.hasFileIterator,
        found: support.hasFileIterator ? "yes" : "no",
        remedy: support.hasFileIterator ? nil : "use Linux 5.8 or later, with BTF"),
      // Spoor does without.
      Check(
        name: "return hooks", passed: true,
        found: support.hasReturnHooks
          ? "yes, by --backend kretprobe.multi" : "no (CONFIG_FPROBE and Linux 6.7), nor needed"),
    ]
  }

  private static var mayTrace: Bool {
    let effective = Capabilities.effective
    return effective.contains(.administer) || effective.isSuperset(of: [.bpf, .perfmon])
  }

  /// A kernel feature; an unprivileged process cannot find out.
  private static func feature(
    _ name: String, _ isThere: Bool, since version: String
  ) -> Check {
    Check(
      name: name, passed: isThere,
      found: isThere ? "yes" : mayTrace ? "no" : "cannot tell without root",
      remedy: isThere
        ? nil : mayTrace ? "use Linux \(version) or later" : "run it with sudo")
  }

  // MARK: Output

  var text: String {
    var lines = checks.map { check in
      let mark = check.passed ? "ok" : "no"
      let name = check.name.padding(toLength: 14, withPad: " ", startingAt: 0)
      let remedy = check.remedy.map { "\n    \($0)" } ?? ""
      return "\(mark)  \(name)  \(check.found)\(remedy)"
    }
    lines += ["", "Not seen here:"] + unseen.map { "  \($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
