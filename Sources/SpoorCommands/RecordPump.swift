// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Glibc
import Launcher
import Probe
import Recording

/// Passes intervals on to a recording, and raw events if they are wanted.
final class RecordPump: EventPump {
  /// Half a megabyte of them, mostly; more in an interval are written before its end.
  private static let mostNewPaths = 8192

  private let makeWriter: ([String]) throws -> RecordingWriter
  private let keepsEvents: Bool
  private let showsProgress: Bool
  /// Between the command's terminal and spoor's; nil where they are one.
  private let relay: TerminalRelay?
  private var rawEvents: [RawEvent] = []
  /// Made once everything is attached: without privileges no file is touched.
  private(set) var writer: RecordingWriter?
  private var hasStarted = false
  /// What the command became, once it was seen; nil for -p and -a.
  private var target: ProcessKey?
  /// Its process ID as spoor's pid namespace knows it.
  private var targetID: UInt32?
  private let slabs = SlabReader()
  /// Not yet part of an interval.
  private var slabSamples: [KernelMemorySample] = []

  init(
    frameGap: UInt64, keepsEvents: Bool, showsProgress: Bool,
    relay: TerminalRelay?, makeWriter: @escaping (_ unseen: [String]) throws -> RecordingWriter
  ) {
    self.makeWriter = makeWriter
    self.keepsEvents = keepsEvents
    self.showsProgress = showsProgress
    self.relay = relay
    super.init(frameGap: frameGap)
  }

  override func attached(unseen: [String]) throws {
    writer = try makeWriter(unseen)
  }

  override func begins(at time: UInt64) {
    super.begins(at: time)
    sampleSlabs(at: time)
  }

  override func started(target: UInt32?) throws {
    targetID = target
    try writer?.keep()
    hasStarted = true
    relay?.start()
  }

  override var surroundings: Surroundings { relay?.surroundings ?? Surroundings() }

  override func passOn(_ signal: SignalQueue.Received) -> Bool {
    guard let relay, signal.isFromTerminal else { return false }
    relay.passOn(signal.number)
    return true
  }

  override var takesMarks: Bool { true }

  override func mark(_ name: String, at time: UInt64) {
    writer?.append(Timeline.Mark(time: time, name: name))
  }

  /// Keeps which process is the command, as soon as it has been seen, and when it ended.
  private func noteTarget() {
    guard let targetID else { return }
    let known = target
    target = target ?? ledger.process(namespaceID: targetID)
    guard let target else { return }
    let end = ledger.process(target)?.exitTime
    if known == nil || end != nil { writer?.note(target: target, end: end) }
    if end != nil { self.targetID = nil }
  }

  override func ended(at time: UInt64) throws {
    if showsProgress { printNotice("") }
    try writer?.finish(end: time, unseen: unseenSince + (slabs.unseen.map { [$0] } ?? []))
  }

  /// Leaves no file behind where nothing was recorded; what was recorded stays.
  func abandon() {
    if !hasStarted { try? writer?.discard() }
  }

  override func take(_ event: Event) {
    super.take(event)
    if ledger.newPathCount >= Self.mostNewPaths {
      writer?.append(part: ledger.takePart(at: BootClock.now))
    }
    if keepsEvents, let raw = raw(event) { rawEvents.append(raw) }
  }

  override func take(_ interval: Interval) {
    var interval = interval
    // Not before: the writer has a thread of its own, and the rights are gone by now.
    if interval.number == 0 {
      writer?.note(start: interval.start, at: BootClock.date(interval.start))
    }
    noteTarget()
    sampleSlabs(at: interval.end)
    interval.kernelMemory = slabSamples
    slabSamples.removeAll()
    writer?.append(interval)
    guard keepsEvents else { return }
    writer?.appendEvents(rawEvents)
    rawEvents.removeAll(keepingCapacity: true)
  }

  private func sampleSlabs(at time: UInt64) {
    if let sample = slabs.sample(at: time) { slabSamples.append(sample) }
  }

  override var wantsToStop: Bool { writer?.failure != nil }

  override func progress(elapsed: UInt64) {
    guard showsProgress else { return }
    let line =
      "\r\(elapsed / 1_000_000_000) s  \(ledger.eventCount) events  \(ledger.loss.summary)\u{1b}[K"
    _ = line.utf8.withContiguousStorageIfAvailable {
      write(STDERR_FILENO, $0.baseAddress, $0.count)
    }
  }

  private func raw(_ event: Event) -> RawEvent? {
    switch event {
    case .lookup(let lookup):
      let (process, path) = ledger.indices(of: lookup)
      var raw = RawEvent(lookup.header, process, .lookup)
      raw.operation = lookup.operation
      raw.path = path
      raw.pathStatus = RawEvent.PathStatus(rawValue: lookup.pathStatus.rawValue)
      raw.flags = lookup.flags
      raw.result = Int64(lookup.result)
      return raw
    case .terminalWrite(let write):
      let (process, terminal) = ledger.indices(of: write)
      var raw = RawEvent(write.header, process, .terminalWrite)
      raw.result = write.result
      raw.terminal = terminal
      raw.direction = write.isInput ? .input : .output
      return raw
    case .fork(let fork): return RawEvent(fork.header, index(fork.header), .fork)
    case .exec(let exec):
      var raw = RawEvent(exec.header, index(exec.header), .exec)
      raw.operation = exec.operation
      return raw
    case .exit(let exit):
      var raw = RawEvent(exit.header, index(exit.header), .exit)
      raw.result = Int64(exit.waitStatus)
      return raw
    case .release(let release): return RawEvent(release.header, index(release.header), .reaped)
    case .wait, .terminalText, .resize, .master: return nil
    }
  }

  private func index(_ header: EventHeader) -> ProcessIndex {
    ledger.index(of: header.process)
  }
}

extension RawEvent {
  fileprivate init(_ header: EventHeader, _ process: ProcessIndex, _ kind: Kind) {
    self.init(time: header.time, process: process, threadID: header.threadID, kind: kind)
  }
}
