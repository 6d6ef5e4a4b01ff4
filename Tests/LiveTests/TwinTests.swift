// SPDX-License-Identifier: Apache-2.0

import CSpoorABI
import Foundation
import Probe
import Testing

/// Where a task can be preempted in a program, that one has a twin: loaded here too, for once.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct TwinTests {
  private func observed(_ kind: spoor_kind, by probe: borrowing Probe) -> UInt64 {
    probe.statistics().reduce(0) { sum, cpu in
      withUnsafeBytes(of: cpu.observed) {
        sum + $0.bindMemory(to: UInt64.self)[Int(kind.rawValue)]
      }
    }
  }

  @Test(arguments: [false, true])
  func whatAProgramToldItsTwinLeavesOut(hasTwins: Bool) throws {
    var support = KernelSupport.current()
    support.preemptsPrograms = hasTwins
    let context = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
    defer { context.deallocate() }
    let probe = try Probe(
      ProbeConfiguration(scope: .children), support: support, context: context,
      onRecord: { _, _, _ in 0 })
    #expect(probe.plan.repeats == hasTwins)
    // With timeout, which Spoor.run puts before it, nine processes.
    let script = "for number in 1 2 3 4 5 6 7; do /bin/true; done"
    let run = try Spoor.run(URL(filePath: "/bin/sh"), ["-c", script])
    #expect(run.status == 0)
    #expect(observed(SPOOR_KIND_FORK, by: probe) == 9)
    #expect(observed(SPOOR_KIND_EXEC, by: probe) == 9)
    #expect(observed(SPOOR_KIND_EXIT, by: probe) == 9)
    #expect(observed(SPOOR_KIND_WAIT, by: probe) == 8)
  }
}
