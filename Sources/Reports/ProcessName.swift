// SPDX-License-Identifier: Apache-2.0

import Attribution

/// What a report calls a process: executable and arguments as a person would type them, and the
/// thread's name beside them where it says something else. Encoded for a terminal.
package struct ProcessName: Sendable {
  /// Such as `python3 -m pip --version`, or `[kworker/0:1]` for one without an executable.
  package let command: String
  /// The name of its first thread, when it is not the executable's.
  package let comm: String?
  /// The command's first word alone.
  package let short: String
  /// What a sentence calls it: the first word, and the script of an interpreter.
  package let title: String

  package init(_ process: TracedProcess) {
    let arguments = ForeignText.arguments(process.arguments)
    let words = Self.words(executable: process.executable, arguments)
    let ending = process.argumentsTruncated ? " …" : ""
    guard let first = words.first else {
      command = process.comm.isEmpty ? "?" : "[\(ForeignText.encode(process.comm))]"
      comm = nil
      short = command
      title = command
      return
    }
    command = ForeignText.commandLine(words: words) + ending
    short = ForeignText.word(first)
    title = ForeignText.clip(
      ForeignText.encode(Self.spoken(program: first, arguments: arguments)), Self.titleCells)
    // The kernel makes the name of the file's, and keeps 15 bytes.
    let file = Self.lastComponent(process.executable).prefix(15)
    let isOwn = process.comm.isEmpty || process.comm.elementsEqual(file)
    comm = isOwn ? nil : "[\(ForeignText.encode(process.comm))]"
  }

  /// The command and the thread's name in at most `cells`; the arguments give way first.
  package func fitted(_ cells: Int) -> String {
    guard let comm else { return ForeignText.clip(command, cells) }
    let left = cells - ForeignText.width(comm) - 1
    if left < 8 { return ForeignText.clip(command, cells) }
    return ForeignText.clip(command, left) + " " + comm
  }

  private static let titleCells = 48

  private static func words(executable: [UInt8], _ arguments: [[UInt8]]) -> [[UInt8]] {
    let file = lastComponent(executable)
    guard let first = arguments.first else { return executable.isEmpty ? [] : [file] }
    let rest = Array(arguments.dropFirst())
    if executable.isEmpty { return [lastComponent(first)] + rest }
    // `-bash` is bash.
    if first.reversed().starts(with: file.reversed()) { return [file] + rest }
    // A script: the kernel put its interpreter in front.
    if rest.first == executable { return [lastComponent(first), file] + rest.dropFirst() }
    // A program under another name: say both.
    return [file, Array("as".utf8), first] + rest
  }

  static func lastComponent(_ path: [UInt8]) -> [UInt8] {
    path.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? path
  }
}
