// SPDX-License-Identifier: Apache-2.0

import Attribution
import Dispatch
import Events
import Foundation
import GRDB
import Synchronization

/// Writes a recording while it happens: one transaction an interval, on a queue of its own.
///
/// The file can be read at any moment, and after the recorder was killed. An error stops
/// the writing, not the caller: it is kept in `failure`, and thrown by `finish`.
public final class RecordingWriter: Sendable {
  /// As given.
  public var path: String { file.name }

  private enum Phase {
    case recording, finished, discarded
  }

  private struct State {
    var phase = Phase.recording
    var failure: RecordingError?
  }

  /// How many intervals, or batches of events, may wait for the disk.
  private static let room = 64

  private let file: RecordingFile
  private let queue: DatabaseQueue
  private let operations: OperationNumbers
  private let recordsEvents: Bool
  private let slots = DispatchSemaphore(value: RecordingWriter.room)
  private let state = Mutex(State())

  /// Creates the file, with the owner's rights, and everything in it but the intervals.
  /// - Parameters:
  ///   - owner: whose the file is; others than `.current` are for root.
  ///   - force: replace a regular file of that name.
  ///   - recordsEvents: whether `appendEvents` keeps what it gets.
  public init(
    path: String, header: RecordingHeader, owner: FileOwner = .current, force: Bool = false,
    recordsEvents: Bool = false
  ) throws(RecordingError) {
    do {
      let file = try RecordingFile(creating: path, owner: owner, force: force)
      let operations = OperationNumbers()
      let opening = RecordingOpening(
        header: header, operations: operations, recordsEvents: recordsEvents)
      self.file = file
      self.operations = operations
      self.recordsEvents = recordsEvents
      self.queue = try opening.open(file)
    } catch {
      throw RecordingError(creating: path, error)
    }
  }

  /// What stopped the writing, if anything did; what was appended since is not kept.
  public var failure: RecordingError? {
    state.withLock { $0.failure }
  }

  /// Takes an interval to be written, and returns at once unless 64 wait already.
  public func append(_ interval: Interval) {
    enqueue { [operations] database in
      try IntervalWriter(database: database, operations: operations).write(interval)
    }
  }

  /// Takes the lookups of an interval up to now, and what they are of; the rest follows with it.
  public func append(part: Interval) {
    enqueue { [operations] database in
      try IntervalWriter(database: database, operations: operations).writeLookups(of: part)
    }
  }

  /// Takes events to be written, in their order; drops them unless `recordsEvents`.
  public func appendEvents(_ events: [RawEvent]) {
    guard recordsEvents, !events.isEmpty else { return }
    enqueue { database in
      try EventWriter.write(events, to: database)
    }
  }

  /// Keeps when it began, where that was after the file was made.
  ///
  /// - Parameters:
  ///   - start: nanoseconds since boot.
  ///   - date: the same.
  public func note(start: UInt64, at date: Date) {
    enqueue { database in
      try RecordingOpening.write(start: start, at: date, to: database)
    }
  }

  /// Keeps what the command became.
  ///
  /// - Parameter end: when it ended, in nanoseconds since boot; nil while it lives.
  public func note(target: ProcessKey, end: UInt64?) {
    enqueue { database in
      try RecordingOpening.write(target: target, end: end, to: database)
    }
  }

  /// Takes a mark to be written.
  public func append(_ mark: Timeline.Mark) {
    enqueue { database in
      try mark.write(to: database)
    }
  }

  /// Waits until everything is written, and leaves one finished file.
  ///
  /// While another program reads the recording, its journal stays beside it.
  /// - Parameters:
  ///   - end: nanoseconds since boot.
  ///   - unseen: what turned out to be invisible, beside the header's sentences.
  /// - Throws: the first error since the beginning; the file then stays as it is.
  public func finish(end: UInt64, unseen: [String] = []) throws(RecordingError) {
    guard leave(for: .finished) else { return }
    perform { database in
      try database.inTransaction(.immediate) {
        try RecordingOpening.close(database, end: end, unseen: unseen)
        return .commit
      }
      try RecordingOpening.gather(database)
    }
    close()
    if let failure { throw failure }
    try keep()
  }

  /// Gives up for good what `force` replaces: the target has started.
  public func keep() throws(RecordingError) {
    do {
      try file.keep()
    } catch {
      throw RecordingError(writing: path, error)
    }
  }

  /// Removes the file, and puts back what `force` replaced: for a target that could not start.
  public func discard() throws(RecordingError) {
    guard leave(for: .discarded) else { return }
    close()
    do {
      try file.remove()
    } catch {
      throw RecordingError(writing: path, error)
    }
  }

  /// Waits until everything so far is written.
  package func drain() {
    perform { _ in }
  }

  private func enqueue(_ body: @escaping @Sendable (Database) throws -> Void) {
    guard state.withLock({ $0.phase == .recording && $0.failure == nil }) else { return }
    slots.wait()
    queue.asyncWriteWithoutTransaction { [self] database in
      defer { slots.signal() }
      attempt(database) { database in
        try database.inTransaction(.immediate) {
          try body(database)
          return .commit
        }
      }
    }
  }

  private func perform(_ body: (Database) throws -> Void) {
    queue.inDatabase { attempt($0, body) }
  }

  /// Runs `body` with the owner's rights, unless something failed before.
  private func attempt(_ database: Database, _ body: (Database) throws -> Void) {
    guard state.withLock({ $0.phase != .discarded && $0.failure == nil }) else { return }
    do {
      try file.owner.perform { try body(database) }
    } catch {
      let failure = RecordingError(writing: path, error)
      state.withLock { $0.failure = $0.failure ?? failure }
    }
  }

  /// Whether this call is the one that ends the recording.
  private func leave(for phase: Phase) -> Bool {
    state.withLock {
      guard $0.phase == .recording else { return false }
      $0.phase = phase
      return true
    }
  }

  private func close() {
    do {
      try file.owner.perform { try queue.close() }
    } catch {
      let failure = RecordingError(writing: path, error)
      state.withLock { $0.failure = $0.failure ?? failure }
    }
  }
}
