// SPDX-License-Identifier: Apache-2.0

extension RecordingHeader {
  /// Whom it followed, in the words of the command line: `-p 12,34`, `-a --comm cat`, `make all`,
  /// `--uid me -- make all`; empty for every process.
  public var subject: [String] { Self.subject(options: options, command: command) }

  /// The same of a command line.
  public static func subject(options: [String], command: [String]) -> [String] {
    let narrowing = narrowing(options)
    if narrowing.isEmpty { return command }
    if !command.isEmpty { return narrowing + ["--"] + command }
    return narrowing.contains("-p") ? narrowing : ["-a"] + narrowing
  }

  /// The options that say whose events are wanted, and what they were given.
  private static func narrowing(_ options: [String]) -> [String] {
    var narrowing: [String] = []
    var words = options[...]
    while let word = words.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = narrowingName(parts[0]),
        let value = parts.count > 1 ? String(parts[1]) : words.popFirst()
      else { continue }
      narrowing += [name, value]
    }
    return narrowing
  }

  /// `-p` may end a word of several flags, as in `-qp`.
  private static func narrowingName(_ word: Substring) -> String? {
    if ["--uid", "--comm", "--cgroup"].contains(word) { return String(word) }
    let isShort = word.hasPrefix("-") && !word.hasPrefix("--") && word.hasSuffix("p")
    return isShort || word == "--pid" ? "-p" : nil
  }
}
