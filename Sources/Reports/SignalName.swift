// SPDX-License-Identifier: Apache-2.0

/// Signals by the names that manual pages use.
public enum SignalName {
  /// The name of a signal of Linux, such as `SIGKILL` for 9; `signal 99` for one without a name.
  ///
  /// Source: signal(7), the numbers of x86-64 and arm64.
  public static func of(_ number: Int) -> String {
    switch number {
    case 1...names.count: "SIG\(names[number - 1])"
    case 34: "SIGRTMIN"
    case 35...64: "SIGRTMIN+\(number - 34)"
    default: "signal \(number)"
    }
  }

  /// From 1 on.
  private static let names = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
    "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
  ]
}
