// SPDX-License-Identifier: Apache-2.0

import Attribution
import Findings
import Testing

@Suite struct LookupTests {
  private func idle(_ count: UInt64, at name: String = "/etc") -> Script {
    var script = Script(seconds: 30)
    script.process(0)
    for path in 0..<20 as Range<PathIndex> {
      script.path(path, "\(name)/\(path)")
    }
    script.look(0, at: 0, count - 19 * 5, in: 0..<30)
    for path in 1..<20 as Range<PathIndex> { script.look(0, at: path, 5, in: 0..<30) }
    script.write(0, bytes: 1, in: 0..<1)
    return script
  }

  @Test func anIdleProgramHardlyLooks() {
    #expect(idle(100).findings(.idleLookups).map(\.severity) == [.notice])
    #expect(idle(101).findings(.idleLookups).map(\.severity) == [.warning])
    #expect(idle(1_000).findings(.idleLookups).map(\.severity) == [.critical])
    #expect(idle(101).findings(.idleLookups).map(\.threshold) == [100])
    #expect(
      idle(101).findings(.idleLookups).map(\.predicate) == [
        "looked up 101 paths a second for 28 s while idle, most often /etc/0 (6.0/s)"
      ])
  }

  @Test func aNoticeComesAboveItsThreshold() {
    for (count, kinds) in [(UInt64(25), 0), (26, 1)] {
      var script = Script(seconds: 30)
      script.process(0)
      script.path(0, "/etc/passwd")
      script.look(0, at: 0, count, in: 0..<30)
      script.write(0, bytes: 1, in: 0..<1)
      #expect(script.findings(.idleLookups).count == kinds)
    }
  }

  @Test func whatIsReadAtOnceAndNotAgainDoesNotCount() {
    var script = Script(seconds: 30)
    script.process(0)
    script.path(0, "/etc/ssl/certs")
    script.look(0, at: 0, 1, in: 0..<30)
    script.look(0, at: 0, 1_147, in: 12..<13)
    script.write(0, bytes: 1, in: 0..<1)
    #expect(script.findings(.idleLookups).isEmpty)
  }

  @Test func whatAMonitorReadsDoesNotCount() {
    #expect(idle(200, at: "/proc/1").findings(.idleLookups).isEmpty)
    #expect(idle(200, at: "/sys/block").findings(.idleLookups).isEmpty)
  }

  // MARK: Failures

  private func failing(_ failed: UInt64, of count: UInt64, in seconds: Range<Int>) -> Script {
    var script = Script(seconds: 30)
    script.process(0, born: 0)
    script.target(0)
    for path in 0..<100 as Range<PathIndex> {
      script.path(path, "/lib/\(path)")
      script.look(0, at: path, count / 100, failing: failed / 100, in: seconds)
    }
    return script
  }

  @Test func mostOfManyLookupsFail() {
    #expect(failing(100, of: 200, in: 5..<20).findings(.failingLookups).isEmpty)
    #expect(failing(200, of: 500, in: 5..<20).findings(.failingLookups).isEmpty)
    let findings = failing(200, of: 400, in: 5..<20).findings(.failingLookups)
    #expect(
      findings.map(\.predicate) == [
        "had 200 of 400 lookups a second fail for 15 s, most often of /lib/0 (2.0/s)"
      ])
  }

  @Test func aStartMayFail() {
    #expect(failing(1_000, of: 1_000, in: 0..<5).findings(.failingLookups).isEmpty)
    #expect(failing(1_000, of: 1_000, in: 0..<8).findings(.failingLookups).isEmpty)
    #expect(failing(1_000, of: 1_000, in: 0..<10).findings(.failingLookups).count == 1)
  }

  @Test func onePathThatFailsForTenMinutesIsToldAtAnyRate() {
    for (step, count) in [(3, 0), (2, 1)] {
      var script = Script(seconds: 610)
      script.process(0)
      script.path(0, "/run/lock")
      script.look(0, at: 0, 1, failing: 1, in: stride(from: 0, to: 610, by: step))
      let findings = script.findings(.failingLookups)
      #expect(findings.count == count)
      #expect(
        findings.allSatisfy {
          $0.predicate.hasPrefix("looked up /run/lock in vain 0.50 times a second")
        })
    }
  }

  @Test func whatThisMachineHasNotMayBeAskedOnAndOn() {
    for (name, count) in [("/sys/block/sda", 0), ("/run/lock", 1)] {
      var script = Script(seconds: 610)
      script.process(0)
      script.path(0, name)
      script.look(0, at: 0, 1, failing: 1, in: 0..<610)
      #expect(script.findings(.failingLookups).count == count)
    }
  }
}
