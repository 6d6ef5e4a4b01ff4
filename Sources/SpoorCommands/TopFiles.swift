// SPDX-License-Identifier: Apache-2.0

import Attribution
import Dispatch
import Findings
import Foundation
import Glibc
import Launcher
import Probe
import Recording
import Reports

/// What `r` and `w` write, in the directory where spoor was started, as the user who started it.
final class TopFiles {
  private let mailbox: TopMailbox
  private let settings: FindingSettings
  private let command: [String]
  private let options: [String]
  private let intervalLength: UInt64
  /// What this kernel does not show, one sentence each.
  var unseen: [String] = []
  /// Reports are made beside the view.
  private let queue = DispatchQueue(label: "spoor.report", qos: .utility)
  private var writer: RecordingWriter?
  private var excerpt: Excerpt?
  private var end: UInt64 = 0
  private var tape = TopTape()

  /// - Parameters:
  ///   - command: what was started, for the recording's header; empty for -p and -a.
  ///   - options: of the command line, for the same.
  ///   - intervalLength: in nanoseconds.
  init(
    _ mailbox: TopMailbox, settings: FindingSettings, command: [String], options: [String],
    intervalLength: UInt64
  ) {
    self.mailbox = mailbox
    self.settings = settings
    self.command = command
    self.options = options
    self.intervalLength = intervalLength
  }

  /// The recording that is being made.
  var recording: String? { writer.map { ForeignText.visible($0.path) } }

  /// Takes the next interval; returns what went wrong, if something did.
  func append(_ interval: Interval) -> String? {
    tape.append(interval)
    end = interval.end
    guard let writer, let next = excerpt?.next(interval) else { return nil }
    writer.append(next)
    guard let failure = writer.failure else { return nil }
    self.writer = nil
    excerpt = nil
    return "\(failure)"
  }

  /// Starts a recording that goes on from here, or finishes the one that is being made; returns
  /// what to tell.
  func toggleRecording(from live: LiveTimeline) -> String {
    if writer != nil { return finish() ?? "" }
    let now = live.timeline.end
    do {
      writer = try Self.make(
        header(at: now), to: Self.name())
      excerpt = Excerpt(from: live, at: now)
      return "recording in \(recording ?? ""); r stops it"
    } catch {
      return "\(error)"
    }
  }

  /// Finishes the recording that is being made; returns what to tell.
  func finish() -> String? {
    guard let writer else { return nil }
    self.writer = nil
    excerpt = nil
    do {
      try writer.finish(end: end)
      return "recorded in \(ForeignText.visible(writer.path))"
    } catch {
      return "\(error)"
    }
  }

  /// Writes a report of the last minutes, and the recording that it is of; a letter tells when.
  func writeReport() {
    let intervals = tape.excerpt
    guard let first = intervals.first, let last = intervals.last else {
      return mailbox.post { $0.notice = "there is nothing to report yet" }
    }
    report { [settings, header = header(at: first.start)] in
      let writer = try Self.make(header, to: Self.name())
      for interval in intervals { writer.append(interval) }
      try writer.finish(end: last.end)
      return try Self.report(of: writer.path, settings)
    }
  }

  /// Writes a report of a recording that is there.
  func writeReport(of path: String) {
    report { [settings] in try Self.report(of: path, settings) }
  }

  private func report(_ body: @escaping @Sendable () throws -> String) {
    queue.async { [mailbox] in
      let notice: String
      do {
        notice = "the report is in \(ForeignText.visible(try body()))"
      } catch {
        notice = "\(error)"
      }
      mailbox.post { $0.notice = notice }
    }
  }

  // MARK: Files

  private static func name() -> String { RecordingName.free(command: "top", at: Date()) }

  /// - Parameter start: of the recording, in nanoseconds since boot.
  private func header(at start: UInt64) -> RecordingHeader {
    RecordingHeader(
      started: BootClock.date(start), startTime: start,
      kernel: KernelSupport.release, command: command, intervalLength: intervalLength,
      unseen: unseen, spoorVersion: Spoor.version, options: options)
  }

  private static func make(_ header: RecordingHeader, to path: String) throws -> RecordingWriter {
    let writer = try RecordingWriter(
      path: path, header: header, owner: try InvokingUser.fileOwner())
    try writer.keep()
    return writer
  }

  /// Markdown beside the recording, without what is private.
  private static func report(of path: String, _ settings: FindingSettings) throws -> String {
    let recorded = try JudgedRecording(reading: path, settings: settings)
    let text = MarkdownReport(
      recorded.run, judgement: recorded.judgement,
      options: .init(redactor: recorded.redactor, version: Spoor.version)
    ).text
    let base = path.hasSuffix(".spoor") ? String(path.dropLast(6)) : path
    let page = base + ".md"
    try InvokingUser.fileOwner().perform { try create(page, text) }
    return page
  }

  private static func create(_ path: String, _ text: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else {
      throw CommandFailure.badInput(
        "cannot create \(ForeignText.visible(path)): \(String(cString: strerror(errno))); "
          + (errno == EEXIST ? "move it away first" : "start spoor in a directory of yours"))
    }
    defer { close(file) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw CommandFailure.badInput(
          "cannot write \(ForeignText.visible(path)): \(String(cString: strerror(errno)))")
      }
      rest = rest.dropFirst(count)
    }
  }
}
