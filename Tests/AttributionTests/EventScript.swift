// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// Events in, ledger out: processes are named by id, their start time is ten times that.
struct EventScript: ~Copyable {
  var ledger = Ledger(start: 0)
  var time: UInt64 = 0

  static func key(_ id: UInt32) -> ProcessKey {
    ProcessKey(processID: id, startTime: UInt64(id) * 10)
  }

  private mutating func header(_ id: UInt32) -> EventHeader {
    time += 1
    return EventHeader(time: time, process: Self.key(id), threadID: id)
  }

  /// - Parameter thread: the parent's that called fork.
  mutating func fork(
    _ child: UInt32, by spawner: UInt32, parent: UInt32? = nil, thread: UInt32? = nil,
    namespaceID: UInt32? = nil
  ) {
    let parent = parent ?? spawner
    ledger.apply(
      .fork(
        Fork(
          header: header(child), spawner: Self.key(spawner), parent: Self.key(parent),
          parentThreadID: thread ?? parent, namespaceID: namespaceID ?? child,
          waitID: WaitID(namespace: 1, processID: child), userID: 1000,
          comm: CommName("child"))))
  }

  mutating func exec(_ id: UInt32, _ path: String, _ operation: String = "execve") {
    let header = header(id)
    Array(path.utf8).withUnsafeBytes { path in
      Array("a\0b\0".utf8).withUnsafeBytes { arguments in
        ledger.apply(
          .exec(
            Exec(
              header: header, operation: Operation(name: operation), userID: 1000,
              comm: CommName("image"), path: path, pathStatus: .whole,
              interpreter: UnsafeRawBufferPointer(start: nil, count: 0), arguments: arguments,
              argumentsStatus: .whole)))
      }
    }
  }

  mutating func lookup(
    _ id: UInt32, _ path: String, result: Int32 = 0, _ operation: String = "openat"
  ) {
    let header = header(id)
    Array(path.utf8).withUnsafeBytes { path in
      ledger.apply(
        .lookup(
          Lookup(
            header: header, operation: Operation(name: operation) ?? Operation(rawValue: 0),
            result: result, flags: 0, pathStatus: .whole, pathIndex: 0, path: path)))
    }
  }

  /// A lookup from a directory; names are as the ring has them, with "/" for each NUL.
  mutating func lookup(
    _ path: String, from base: String, _ baseStatus: Place.Status = .whole, deleted: UInt8 = 0,
    climb: UInt16 = .max, opened: String = "", _ openedStatus: Place.Status = .none,
    openedDeleted: UInt8 = 0, pathStatus: TextStatus = .whole
  ) {
    let header = header(7)
    func names(_ text: String) -> [UInt8] { text.utf8.map { $0 == UInt8(ascii: "/") ? 0 : $0 } }
    Array(path.utf8).withUnsafeBytes { path in
      names(base).withUnsafeBytes { base in
        names(opened).withUnsafeBytes { opened in
          let walk = Walk(
            base: Place(names: base, status: baseStatus, deletedNames: deleted), climb: climb,
            end: Place(names: opened, status: openedStatus, deletedNames: openedDeleted))
          ledger.apply(
            .lookup(
              Lookup(
                header: header, operation: Operation(rawValue: 1), result: 0, flags: 0,
                pathStatus: pathStatus, pathIndex: 0, path: path, walk: walk)))
        }
      }
    }
  }

  mutating func write(_ id: UInt32, pts: UInt32, result: Int64, isInput: Bool = false) {
    ledger.apply(
      .terminalWrite(
        TerminalWrite(
          header: header(id), result: result, instance: 24, major: 136, minor: pts,
          isInput: isInput)))
  }

  mutating func master(_ file: UInt64, pts: UInt32, by id: UInt32, isRelease: Bool = false) {
    ledger.apply(
      .master(
        MasterChange(
          header: header(id), identity: file, instance: 24, index: pts, isRelease: isRelease)))
  }

  mutating func resize(_ id: UInt32) {
    ledger.apply(.resize(Resize(header: header(id))))
  }

  /// - Parameter parent: whom it has by now; nil for the one that it was forked for.
  mutating func exit(
    _ id: UInt32, waitStatus: Int32 = 0, isAutoReaped: Bool = false, isIgnored: Bool = false,
    parent: UInt32? = nil, tracer: UInt32? = nil
  ) {
    ledger.apply(
      .exit(
        Exit(
          header: header(id), waitStatus: waitStatus, peakResidentBytes: 4096,
          isAutoReaped: isAutoReaped, isIgnored: isIgnored, parent: parent.map(Self.key),
          tracer: tracer.map(Self.key))))
  }

  mutating func wait(
    _ waiter: UInt32, for child: UInt32?, news: WaitNews = .ended, thread: UInt32? = nil
  ) {
    var header = header(waiter)
    header.threadID = thread ?? waiter
    ledger.apply(
      .wait(
        Wait(
          header: header, child: child.map { WaitID(namespace: 1, processID: $0) }, news: news)))
  }

  /// - Parameter reaper: nil for one that is gone by now.
  mutating func release(
    _ id: UInt32, by reaper: UInt32? = nil, isInit: Bool = false, isSubreaper: Bool = false
  ) {
    ledger.apply(
      .release(
        Release(
          header: header(id), cpuTime: 5, peakResidentBytes: 8192,
          reaper: reaper.map {
            Reaper(process: Self.key($0), isInit: isInit, isSubreaper: isSubreaper)
          })))
  }

  func process(_ id: UInt32) -> TracedProcess? {
    ledger.process(Self.key(id))
  }

  mutating func endInterval() -> Interval {
    time += 1
    return ledger.endInterval(at: time)
  }
}

extension CommName {
  init(_ text: String) {
    var raw: Bytes = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    withUnsafeMutableBytes(of: &raw) { $0.copyBytes(from: text.utf8.prefix(15)) }
    self.init(raw)
  }
}
