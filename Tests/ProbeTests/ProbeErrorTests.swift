// SPDX-License-Identifier: Apache-2.0

import Glibc
import Probe
import Testing

struct ProbeErrorTests {
  private let refusal = ProbeError.because(
    "load it", errno: EACCES, details: "prog 'spoor_x': BPF program load failed")

  @Test(.enabled(if: geteuid() == 0, "only to root is it the verifier's"))
  func whatTheVerifierRefusesIsNamedAndNotAskedToRunAsRoot() {
    #expect(refusal.code == .failed)
    #expect(
      refusal.description
        == "cannot load it: Permission denied (prog 'spoor_x': BPF program load failed); "
        + "run `spoor doctor` to see what this kernel lacks")
  }

  @Test(.enabled(if: geteuid() != 0, "root has them"))
  func whoLacksPrivilegesIsToldToRunAsRoot() {
    #expect(refusal.code == .noPrivileges)
    #expect(
      refusal.description
        == "cannot load it: Permission denied; run spoor as root, for example with sudo")
  }

  @Test func whatIsNotPermittedAsksForPrivileges() {
    #expect(ProbeError.because("load it", errno: EPERM).code == .noPrivileges)
  }
}
