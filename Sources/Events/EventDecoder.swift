// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// A record that is not what the ABI says.
public enum MalformedRecord: Error, Equatable {
  /// Shorter than its kind, or than its own lengths say.
  case tooShort
  case unknownKind(UInt16)
}

extension Event {
  /// Reads one record of the ring; every length is checked here, and nowhere later.
  public init(record bytes: UnsafeRawBufferPointer) throws(MalformedRecord) {
    let header = try bytes.read(spoor_header.self)
    guard Int(header.length) <= bytes.count else { throw .tooShort }
    let record = UnsafeRawBufferPointer(rebasing: bytes[..<Int(header.length)])

    switch spoor_kind(UInt32(header.kind)) {
    case SPOOR_KIND_LOOKUP: self = .lookup(try Lookup(record))
    case SPOOR_KIND_TTY_WRITE: self = .terminalWrite(try TerminalWrite(record))
    case SPOOR_KIND_TTY_TEXT: self = .terminalText(try TerminalText(record))
    case SPOOR_KIND_FORK: self = .fork(try Fork(record))
    case SPOOR_KIND_EXEC: self = .exec(try Exec(record))
    case SPOOR_KIND_EXIT: self = .exit(try Exit(record))
    case SPOOR_KIND_RELEASE: self = .release(try Release(record))
    case SPOOR_KIND_WAIT: self = .wait(try Wait(record))
    case SPOOR_KIND_RESIZE:
      self = .resize(Resize(header: EventHeader(try record.read(spoor_resize.self).header)))
    case SPOOR_KIND_PTY_MASTER:
      self = .master(MasterChange(try record.read(spoor_master_change.self)))
    default: throw .unknownKind(header.kind)
    }
  }
}

extension UnsafeRawBufferPointer {
  func read<T: BitwiseCopyable>(_ type: T.Type) throws(MalformedRecord) -> T {
    guard count >= MemoryLayout<T>.size else { throw .tooShort }
    return loadUnaligned(as: type)
  }

  fileprivate func slice(_ start: Int, _ length: Int) throws(MalformedRecord)
    -> UnsafeRawBufferPointer
  {
    guard start + length <= count else { throw .tooShort }
    return UnsafeRawBufferPointer(rebasing: self[start..<start + length])
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func place(_ raw: spoor_place, at start: Int) throws(MalformedRecord) -> Place {
    Place(
      names: try slice(start, Int(raw.length)), status: Place.Status(rawValue: raw.status) ?? .none,
      deletedNames: raw.deleted)
  }
}

extension EventHeader {
  fileprivate init(_ raw: spoor_header) {
    self.init(
      time: raw.time_ns,
      process: ProcessKey(processID: raw.tgid, startTime: raw.start_time_ns),
      threadID: raw.tid,
      isByRing: raw.flags & UInt32(SPOOR_EVENT_BY_RING) != 0)
  }
}

extension MasterChange {
  fileprivate init(_ raw: spoor_master_change) {
    self.init(
      header: EventHeader(raw.header), identity: raw.file, instance: raw.tty.instance,
      index: raw.tty.minor, isRelease: raw.change == SPOOR_MASTER_RELEASED.rawValue)
  }
}

extension Lookup {
  // In registers from here into the event: most events come this way.
  @inline(__always) fileprivate init(_ record: UnsafeRawBufferPointer) throws(MalformedRecord) {
    let raw = try record.read(spoor_lookup.self)
    let start = MemoryLayout<spoor_lookup>.size
    let baseStart = start + Int(raw.path_length)
    let base = try record.place(raw.base, at: baseStart)
    let opened = try record.place(raw.opened, at: baseStart + base.names.count)
    self.init(
      header: EventHeader(raw.header),
      operation: Operation(rawValue: raw.operation),
      result: raw.result,
      flags: raw.flags,
      pathStatus: TextStatus(rawValue: raw.path_status) ?? .unreadable,
      pathIndex: raw.path_index,
      path: try record.slice(start, Int(raw.path_length)),
      walk: Walk(base: base, climb: raw.climb, end: opened))
  }
}

extension TerminalWrite {
  fileprivate init(_ record: UnsafeRawBufferPointer) throws(MalformedRecord) {
    let raw = try record.read(spoor_tty_write.self)
    self.init(
      header: EventHeader(raw.header),
      result: raw.result,
      instance: raw.tty.instance,
      major: raw.tty.major,
      minor: raw.tty.minor,
      isInput: raw.tty.side == SPOOR_TTY_INPUT.rawValue,
      isRaw: raw.header.flags & UInt32(SPOOR_EVENT_RAW) != 0)
  }
}

extension TerminalText {
  fileprivate init(_ record: UnsafeRawBufferPointer) throws(MalformedRecord) {
    let raw = try record.read(spoor_tty_text.self)
    self.init(
      header: EventHeader(raw.header),
      instance: raw.tty.instance,
      major: raw.tty.major,
      minor: raw.tty.minor,
      untold: raw.untold,
      bytes: try record.slice(MemoryLayout<spoor_tty_text>.size, Int(raw.text_length)))
  }
}

extension Fork {
  fileprivate init(_ record: UnsafeRawBufferPointer) throws(MalformedRecord) {
    let raw = try record.read(spoor_fork.self)
    self.init(
      header: EventHeader(raw.header),
      spawner: ProcessKey(processID: raw.spawner_tgid, startTime: raw.spawner_start_ns),
      parent: ProcessKey(processID: raw.parent_tgid, startTime: raw.parent_start_ns),
      parentThreadID: raw.parent_tid,
      namespaceID: raw.namespace_pid,
      waitID: WaitID(raw.wait_id),
      userID: raw.uid,
      comm: CommName(raw.comm))
  }
}

extension Exec {
  fileprivate init(_ record: UnsafeRawBufferPointer) throws(MalformedRecord) {
    let raw = try record.read(spoor_exec.self)
    let start = MemoryLayout<spoor_exec>.size
    let pathLength = Int(raw.path_length)
    let interpreterLength = Int(raw.interpreter_length)
    let argumentsStart = start + pathLength + interpreterLength
    let executableStart = argumentsStart + Int(raw.argv_length)
    let executable = try record.place(raw.executable, at: executableStart)
    let base = try record.place(raw.base, at: executableStart + executable.names.count)
    self.init(
      header: EventHeader(raw.header),
      operation: raw.operation == 0 ? nil : Operation(rawValue: raw.operation),
      userID: raw.uid,
      comm: CommName(raw.comm),
      path: try record.slice(start, pathLength),
      pathStatus: TextStatus(rawValue: raw.path_status) ?? .unreadable,
      interpreter: try record.slice(start + pathLength, interpreterLength),
      arguments: try record.slice(argumentsStart, Int(raw.argv_length)),
      argumentsStatus: TextStatus(rawValue: raw.argv_status) ?? .unreadable,
      walk: Walk(base: base, climb: raw.climb, end: executable))
  }
}

extension Exit {
  fileprivate init(_ record: UnsafeRawBufferPointer) throws(MalformedRecord) {
    let raw = try record.read(spoor_exit.self)
    self.init(
      header: EventHeader(raw.header),
      waitStatus: raw.status,
      peakResidentBytes: raw.peak_rss_bytes,
      isAutoReaped: raw.flags & UInt32(SPOOR_EXIT_AUTOREAPED) != 0,
      isIgnored: raw.flags & UInt32(SPOOR_EXIT_IGNORED) != 0,
      parent: ProcessKey(known: raw.parent_tgid, raw.parent_start_ns),
      tracer: ProcessKey(known: raw.tracer_tgid, raw.tracer_start_ns))
  }
}

extension Release {
  fileprivate init(_ record: UnsafeRawBufferPointer) throws(MalformedRecord) {
    let raw = try record.read(spoor_release.self)
    self.init(
      header: EventHeader(raw.header),
      cpuTime: raw.cpu_ns,
      peakResidentBytes: raw.peak_rss_bytes,
      reaper: Reaper(
        processID: raw.reaper_tgid, startTime: raw.reaper_start_ns, flags: raw.reaper_flags))
  }
}

extension Wait {
  fileprivate init(_ record: UnsafeRawBufferPointer) throws(MalformedRecord) {
    let raw = try record.read(spoor_wait.self)
    let news: WaitNews =
      switch raw.state {
      case SPOOR_WAIT_ENDED.rawValue: .ended
      case SPOOR_WAIT_LIVES.rawValue: .lives
      default: .untold
      }
    self.init(
      header: EventHeader(raw.header), child: raw.id.pid == 0 ? nil : WaitID(raw.id), news: news)
  }
}
