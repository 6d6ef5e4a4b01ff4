// SPDX-License-Identifier: Apache-2.0

import Attribution
import CAllocationCounter
import CSpoorABI
import Events
import Testing

struct AllocationTests {
  #if DEBUG
    private static let isOptimized = false
  #else
    private static let isOptimized = true
  #endif

  /// Allocations that 10,000 events may make, in a ledger that has seen others like them.
  private enum Limit {
    /// Lookups and terminal output of processes, by paths and at terminals that are known.
    static let known: UInt64 = 0
    /// Forks, execs, exits, waits and releases of 2,000 processes, each of which is new: 16,000 as
    /// this was written, two in each exec being the script's own and one the event itself.
    static let lives: UInt64 = 17_000
  }

  @Test(.enabled(if: isOptimized, "unoptimized code allocates temporaries"))
  func countingWhatIsKnownAllocatesNothing() {
    var records = (0..<8000).map { Self.lookup(by: $0 % 300, "/usr/lib/\($0 / 2)", $0 % 3) }
    records += (0..<1000).map { Self.terminalWrite(by: $0 % 30, to: $0 % 5) }
    records += (0..<1000).map { Self.terminalText(by: $0 % 30, to: $0 % 5) }
    var ledger = Ledger(start: 0)
    // The counter counts: new paths need room.
    #expect(Self.allocations(of: records, &ledger) > 0)
    #expect(Self.allocations(of: records, &ledger) <= Limit.known)
    _ = ledger.endInterval(at: 1)
    let allocations = Self.allocations(of: records, &ledger)
    print("allocations per 10,000 lookups and terminal writes: \(allocations)")
    #expect(allocations <= Limit.known)
    #expect(ledger.eventCount == 30_000)
  }

  @Test(.enabled(if: isOptimized, "unoptimized code allocates temporaries"))
  func theLivesOfProcessesAllocateNoMoreThanTheyDid() {
    var script = EventScript()
    var allocations: UInt64 = 0
    for generation in UInt32(1)...4 {
      let before = spoor_allocation_count()
      for id in generation * 10_000..<generation * 10_000 + 2000 {
        script.fork(id, by: 1)
        script.exec(id, "/usr/bin/make")
        script.exit(id)
        script.wait(1, for: id)
        script.release(id, by: 1)
      }
      allocations = spoor_allocation_count() - before
      _ = script.endInterval()
    }
    print("allocations per 10,000 events of processes' lives: \(allocations)")
    #expect(allocations <= Limit.lives)
  }

  private static func allocations(of records: [[UInt8]], _ ledger: inout Ledger) -> UInt64 {
    let before = spoor_allocation_count()
    for record in records {
      record.withUnsafeBytes { bytes in
        if let event = try? Event(record: bytes) { ledger.apply(event) }
      }
    }
    return spoor_allocation_count() - before
  }

  private static func header(_ kind: spoor_kind, _ process: Int, _ length: Int) -> spoor_header {
    var header = spoor_header()
    header.tgid = UInt32(process + 1)
    header.start_time_ns = UInt64(process)
    header.kind = UInt16(kind.rawValue)
    header.length = UInt16(length)
    return header
  }

  private static func lookup(by process: Int, _ path: String, _ errno: Int) -> [UInt8] {
    let size = MemoryLayout<spoor_lookup>.size
    var raw = spoor_lookup()
    // From /home/me/DIRECTORY, and every third time it opened another file.
    let base = Array("\(process % 7)\0me\0home\0".utf8)
    let opened = errno == 0 ? Array("file\0\(path.utf8.count)\0".utf8) : []
    let length = size + path.utf8.count + base.count + opened.count
    raw.header = header(SPOOR_KIND_LOOKUP, process, length)
    raw.base.length = UInt16(base.count)
    raw.base.status = UInt8(SPOOR_PLACE_WHOLE.rawValue)
    raw.climb = UInt16(SPOOR_CLIMB_ALL)
    raw.opened.length = UInt16(opened.count)
    raw.opened.status = UInt8(errno == 0 ? SPOOR_PLACE_WHOLE.rawValue : 0)
    raw.operation = 1
    raw.result = Int32(-errno)
    raw.path_length = UInt16(path.utf8.count)
    return withUnsafeBytes(of: raw) { Array($0) } + Array(path.utf8) + base + opened
  }

  private static func terminalWrite(by process: Int, to terminal: Int) -> [UInt8] {
    var raw = spoor_tty_write()
    raw.header = header(SPOOR_KIND_TTY_WRITE, process, MemoryLayout<spoor_tty_write>.size)
    raw.result = 80
    raw.tty.major = 136
    raw.tty.minor = UInt32(terminal)
    return withUnsafeBytes(of: raw) { Array($0) }
  }

  private static func terminalText(by process: Int, to terminal: Int) -> [UInt8] {
    let text = "\u{1b}[?2026h\u{1b}[2J\u{1b}[3;4H👨‍👩‍👧 e\u{301}\u{1b}]0;title\u{7}\u{1b}[?2026l"
    var raw = spoor_tty_text()
    raw.header = header(
      SPOOR_KIND_TTY_TEXT, process, MemoryLayout<spoor_tty_text>.size + text.utf8.count)
    raw.tty.major = 136
    raw.tty.minor = UInt32(terminal)
    raw.text_length = UInt16(text.utf8.count)
    return withUnsafeBytes(of: raw) { Array($0) } + Array(text.utf8)
  }
}
