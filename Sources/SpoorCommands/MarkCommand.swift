// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Attribution
import Glibc

struct MarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mark",
    abstract: "Give this moment a name in a recording that is being made.",
    discussion: """
      For whoever records, and root. SIGUSR1 to a spoor that records does the same, and names the \
      moments "mark 1", "mark 2" and so on.
      """)

  @Option(
    name: [.customShort("p"), .customLong("pid")],
    help: "The spoor that records, where several do.", completion: .processIDs)
  var recorder: Int32?

  @Argument(help: "The name, of at most \(MarkListener.longestName) bytes.")
  var name: String

  func validate() throws {
    guard !name.isEmpty, name.utf8.count <= MarkListener.longestName else {
      throw ValidationError("a mark's name has 1 to \(MarkListener.longestName) bytes")
    }
  }

  func run() throws {
    let running = Self.recorders()
    let processID = try choose(from: running)
    try Self.send(name, to: processID)
  }

  /// Gives the moment a name in the recording that this process makes.
  static func send(_ name: String, to processID: Int32) throws(CommandFailure) {
    let peer = try OwnedDescriptor(MarkSocket.make(isBlocking: true), "make a socket")
    guard MarkSocket.connect(peer.raw, to: processID) else {
      throw .badInput(
        "process \(processID) takes no marks: it is no spoor that records; `spoor record` first, "
          + "or leave out -p")
    }
    // A name that somebody else took in a recorder's place is not told anything.
    guard let user = MarkSocket.peerUser(of: peer.raw),
      geteuid() == 0 || user == 0 || user == geteuid()
    else { throw refusal(processID) }
    var patience = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(
      peer.raw, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let bytes = Array(name.utf8)
    var answer: UInt8 = 0
    guard Glibc.send(peer.raw, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count,
      recv(peer.raw, &answer, 1, 0) == 1
    else { throw refusal(processID) }
  }

  private func choose(from running: [Int32]) throws(CommandFailure) -> Int32 {
    if let recorder { return recorder }
    guard let first = running.first else {
      throw .badInput(
        "no spoor records here now; start one with `spoor record -- COMMAND`, then mark")
    }
    guard running.count == 1 else {
      let list = running.map { "\($0) (\(Self.command(of: $0)))" }.joined(separator: ", ")
      throw .badInput("several spoor record now: \(list); say which with -p PID")
    }
    return first
  }

  private static func refusal(_ processID: Int32) -> CommandFailure {
    .badInput(
      "process \(processID) did not take the mark: only the user who records, and root, may; use "
        + "sudo, or try again if it has just ended")
  }

  /// Processes that listen for marks, by the kernel's list of sockets.
  private static func recorders() -> [Int32] {
    let text = String(decoding: readFile("/proc/net/unix") ?? [], as: UTF8.self)
    let found = text.split(separator: "\n").compactMap { line -> Int32? in
      guard let name = line.split(separator: " ").last, name.hasPrefix("@\(MarkSocket.prefix)")
      else { return nil }
      return Int32(name.dropFirst(MarkSocket.prefix.utf8.count + 1))
    }
    return Set(found).sorted()
  }

  /// Its arguments, encoded and no longer than a line bears.
  private static func command(of processID: Int32) -> String {
    let bytes = readFile("/proc/\(processID)/cmdline") ?? []
    let words = bytes.prefix(60).map { $0 == 0 ? UInt8(ascii: " ") : $0 }
    let end = words.lastIndex { $0 != UInt8(ascii: " ") }.map { $0 + 1 } ?? 0
    return ForeignText.encode(Array(words[..<end]))
  }
}
