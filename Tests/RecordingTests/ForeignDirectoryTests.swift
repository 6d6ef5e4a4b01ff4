// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import GRDB
import Recording
import Testing

/// Recordings in a directory that the reader may not write to.
@Suite struct ForeignDirectoryTests {
  let scratch: Scratch
  let path: String
  private let reader = isRoot ? somebody : .current

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
  }

  private func read() throws -> RecordedRun {
    for name in try scratch.names { chmod(scratch.file(name), 0o444) }
    chmod(scratch.path, 0o555)
    return try reader.perform { try RecordedRun(reading: path) }
  }

  @Test func aFinishedRecordingCanBeRead() throws {
    let writer = try RecordingWriter(example: path)
    writer.append(try .example(0))
    try writer.finish(end: 5_000)
    #expect(try read().lookups.count == 1)
    #expect(try scratch.names == ["a.spoor"])
  }

  @Test(arguments: [true, false])
  func aKilledRecordingCanBeReadWithItsJournal(indexed: Bool) async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let writer = try RecordingWriter(example: path)
      for number in 0..<3 { writer.append(try .example(number)) }
      writer.drain()
      kill(getpid(), SIGKILL)
    }
    if !indexed { unlink(path + "-shm") }
    let before = try scratch.names
    #expect(try read().lookups.count == 3)
    #expect(try scratch.names == before)
  }

  @Test func aKilledRecordingCanBeReadWithoutItsJournal() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      _ = try RecordingWriter(example: path)
      kill(getpid(), SIGKILL)
    }
    unlink(path + "-shm")
    unlink(path + "-wal")
    #expect(try read().header.kernel == "6.18.0")
    #expect(try scratch.names == ["a.spoor"])
  }

  /// A rollback journal may name another file, which SQLite removes when it is done.
  @Test func aJournalFromElsewhereRemovesNoFile() async throws {
    try await spillIntoJournal()
    let other = try Scratch()
    chmod(other.path, 0o777)
    try other.write("no journal".utf8, to: "precious")
    let name = Array(other.file("precious").utf8)
    let sum = name.reduce(UInt32(0)) { $0 &+ UInt32($1) }
    // The page that SQLite's locks are on, the name, its length, its sum, and the magic.
    let page = UInt32(0x4000_0000 / 4_096 + 1)
    let record =
      bigEndian(page) + name + bigEndian(UInt32(name.count)) + bigEndian(sum)
      + [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]
    let journal = try FileHandle(forWritingTo: URL(fileURLWithPath: path + "-journal"))
    try journal.seekToEnd()
    try journal.write(contentsOf: Data(record))
    try journal.close()
    #expect(try read().header.kernel == "6.18.0")
    #expect(try other.names == ["precious"])
  }

  private func bigEndian(_ number: UInt32) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  @Test func aRecordingKilledWithoutWALIsRolledBack() async throws {
    try await spillIntoJournal()
    #expect(try read().header.kernel == "6.18.0")
    #expect(try scratch.names == ["a.spoor", "a.spoor-journal"])
  }

  /// Leaves half a transaction in the file, and its journal.
  private func spillIntoJournal() async throws {
    let writer = try RecordingWriter(example: path)
    writer.append(try .example(0))
    try writer.finish(end: 5_000)
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      // A cache of one page writes to the file before the end of the transaction.
      try DatabaseQueue(path: path).inDatabase { database in
        try database.execute(
          sql: """
            PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN;
            UPDATE recording SET kernel = 'half';
            WITH RECURSIVE n(i) AS (VALUES(10) UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
            INSERT INTO path SELECT i, zeroblob(500), NULL, 1, NULL FROM n
            """)
        kill(getpid(), SIGKILL)
      }
    }
    #expect(try scratch.names == ["a.spoor", "a.spoor-journal"])
  }
}
