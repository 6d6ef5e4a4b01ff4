// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import GRDB
import Recording
import Testing

@Suite struct ReadingErrorTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  private func refusal(_ path: String? = nil) -> String? {
    let path = path ?? self.path
    return message { _ = try RecordedRun(reading: path) }
  }

  private func record(intervals: Int = 3) throws {
    let writer = try RecordingWriter(example: path)
    for number in 0..<intervals { writer.append(try .example(number)) }
    try writer.finish(end: 5_000)
  }

  private let give = "give a .spoor file that spoor record wrote"

  @Test func aMissingFile() {
    #expect(refusal() == "cannot read \(path): there is no such file; \(give)")
    #expect(refusal("") == "cannot read : there is no such file; \(give)")
  }

  @Test func aDirectory() {
    #expect(
      refusal(scratch.path) == "cannot read \(scratch.path): it is a directory; \(give)")
  }

  @Test func aNamedPipeIsNotWaitedFor() {
    #expect(mkfifo(path, 0o600) == 0)
    #expect(refusal() == "cannot read \(path): it is a named pipe; \(give)")
  }

  @Test func aDevice() {
    #expect(refusal("/dev/zero") == "cannot read /dev/zero: it is a device; \(give)")
  }

  @Test func anEmptyFile() throws {
    try scratch.write([], to: "a.spoor")
    #expect(
      refusal()
        == "cannot read \(path): it is empty, its recorder was stopped before it began;"
        + " record again")
  }

  @Test(arguments: ["x", "some text\n", String(repeating: "no database ", count: 1_000)])
  func aTextFile(_ text: String) throws {
    try scratch.write(Array(text.utf8), to: "a.spoor")
    #expect(refusal() == "cannot read \(path): it is not a spoor recording; \(give)")
    #expect(try scratch.names == ["a.spoor"])
  }

  @Test func anotherProgramsDatabase() throws {
    try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE a (b)") }
    #expect(
      refusal() == "cannot read \(path): it is another program's SQLite file; \(give)")
  }

  @Test func aNewerSchema() throws {
    try record()
    try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 7") }
    #expect(
      refusal()
        == "cannot read \(path): it was made by a newer spoor (schema 7);"
        + " this one reads schema 6: upgrade spoor")
  }

  @Test func anOlderSchema() throws {
    try record()
    try DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 3") }
    #expect(
      refusal()
        == "cannot read \(path): it was made by an older spoor (schema 3);"
        + " this one reads schema 4 and later: record again, or read it with sqlite3")
  }

  /// As of a development version whose schema had the same number.
  @Test func otherTables() throws {
    try record()
    try DatabaseQueue(path: path).write {
      try $0.execute(sql: "ALTER TABLE recording DROP COLUMN options")
    }
    #expect(
      refusal()
        == "cannot read \(path): its tables are not those of this spoor (recording differs);"
        + " record again, or read it with the spoor that made it")
  }

  /// A view may compute for ever what a table would hold.
  @Test func aViewIsNoTable() throws {
    try record()
    try DatabaseQueue(path: path).write {
      try $0.execute(
        sql: """
          DROP TABLE mark;
          CREATE VIEW mark AS
            WITH RECURSIVE endless(time_ns) AS (SELECT 1 UNION ALL SELECT 1 FROM endless)
            SELECT time_ns, 'x' AS name FROM endless
          """)
    }
    #expect(
      refusal()
        == "cannot read \(path): its tables are not those of this spoor (mark differs);"
        + " record again, or read it with the spoor that made it")
  }

  @Test func whatSQLiteQuotesOfTheFileIsFitForATerminal() throws {
    try record()
    try DatabaseQueue(path: path).write {
      try $0.execute(
        sql: """
          PRAGMA writable_schema = ON;
          UPDATE sqlite_schema SET sql = 'CREATE TABLE \u{1b}]52;c;\u{7}', name = '\u{1b}[2J'
          WHERE name = 'mark'
          """)
    }
    let sentence = try #require(refusal())
    #expect(sentence.unicodeScalars.allSatisfy { $0.value >= 0x20 })
  }

  @Test func sumsThatNoNumberHoldsAreDamage() throws {
    try record()
    try DatabaseQueue(path: path).write {
      try $0.execute(sql: "UPDATE lookup SET count = \(Int64.max)")
      try $0.execute(sql: "UPDATE loss SET count = \(Int64.max)")
    }
    #expect(refusal()?.hasPrefix("cannot read \(path): it is damaged or cut short;") == true)
  }

  @Test(arguments: [20, 100, 1_000, 5_000, 20_000])
  func aFileCutShort(_ length: Int) throws {
    try record()
    try #require(try status(path).st_size > length)
    #expect(truncate(path, length) == 0)
    let refused = try #require(refusal())
    #expect(
      refused == "cannot read \(path): it is not a spoor recording; \(give)"
        || refused.hasPrefix("cannot read \(path): it is damaged or cut short; copy it again"))
  }

  @Test func aDamagedFile() throws {
    try record(intervals: 200)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for page in stride(from: 4_096, to: bytes.count, by: 4_096) {
      bytes.replaceSubrange(page..<page + 64, with: repeatElement(0xa5, count: 64))
    }
    try scratch.write(bytes, to: "a.spoor")
    #expect(refusal()?.hasPrefix("cannot read \(path): it is damaged or cut short;") == true)
  }

  @Test func rowsThatContradictEachOther() throws {
    try record()
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    try DatabaseQueue(path: path, configuration: configuration).write {
      try $0.execute(sql: "DELETE FROM path")
    }
    #expect(refusal()?.hasPrefix("cannot read \(path): it is damaged or cut short;") == true)
  }

  @Test func noPermission() throws {
    try record()
    chmod(path, 0)
    let reader = isRoot ? somebody : .current
    #expect(
      message { try reader.perform { _ = try RecordedRun(reading: path) } }
        == "cannot read \(path): you may not read it;"
        + " ask its owner, or read it as the user who recorded")
  }

  @Test func noPermissionForTheDirectory() throws {
    try record()
    chmod(scratch.path, 0)
    let reader = isRoot ? somebody : .current
    #expect(
      message { try reader.perform { _ = try RecordedRun(reading: path) } }
        == "cannot read \(path): you may not enter its directory; ask its owner for access")
  }
}
