// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Why the kernel side could not be set up, as a sentence with a remedy.
public struct ProbeError: Error, CustomStringConvertible, Sendable {
  public enum Code: Sendable {
    case noPrivileges
    case lockdown
    case noBTF
    case kernelTooOld
    case noReturnHooks
    /// perf's tracepoint is not there, or cannot be found without privileges.
    case noPerfTracepoint
    case noSuchCgroup
    case silent
    case failed
  }

  public var code: Code
  /// A whole sentence, with what to do.
  public var description: String

  public init(_ code: Code, _ description: String) {
    self.code = code
    self.description = description
  }

  /// Why `action` failed with an errno, as far as the errno and the system tell.
  package static func because(_ action: String, errno code: Int32, details: String = "")
    -> ProbeError
  {
    let reason = String(cString: strerror(code))
    // It refuses what reads kernel memory by taking the helpers away: EINVAL, as of a bad program.
    if KernelSupport.lockdown == "confidentiality" {
      return ProbeError(
        .lockdown,
        "cannot \(action): the kernel is locked down (confidentiality); boot without "
          + "lockdown=confidentiality to trace")
    }
    // To root the verifier says EACCES, of a program that it does not let in.
    if code == EPERM || code == EACCES && geteuid() != 0 {
      return ProbeError(
        .noPrivileges, "cannot \(action): \(reason); run spoor as root, for example with sudo")
    }
    let detail = details.isEmpty ? "" : " (\(details))"
    return ProbeError(
      .failed,
      "cannot \(action): \(reason)\(detail); run `spoor doctor` to see what this kernel lacks")
  }
}
