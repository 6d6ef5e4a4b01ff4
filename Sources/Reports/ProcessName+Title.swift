// SPDX-License-Identifier: Apache-2.0

import Attribution

extension ProcessName {
  /// The program's name as a person would say it: its file, and what an interpreter runs.
  ///
  /// - Parameters:
  ///   - program: the executable's last component, or what stands for it.
  ///   - arguments: the vector, the program's own name included.
  /// - Returns: `codex`, `python3 redraw.py`, `python3 -m mcp_server`, as raw bytes.
  static func spoken(program: [UInt8], arguments: [[UInt8]]) -> [UInt8] {
    guard isInterpreter(program) else { return program }
    let rest = arguments.dropFirst()
    guard let place = rest.firstIndex(where: { !$0.starts(with: "-".utf8) || isModule($0) })
    else { return program }
    // After -c and -e comes a text, and no name.
    if rest[..<place].contains(where: {
      programOptions.contains(String(decoding: $0, as: UTF8.self))
    }) {
      return program
    }
    guard isModule(rest[place]) else {
      return program + [UInt8(ascii: " ")] + lastComponent(rest[place])
    }
    guard place + 1 < rest.endIndex else { return program }
    return program + Array(" -m ".utf8) + rest[place + 1]
  }

  private static func isModule(_ argument: [UInt8]) -> Bool { argument.elementsEqual("-m".utf8) }

  private static let programOptions: Set = ["-c", "-e", "-p", "-lc", "-ic", "--eval", "--print"]

  /// `python3.12` is python.
  private static func isInterpreter(_ program: [UInt8]) -> Bool {
    let letters = program.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
    let isVersioned = program.dropFirst(letters.count)
      .allSatisfy { $0 == UInt8(ascii: ".") || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    return isVersioned && interpreters.contains(String(decoding: letters, as: UTF8.self))
  }

  private static let interpreters: Set = [
    "bash", "bun", "dash", "deno", "java", "ksh", "lua", "node", "nodejs", "perl", "php", "pypy",
    "python", "ruby", "sh", "tclsh", "zsh",
  ]
}
