// SPDX-License-Identifier: Apache-2.0

/// What it took the kernel's verifier to let a program in.
public struct VerifiedProgram: Sendable, Equatable, Encodable {
  public var name: String
  /// Instructions that it went through, over all paths.
  public var instructions: UInt32

  /// No kernel goes through more of one program: BPF_COMPLEXITY_LIMIT_INSNS in
  /// include/linux/bpf.h, since Linux 5.2.
  public static let limit: UInt32 = 1_000_000
}

extension AttachPlan {
  /// Loads the programs with all that can be asked of them at once, and attaches none.
  ///
  /// - Parameter support: of this kernel.
  /// - Returns: in the order of loading; empty before Linux 5.16, which does not tell.
  public func verify(on support: KernelSupport) throws(ProbeError) -> [VerifiedProgram] {
    let everything = ProbeConfiguration(
      scope: .all, userID: 0, comm: "", inspectsTerminals: true, backend: backend)
    let object = try BPFObject(self, everything, support.types)
    return loaded.compactMap { name in
      let count = object.information(name)?.verified_insns ?? 0
      return count > 0 ? VerifiedProgram(name: name, instructions: count) : nil
    }
  }
}
