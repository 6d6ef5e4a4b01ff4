// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Lines of `trace` on a terminal, in a pipe, and as a tree.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct TraceLayoutTests {
  private let scratch: Scratch
  private let long = "/nonesuch/" + String(repeating: "folder/", count: 20)

  init() throws { scratch = try Scratch() }

  /// All that comes from a terminal's master until it has no slave any more.
  private func screen(_ master: FileHandle) -> String {
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(master.fileDescriptor, &piece, piece.count)
      if count <= 0 { return String(decoding: text, as: UTF8.self) }
      text += piece[..<count]
    }
  }

  private func resize(_ terminal: FileHandle, columns: UInt16) {
    var size = winsize(ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    #expect(ioctl(terminal.fileDescriptor, UInt(TIOCSWINSZ), &size) == 0)
  }

  /// Traces lookups of the long path, with `a` and `b` at its end, on a terminal that gets another
  /// width between them; the lines.
  private func lines(columns: UInt16, then others: UInt16) throws -> [Substring] {
    var (master, slave): (Int32, Int32) = (-1, -1)
    try #require(openpty(&master, &slave, nil, nil, nil) == 0)
    let screen = FileHandle(fileDescriptor: master, closeOnDealloc: true)
    let terminal = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
    resize(terminal, columns: columns)
    let waits = try scratch.makePipe("waits")
    defer { close(waits) }
    let script = """
      mkfifo gate; cat "$0"a 2>/dev/null; : >waits; read go <gate; cat "$0"b 2>/dev/null; :
      """
    let spoor = try Running(
      ["trace", "--path", long + "*", "--", "sh", "-c", script, long], in: scratch,
      terminal: terminal)
    try terminal.close()
    try scratch.awaitWriter(waits)
    // What was written is on the terminal before its size changes.
    var text: [UInt8] = []
    while !text.contains(UInt8(ascii: "\n"))
      || !String(decoding: text, as: UTF8.self).contains("/a")
    {
      text += Array(screen.availableData)
    }
    resize(screen, columns: others)
    try scratch.release("gate")
    let rest = self.screen(screen)
    #expect(spoor.wait() == 0)
    return (String(decoding: text, as: UTF8.self) + rest).split(separator: "\r\n")
  }

  @Test func onATerminalALineIsOneRowAndItsPathIsCutInTheMiddle() throws {
    let lines = try lines(columns: 80, then: 300)
    #expect(lines.count == 3)
    let title = try #require(lines.first)
    #expect(title.hasPrefix("TIME             PID PROCESS      OPERATION  RESULT"))
    let cut = try #require(lines.dropFirst().first)
    #expect(cut.count <= 80)
    #expect(cut.contains(" cat          openat     ENOENT  /nonesuch/"))
    #expect(cut.contains("…") && cut.hasSuffix("/a"))
    // The terminal is wide now.
    let whole = try #require(lines.last)
    #expect(whole.hasSuffix(" cat              openat            ENOENT       " + long + "b"))
  }

  @Test func aNarrowTerminalGetsNoWiderLines() throws {
    let lines = try lines(columns: 120, then: 40)
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("TIME                PID PROCESS          OPERATION") == true)
    #expect(lines.dropFirst().first?.count ?? 0 <= 120)
    #expect(lines.last?.count ?? 0 <= 40)
  }

  @Test func aPipeGetsWholeLines() throws {
    let result = try Spoor.run(["trace", "--path", long + "*", "--", "cat", long + "a"])
    #expect(result.status == 1)
    #expect(result.text.contains("openat            ENOENT       " + long + "a\n"))
  }

  @Test func aTreeIndentsEachProcessBelowItsSpawner() throws {
    let inner = "sh -c \"/bin/true; :\"; /bin/true; :"
    let result = try Spoor.run(
      ["trace", "--tree", "--op", "exec", "--", "sh", "-c", "sh -c '\(inner)'; /bin/true; :"])
    #expect(result.status == 0)
    let lines: [Substring] = result.text.split(separator: "\n")
    let depths = lines.dropFirst().map { $0.dropFirst(24).prefix { $0 == " " }.count / 2 }
    #expect(depths == [0, 1, 2, 3, 2, 1])
  }

  @Test func aTreeTooDeepForItsColumnSaysSo() throws {
    // Each shell starts the next one, twelve deep.
    let script = "n=$1; [ $n -gt 0 ] && sh \"$0\" $((n - 1)); :"
    try Data(script.utf8).write(to: scratch.file("deep"))
    let result = try Spoor.run(
      ["trace", "--tree", "--op", "exec", "--", "sh", scratch.file("deep").path, "12"])
    #expect(result.status == 0)
    let all: [Substring] = result.text.split(separator: "\n")
    let lines = all.dropFirst()
    #expect(lines.count == 13)
    #expect(lines.count { $0.contains(" … ") } == 3)
    // The columns stay where they are.
    #expect(lines.allSatisfy { $0.dropFirst(53).hasPrefix("exec ") })
  }
}
