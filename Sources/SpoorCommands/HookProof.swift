// SPDX-License-Identifier: Apache-2.0

import CLinux
import Events
import Foundation
import Glibc
import Launcher
import Probe

/// Proves each hook by causing an event and seeing it: that a program attached proves nothing.
enum HookProof {
  /// What was seen of the events that were caused.
  private final class Witness: EventPump {
    var seen: Set<String> = []

    override func take(_ event: Event) {
      super.take(event)
      switch event {
      case .lookup(let lookup) where lookup.path.elementsEqual(HookProof.path.utf8):
        seen.insert(lookup.header.isByRing ? "io_uring" : "lookup")
      case .lookup: break
      case .terminalWrite(let write) where write.result == 3: seen.insert("terminal write")
      case .terminalWrite: break
      case .fork: seen.insert("fork")
      case .exec: seen.insert("exec")
      case .exit: seen.insert("exit")
      case .wait: seen.insert("wait")
      case .terminalText: break
      case .release: seen.insert("release")
      case .resize: seen.insert("resize")
      case .master(let change): seen.insert(change.isRelease ? "pty release" : "pty open")
      }
    }
  }

  /// Looked up and never found.
  static let path = "/spoor-doctor-looks-this-up"
  private static let hooks = [
    "fork", "exec", "lookup", "terminal write", "exit", "wait", "release",
    "resize",
  ]

  /// The proofs, and what cannot be seen; nil where nothing could be attached.
  static func run(backend: AttachPlan.Backend) -> (checks: [Diagnosis.Check], unseen: [String]?) {
    do {
      return try prove(backend)
    } catch {
      let failure = Diagnosis.Check(
        name: "attach", passed: false, found: "failed", remedy: "\(error)")
      return ([failure], nil)
    }
  }

  private static func prove(
    _ backend: AttachPlan.Backend
  ) throws -> (checks: [Diagnosis.Check], unseen: [String]?) {
    let terminal = try PseudoTerminal(window: winsize(columns: 80, rows: 24), owner: getuid())
    let witness = Witness()
    let probe = try Probe(
      ProbeConfiguration(scope: .children, backend: backend),
      context: witness.context, onRecord: EventPump.onRecord)
    var target = try Launcher.start(
      command: [
        "/bin/sh", "-c",
        "exec 2>/dev/null; cat <\(path); (exit 3); kill -WINCH $$; printf abc >\(terminal.slaveName); "
          + "true <>/dev/ptmx; /proc/\(getpid())/exe doctor --open-by-ring",
      ],
      user: try InvokingUser.current(asRoot: true), inherited: Spoor.inherited)
    var ended = pollfd(fd: target.descriptor, events: Int16(POLLIN), revents: 0)
    poll(&ended, 1, 10_000)
    let census = CensusEntry.processes(from: try probe.census().threads)
    let sawZombie = census.contains { $0.isZombie && $0.namespaceID == target.processID }
    let sawMaster = try sees(terminal, probe)
    _ = try target.wait()
    for _ in 0..<100 where !witness.seen.contains("release") {
      probe.drain()
      usleep(5_000)
    }
    let programs = probe.plan.programs.joined(separator: ", ")
    let provable =
      hooks + (isRingProvable(probe.plan) ? ["io_uring"] : [])
      + (probe.plan.followsMasters ? ["pty open", "pty release"] : [])
    let checks = provable.map { check($0, witness.seen.contains($0), programs) }
    let iterators = [
      check("task iterator", sawZombie, "spoor_census"),
      check("file iterator", sawMaster, "spoor_descriptors"),
    ]
    return (checks + iterators, probe.unseen)
  }

  /// Whether io_uring is hooked, and may be used here: kernel.io_uring_disabled or a sandbox can
  /// forbid it, and then there is nothing to see.
  private static func isRingProvable(_ plan: AttachPlan) -> Bool {
    plan.ringSubmission != nil && spoor_open_by_ring(path) == -ENOENT
  }

  /// Whether a pass over all descriptors finds the terminal's master, with its slave open.
  private static func sees(
    _ terminal: borrowing PseudoTerminal, _ probe: borrowing Probe
  ) throws -> Bool {
    var census = DescriptorCensus()
    let masters = try census.pass(probe)?.masters ?? []
    return masters.contains { master in
      "/dev/pts/\(master.index)" == terminal.slaveName && master.slave == .open
        && master.otherDescriptors == 1
    }
  }

  private static func check(_ hook: String, _ seen: Bool, _ programs: String) -> Diagnosis.Check {
    Diagnosis.Check(
      name: hook, passed: seen, found: seen ? "caused and seen" : "caused and not seen",
      remedy: seen ? nil : "report it with this output: \(programs) attached and did not fire")
  }
}
