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

  /// The first one that is not UTF-8, and so not what `CommandLine.arguments` has in its place.
  ///
  /// - Parameter hasCommand: what follows `--` is a command, whose words may be anything.
  public static func firstRepaired(hasCommand: Bool) -> [UInt8]? {
    var words = last(Int(CommandLine.argc) - 1)[...]
    if hasCommand { words = words.prefix { !$0.elementsEqual("--".utf8) } }
    return words.first { String(validating: $0, as: UTF8.self) == nil }
  }
}
