// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What is typed into a followed program's terminal by somebody who is not followed.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct InputTests {
  private struct Typed: Decodable {
    var pty: UInt32
    var bytes: UInt64
    var writes: UInt64
  }

  @Test(arguments: Spoor.backends)
  func whatAnOutsiderTypesIsCountedToTheByte(backend: String) throws {
    let scratch = try Scratch()
    let recording = scratch.file("run.spoor").path
    let typing = Spoor.conformance + "/typing"
    let run = try Spoor.run(
      URL(filePath: typing),
      [
        Spoor.binary, "record", "--quiet", "--interval", "0.1", "--backend", backend,
        "-o", recording, "--", typing, "--inside",
      ])
    #expect(run.status == 0, "\(run.errors)")
    let truth = try JSONDecoder().decode(Typed.self, from: run.output)
    let sums = "SELECT sum(bytes), sum(writes) FROM terminal_input"
    #expect(try query(recording, sums) == "\(truth.bytes)|\(truth.writes)")
    let place = "SELECT DISTINCT name FROM terminal_input JOIN terminal ON terminal.id = terminal"
    #expect(try query(recording, place) == "pts/\(truth.pty)")
    // Cooked first, and raw half a second later: intervals of their own.
    let modes =
      "SELECT group_concat(raw, ' ') FROM (SELECT raw FROM terminal_write ORDER BY interval)"
    #expect(try query(recording, modes) == "0 1")
  }

  private func query(_ recording: String, _ sql: String) throws -> String {
    let result = try Spoor.run(URL(filePath: "/usr/bin/sqlite3"), [recording, sql])
    #expect(result.status == 0, "\(result.errors)")
    return result.text.trimmingCharacters(in: .newlines)
  }
}
