// SPDX-License-Identifier: Apache-2.0

import Attribution
import Testing

struct CommandTemplateTests {
  private func template(_ executable: String, _ arguments: String...) -> String {
    let bytes: [UInt8] = arguments.flatMap { Array($0.utf8) + [0 as UInt8] }
    let made = CommandTemplate(executable: Array(executable.utf8), arguments: bytes)
    return made.words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
  }

  @Test(arguments: [
    ("--port=8080", "--port=<n>"),
    ("-O2", "-O<n>"),
    ("3.14", "<n>.<n>"),
    ("plain-words_only.js", "plain-words_only.js"),
    ("/home/me/work/server.js", "~/work/server.js"),
    ("/home/me", "~"),
    ("--root=/root/.config", "--root=~/.config"),
    ("/root", "~"),
    ("/rooted/x", "/rooted/x"),
    ("/srv/home/me/x", "/srv/home/me/x"),
    ("/Users/ann/x", "~/x"),
    ("/home/", "/home/"),
    ("/tmp/tmp.Xa81hQ9zLk/sock", "/tmp/tmp.<tmp>/sock"),
    ("/tmp/tmpab_cdefg", "/tmp/tmpab_cdefg"),
    ("/tmp/tmpabcdefgh/x", "/tmp/<tmp>/x"),
    ("/tmp/mcp-3fK9aZ/out", "/tmp/mcp-<tmp>/out"),
    ("/tmp/server.js", "/tmp/server.js"),
    ("--dir=/var/tmp/qX12ab:/opt/keepMeHere", "--dir=/var/tmp/<tmp>:/opt/keepMeHere"),
    ("3fa85f64-5717-4562-b3fc-2c963f66afa6", "<uuid>"),
    ("session-3fa85f64-5717-4562-b3fc-2c963f66afa6.sock", "session-<uuid>.sock"),
    ("9f86d081884c7d65", "<hash>"),
    ("5a1c812", "<hash>"),
    ("deadbeef", "deadbeef"),
    ("1234567", "<n>"),
    ("kX93hT7mQ2bL8vR1z", "<hash>"),
    ("@scope/server-github@0.6.2", "@scope/server-github@<n>.<n>.<n>"),
    ("worker12", "worker<n>"),
    ("", ""),
    ("\u{e9}t\u{e9} 7", "\u{e9}t\u{e9} <n>"),
  ])
  func whatDiffersFromStartToStartIsTemplated(word: String, expected: String) {
    #expect(template("/bin/x", "x", word) == "x " + expected)
  }

  @Test func theProgramKeepsItsName() {
    #expect(template("/usr/bin/python3.11", "python3", "-m", "mcp") == "python3.11 -m mcp")
    #expect(template("/home/me/bin/tool64", "tool64") == "tool64")
    #expect(template("", "/opt/a2/b", "1") == "b <n>")
  }

  @Test func aKernelThreadIsNamedByItsThread() {
    let made = CommandTemplate(executable: [], arguments: [], comm: Array("kworker/0:1".utf8))
    #expect(made.words == [Array("[kworker/<n>:<n>]".utf8)])
  }

  @Test func bytesThatAreNoTextStay() {
    let made = CommandTemplate(executable: Array("/x".utf8), arguments: [120, 0, 0xff, 0x31, 0])
    #expect(made.words[1] == [0xff] + Array("<n>".utf8))
  }
}
