// SPDX-License-Identifier: Apache-2.0

/// Command line arguments as bytes. `CommandLine.arguments` repairs invalid UTF-8, and so
/// would start a command with other file names than were given.
public enum RawArguments {
  /// The last `count` arguments of this process: those of a command that ends the line.
  public static func last(_ count: Int) -> [[UInt8]] {
    let total = Int(CommandLine.argc)
    return (max(1, total - count)..<max(1, total)).compactMap { index in
      CommandLine.unsafeArgv[index].map { bytes(of: $0) }
    }
  }
}
