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
    guard let place = firstOperand(of: rest, takingValues: valueOptions(of: program))
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

  /// The first word that is no option and no option's value, or the option that names a module.
  private static func firstOperand(
    of arguments: ArraySlice<[UInt8]>, takingValues options: Set<String>
  ) -> Int? {
    var place = arguments.startIndex
    while place < arguments.endIndex {
      let word = arguments[place]
      let isOption = word.starts(with: "-".utf8) || word.starts(with: "+".utf8)
      if !isOption || isModule(word) { return place }
      place += options.contains(String(decoding: word, as: UTF8.self)) ? 2 : 1
    }
    return nil
  }

  private static func isModule(_ argument: [UInt8]) -> Bool { argument.elementsEqual("-m".utf8) }

  private static let programOptions: Set = ["-c", "-e", "-p", "-lc", "-ic", "--eval", "--print"]

  /// Options whose value is the next word, by their manuals: `python -W ignore script.py`.
  private static func valueOptions(of program: [UInt8]) -> Set<String> {
    switch String(decoding: letters(of: program), as: UTF8.self) {
    case "python", "pypy": ["-W", "-X", "--check-hash-based-pycs"]
    case "node", "nodejs": ["-r", "--require", "--import", "--loader", "-C", "--conditions"]
    case "bun": ["-r", "--preload", "--cwd"]
    case "bash", "dash", "ksh", "sh", "zsh":
      ["-o", "+o", "-O", "+O", "-eo", "-euo", "-uo", "-xo", "--rcfile", "--init-file"]
    case "java": ["-cp", "-classpath", "--class-path", "-p", "--module-path", "--add-modules"]
    case "lua": ["-l"]
    case "perl", "ruby": ["-I"]
    case "php": ["-c", "-d"]
    default: []
    }
  }

  private static func letters(of program: [UInt8]) -> ArraySlice<UInt8> {
    program.prefix { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
  }

  /// `python3.12` is python.
  private static func isInterpreter(_ program: [UInt8]) -> Bool {
    let letters = letters(of: program)
    let isVersioned = program.dropFirst(letters.count)
      .allSatisfy { $0 == UInt8(ascii: ".") || $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    return isVersioned && interpreters.contains(String(decoding: letters, as: UTF8.self))
  }

  private static let interpreters: Set = [
    "bash", "bun", "dash", "deno", "java", "ksh", "lua", "node", "nodejs", "perl", "php", "pypy",
    "python", "ruby", "sh", "tclsh", "zsh",
  ]
}
