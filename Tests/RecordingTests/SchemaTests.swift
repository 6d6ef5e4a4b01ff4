// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Foundation
import Recording
import Testing

@Suite struct SchemaTests {
  let scratch: Scratch
  let path: String

  init() throws {
    scratch = try Scratch()
    path = scratch.file("a.spoor")
    let writer = try RecordingWriter(example: path, recordsEvents: true)
    for number in 0..<2 {
      var interval = try Interval.example(number)
      interval.processEvents = [ProcessEvent(time: 7, process: 0, kind: .exec)]
      writer.append(interval)
    }
    var lookup = RawEvent(time: 5, process: 0, threadID: 43, kind: .lookup)
    lookup.operation = try .named("openat")
    lookup.path = 1
    lookup.pathStatus = .whole
    lookup.result = -2
    var write = RawEvent(time: 6, process: 0, threadID: 43, kind: .terminalWrite)
    write.terminal = 0
    write.direction = .input
    write.result = 10
    writer.appendEvents([lookup, write])
    try writer.finish(end: 5_000)
  }

  @Test func theFileSaysWhatItIs() throws {
    #expect(try query(path, "PRAGMA application_id") == [String(0x5370_6f72)])
    #expect(try query(path, "PRAGMA user_version") == ["6"])
    #expect(try query(path, "SELECT spoor_version FROM recording") == ["1.2.3"])
    #expect(try query(path, "PRAGMA integrity_check") == ["ok"])
    #expect(try query(path, "SELECT count(*) FROM pragma_foreign_key_check") == ["0"])
  }

  @Test func everyTableExplainsItself() throws {
    let sql = try query(path, "SELECT sql FROM sqlite_master WHERE sql LIKE 'CREATE %'")
    #expect(sql.count > 15)
    for definition in sql { #expect(definition?.contains("  -- ") == true) }
  }

  @Test func lookupsCanBeReadByPeople() throws {
    let text =
      "SELECT concat_ws FROM (SELECT pid || ' ' || executable || ' ' || path || ' '"
      + " || operation || ' ' || errno || ' ' || count AS concat_ws FROM lookup_view)"
    #expect(
      try query(path, text) == [
        "42 /usr/bin/git /path/0 openat 0 1", "42 /usr/bin/git /path/0 openat 2 1",
        "42 /usr/bin/git /path/1 openat 0 2", "42 /usr/bin/git /path/1 openat 2 1",
      ])
  }

  @Test func resolvedPathsCanBeReadByPeople() throws {
    let text = "SELECT DISTINCT absolute || ' ' || resolution || ' ' || opened FROM lookup_view"
    #expect(try query(path, text) == ["/path/0 resolved /own/0", "/path/1 resolved /own/1"])
  }

  @Test func processesCanBeReadByPeople() throws {
    #expect(try query(path, "SELECT arguments FROM process_view") == ["git status"])
    #expect(try query(path, "SELECT comm FROM process_view") == ["MainThread"])
    #expect(try query(path, "SELECT kind FROM process_event") == ["exec", "exec"])
  }

  @Test func terminalsCanBeReadByPeople() throws {
    #expect(
      try query(path, "SELECT terminal || ' ' || direction || ' ' || bytes FROM terminal_view")
        == ["pts/3 output 20"])
  }

  @Test func eventsKeepTheirOrder() throws {
    #expect(try query(path, "SELECT kind FROM event_view") == ["lookup", "terminal write"])
    #expect(try query(path, "SELECT path FROM event_view") == ["/path/1", nil])
    #expect(try query(path, "SELECT direction FROM event_view") == [nil, "input"])
    #expect(try query(path, "SELECT result FROM event") == ["-2", "10"])
  }

  @Test func eventsAreKeptOnlyOnDemand() throws {
    let other = scratch.file("b.spoor")
    let writer = try RecordingWriter(example: other)
    writer.appendEvents([RawEvent(time: 5, process: 0, threadID: 43, kind: .fork)])
    try writer.finish(end: 5_000)
    #expect(try query(other, "SELECT count(*) FROM event") == ["0"])
    #expect(try query(other, "SELECT records_events FROM recording") == ["0"])
  }
}
