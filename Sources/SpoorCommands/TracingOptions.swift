// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import Probe

/// What `record`, `trace` and `top` have in common: whom to trace, and how.
struct TracingOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .customLong("pid")],
    help: ArgumentHelp(
      "Trace these processes and their descendants.", valueName: "pid[,pid…]"),
    completion: .processIDs)
  var pids: String?

  @Flag(name: [.customShort("a"), .customLong("all")], help: "Trace every process.")
  var all = false

  @Option(
    help: "Only processes of this user (name or id).",
    completion: .shellCommand("getent passwd | cut -d: -f1"))
  var uid: String?

  @Option(
    help: "Only processes in this cgroup v2 directory, or below it.", completion: .directory)
  var cgroup: String?

  @Option(help: "Only processes whose first thread has this name.")
  var comm: String?

  @Option(help: "End tracing after so many seconds; a command goes on to its own end.")
  var duration: Double?

  @Flag(
    help: ArgumentHelp(
      "Examine what is written to terminals, and count frames by their markers, full clears, "
        + "cursor moves and grapheme clusters. The text itself is kept nowhere."))
  var inspectTty = false

  @Flag(help: "Run the command as root, not as the user who called sudo.")
  var asRoot = false

  @Option(help: ArgumentHelp("Size of each ring buffer in KiB, a power of two.", valueName: "kib"))
  var ringSize: UInt32?

  @Option(
    help: ArgumentHelp(
      "Ring buffers, a power of two; processes are spread over them, by default one for every "
        + "eight processors.", valueName: "count"))
  var rings: UInt32?

  @Option(
    help: ArgumentHelp(
      "How to hook system calls: tp_btf, raw_tp, tp or kretprobe.multi.", visibility: .hidden))
  var backend: AttachPlan.Backend?

  @Option(help: ArgumentHelp("Create this file once everything is attached.", visibility: .hidden))
  var readyFile: String?

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The command to start and trace, after --.", valueName: "command"))
  var command: [String] = []

  func validate() throws {
    guard ways <= 1 else {
      throw ValidationError("a command after --, -p and -a exclude each other: give one of them")
    }
    if let duration, !(duration > 0 && duration < 1e9) {
      throw ValidationError("--duration takes seconds above 0, such as 2.5")
    }
    if let ringSize, ringSize < 4 || ringSize > 1 << 20 || ringSize.nonzeroBitCount != 1 {
      throw ValidationError("--ring-size takes a power of two from 4 to 1048576 (KiB)")
    }
    if let rings, rings > ProbeConfiguration.maximumRings || rings.nonzeroBitCount != 1 {
      throw ValidationError(
        "--rings takes a power of two from 1 to \(ProbeConfiguration.maximumRings)")
    }
    if let comm, comm.isEmpty || comm.utf8.count > 15 {
      throw ValidationError("--comm takes a thread's name of 1 to 15 bytes, as ps -o comm shows")
    }
    _ = try processIDs()
    _ = try userID()
  }

  /// How many of the three ways to say whom to trace were used.
  private var ways: Int { [!command.isEmpty, pids != nil, all].count { $0 } }

  /// Whether it says whom to trace.
  var namesSubject: Bool { ways > 0 }

  /// For verbs that trace nobody unless they are told.
  func requireSubject() throws {
    guard namesSubject else {
      throw ValidationError(
        "say whom to trace: a command after --, -p PID, or -a for every process")
    }
  }

  /// What stands between the verb and the command.
  var givenOptions: [String] {
    let words = CommandLine.arguments.dropFirst(2).dropLast(command.count)
    return Array(words.last == "--" ? words.dropLast() : words)
  }

  /// The ids given with -p.
  func processIDs() throws -> [UInt32] {
    try (pids ?? "").split(separator: ",", omittingEmptySubsequences: pids == nil).map { word in
      guard let id = UInt32(word), id > 0, id <= UInt32(Int32.max) else {
        throw ValidationError("-p takes process ids separated by commas, not '\(word)'")
      }
      return id
    }
  }

  /// The id given with --uid, by number or by name.
  private func userID() throws -> UInt32? {
    guard let uid else { return nil }
    if let id = UInt32(uid) { return id }
    guard let entry = getpwnam(uid) else {
      throw ValidationError("there is no user '\(uid)'; --uid takes a name or a number")
    }
    return entry.pointee.pw_uid
  }

  /// Whose processes -p and -a follow; nil for everybody's. Who is not root, and has spoor with file
  /// capabilities, sees its own.
  func tracedUser() throws -> UInt32? {
    let wanted = try userID()
    guard command.isEmpty, geteuid() != 0 else { return wanted }
    guard wanted == nil || wanted == geteuid() else {
      throw CommandFailure.badInput(
        "only root may trace processes of another user; leave out --uid, or run spoor with sudo")
    }
    return geteuid()
  }

  /// - Parameters: see `ProbeConfiguration`.
  func configuration(
    latency: UInt64, gap: UInt64, timing: ProbeConfiguration.Timing
  ) throws -> ProbeConfiguration {
    let scope: ProbeConfiguration.Scope =
      all ? .all : pids == nil ? .children : .processes(try processIDs())
    var configuration = ProbeConfiguration(
      scope: scope, userID: try tracedUser(), comm: comm, cgroup: cgroup, latency: latency,
      gap: gap, inspectsTerminals: inspectTty, timing: timing, backend: backend)
    if let ringSize { configuration.ringBytes = ringSize * 1024 }
    if let rings { configuration.rings = rings }
    return configuration
  }
}

extension AttachPlan.Backend: ExpressibleByArgument {}
