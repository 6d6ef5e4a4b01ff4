// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A spoor at work beside the test; it ends by itself after a minute.
final class Running {
  private let scratch: Scratch
  private let process = Process()
  private let ready: Int32

  /// Starts spoor in the folder and returns once everything is attached.
  ///
  /// - Parameters:
  ///   - terminal: becomes its controlling terminal and its standard streams.
  ///   - program: spoor, or what becomes it.
  init(
    _ arguments: [String], in scratch: Scratch, terminal: FileHandle? = nil,
    environment: [String: String] = [:], program: [String] = [Spoor.binary]
  ) throws {
    self.scratch = scratch
    ready = try scratch.makePipe("ready")
    for name in ["output", "errors"] { try Data().write(to: scratch.file(name)) }
    // timeout passes on what it gets, so it stays out of the terminal's foreground group.
    let session = terminal == nil ? [] : ["setsid", "--ctty", "--wait"]
    // SIGINT is ignored in what a script started with &, SIGHUP below nohup.
    let shell = ["sh", "-c", "echo $$ >pid; exec \"$@\"", "sh"]
    let all =
      ["/usr/bin/timeout", "--foreground", "-k", "5", "60"] + session
      + Spoor.withoutOtherDescriptors + ["env", "--default-signal=INT,QUIT,HUP"] + shell + program
      + [arguments[0]]
      + ["--ready-file", scratch.file("ready").path] + arguments.dropFirst()
    process.executableURL = URL(filePath: all[0])
    process.arguments = Array(all.dropFirst())
    process.currentDirectoryURL = scratch.folder
    process.environment = Spoor.environment.merging(environment) { $1 }
    process.standardInput = terminal ?? FileHandle.nullDevice
    process.standardOutput =
      try terminal ?? FileHandle(forAppendingTo: scratch.file("output"))
    process.standardError = try terminal ?? FileHandle(forAppendingTo: scratch.file("errors"))
    Spoor.unblockSignals()
    try process.run()
    try scratch.awaitWriter(ready)
  }

  deinit { close(ready) }

  /// The process id of spoor itself.
  var id: pid_t {
    get throws {
      let text = try scratch.read("pid")
      return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
  }

  func send(_ signal: Int32) throws {
    #expect(kill(try id, signal) == 0)
  }

  /// For a program that forks spoor instead of becoming it.
  func sendToChild(_ signal: Int32) throws {
    let children = URL(filePath: "/proc/\(try id)/task/\(try id)/children")
    let text = String(decoding: try Data(contentsOf: children), as: UTF8.self)
    #expect(kill(try #require(pid_t(text.trimmingCharacters(in: .whitespaces))), signal) == 0)
  }

  /// A program that starts spoor as a shell does: a session whose leader ends takes its terminal
  /// with it.
  static let starter = [
    "/usr/bin/python3", "-c",
    """
    import os, signal, subprocess, sys
    print("before", flush=True)
    spoor = subprocess.Popen(sys.argv[1:])
    print(spoor.pid, file=open("spoor.new", "w"), flush=True)
    os.rename("spoor.new", "spoor")
    signal.pause()
    """, Spoor.binary,
  ]

  /// Kills the spoor that `starter` has started.
  func killStarted() throws {
    try waitUntil("the starter tells whom it started") {
      FileManager.default.fileExists(atPath: scratch.file("spoor").path)
    }
    let text = try scratch.read("spoor")
    let id = try #require(pid_t(text.trimmingCharacters(in: .newlines)))
    #expect(kill(id, SIGKILL) == 0)
  }

  /// Stops spoor, and returns when it has stopped; SIGCONT lets it go on.
  func stop() throws {
    try send(SIGSTOP)
    let stat = URL(filePath: "/proc/\(try id)/stat")
    try waitUntil("spoor is stopped") {
      String(decoding: try Data(contentsOf: stat), as: UTF8.self).contains(") T ")
    }
  }

  /// Waits for the end; the status as a shell tells it.
  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
  }

  /// What it printed, unless it had a terminal.
  var output: String { get throws { try scratch.read("output") } }
  var errors: String { get throws { try scratch.read("errors") } }
}

/// Returns when it is true; who waits in vain for a minute is told for what.
func waitUntil(_ what: String, _ isTrue: () throws -> Bool) throws {
  let deadline = Date(timeIntervalSinceNow: 60)
  while try !isTrue() {
    try #require(Date() < deadline, "not within a minute: \(what)")
    usleep(5_000)
  }
}

extension Scratch {
  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: file(name)), as: UTF8.self)
  }

  /// A named pipe and its reading end.
  func makePipe(_ name: String) throws -> Int32 {
    let path = file(name).path
    // Whatever the umask: a spoor that root started writes as another user.
    try #require(mkfifo(path, 0o666) == 0 && chmod(path, 0o666) == 0)
    let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    try #require(reader >= 0)
    return reader
  }

  /// Returns when a writer of the pipe has come and gone, or has written.
  func awaitWriter(_ reader: Int32) throws {
    var waiting = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
    try #require(poll(&waiting, 1, 60_000) == 1, "nobody came to the pipe within a minute")
  }

  /// Lets whoever reads this named pipe go on, once; who has ended does not hold the tests up.
  func release(_ name: String) throws {
    let path = file(name).path
    var gate: Int32 = -1
    try waitUntil("somebody reads \(name)") {
      gate = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      return gate >= 0
    }
    defer { close(gate) }
    try #require(write(gate, "go\n", 3) == 3)
  }

  /// Returns when a recording has been finished.
  func awaitFinished(_ name: String) throws {
    try waitUntil("\(name) is finished") {
      try query(name, "SELECT finished FROM recording") == "1"
    }
  }

  /// The recording's report.
  func report(_ name: String) throws -> Report {
    let result = try Spoor.run(["report", "--json", file(name).path])
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(Report.self, from: result.output)
  }

  /// What sqlite3 prints of the recording.
  func query(_ name: String, _ statement: String) throws -> String {
    let result = try Spoor.run(
      URL(filePath: "/usr/bin/sqlite3"),
      ["-readonly", "-cmd", ".timeout 10000", file(name).path, statement])
    #expect(result.status == 0, "\(result.errors)")
    return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

extension Report {
  /// How often any process looked up this very path.
  func lookups(of path: String) -> Int {
    paths.filter { $0.path == path }.map(\.count).reduce(0, +)
  }
}
