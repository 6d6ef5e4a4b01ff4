// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Launcher
import Testing

@Suite struct LauncherTests {
  private func start(
    _ command: [String], environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) throws(LaunchError) -> StartedTarget {
    try Launcher.start(
      command: command, user: .current(asRoot: true), inherited: .capture(),
      environment: TargetEnvironment(environment))
  }

  private func failure(
    _ command: [String], environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  ) -> LaunchError? {
    do throws(LaunchError) {
      _ = try start(command, environment: environment)
      return nil
    } catch {
      return error
    }
  }

  @Test func theExitCodeComesBackAsOftenAsAsked() throws {
    var target = try start(["sh", "-c", "exit 7"])
    #expect(try target.wait() == .exited(7))
    #expect(try target.wait() == .exited(7))
    try target.kill(SIGTERM)
  }

  @Test func aSignalReachesTheTargetAndItsDescriptorTells() throws {
    var target = try start(["tail", "-f", "/dev/null"])
    var waiting = pollfd(fd: target.descriptor, events: Int16(POLLIN), revents: 0)
    #expect(poll(&waiting, 1, 0) == 0)
    // Not SIGTERM: a test's thread belongs to Dispatch, which blocks the signals it can.
    try target.kill(SIGKILL)
    #expect(poll(&waiting, 1, 60_000) == 1)
    let status = try target.wait()
    #expect(status == .signaled(SIGKILL, coreDumped: false))
    #expect(status.shellStatus == 137)
  }

  @Test func aCommandThatIsNotThereGivesOneSentence() {
    let error = failure(["spoor-no-such-command"])
    #expect(error?.code == .notFound)
    #expect(
      error?.description == "cannot run 'spoor-no-such-command': No such file or directory;"
        + " check the name or give its path")
    #expect(failure([""])?.code == .notFound)
    #expect(failure([])?.code == .notFound)
  }

  @Test func aTargetHasTheStreamsAndTheDirectoryThatAreGiven() throws {
    var pipes: [Int32] = [-1, -1]
    let isMade = pipe(&pipes) == 0
    try #require(isMade)
    let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { for descriptor in [pipes[0], input] { close(descriptor) } }
    var target = try Launcher.start(
      command: [
        "sh", "-c", "pwd; readlink /proc/self/fd/0; test $$ = $(ps -o sid= -p $$) && echo own",
      ],
      user: .current(asRoot: true), inherited: .capture(),
      environment: TargetEnvironment(["PATH": "/usr/bin:/bin"]),
      surroundings: Surroundings(
        streams: .files(input: input, output: pipes[1]), directory: "/usr"))
    close(pipes[1])
    #expect(try target.wait() == .exited(0))
    var bytes = [UInt8](repeating: 0, count: 1000)
    let count = read(pipes[0], &bytes, bytes.count)
    #expect(
      String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "/usr\n/dev/null\nown\n")
  }

  @Test func aTerminalBecomesTheControllingOne() throws {
    var (master, slave): (Int32, Int32) = (-1, -1)
    let isMade = openpty(&master, &slave, nil, nil, nil) == 0
    try #require(isMade)
    defer { for descriptor in [master, slave] { close(descriptor) } }
    var target = try Launcher.start(
      command: ["sh", "-c", ": </dev/tty && test -t 0 && test -t 2"],
      user: .current(asRoot: true), inherited: .capture(),
      environment: TargetEnvironment(["PATH": "/usr/bin:/bin"]),
      surroundings: Surroundings(streams: .terminal(slave)))
    #expect(try target.wait() == .exited(0))
  }

  @Test func aDirectoryThatIsNotThereGivesOneSentence() throws {
    let error = #expect(throws: LaunchError.self) {
      try Launcher.start(
        command: ["true"], user: .current(asRoot: true), inherited: .capture(),
        environment: TargetEnvironment(["PATH": "/usr/bin:/bin"]),
        surroundings: Surroundings(directory: "/no/such")
      ).processID
    }
    #expect(
      error?.description == "cannot run 'true' in '/no/such': No such file or directory; name a"
        + " directory that the user may enter")
  }

  @Test func aFailedTargetIsReaped() throws {
    // Of this thread only, so that targets of other tests do not show.
    let before = try children()
    #expect(failure(["spoor-no-such-command"]) != nil)
    #expect(try children() == before)
  }

  @Test func aFileThatMayNotRunIsNotAMissingOne() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.file("plain", "true\n", mode: 0o644)
    #expect(failure([path])?.underlyingErrno == EACCES)
    // EACCES is remembered, and the search goes on.
    let error = failure(["plain"], environment: ["PATH": "/nowhere:\(scratch.path):/usr/bin"])
    #expect(error?.code == .notExecutable)
    #expect(
      error?.description == "cannot run 'plain': Permission denied;"
        + " make it executable for this user: chmod +x '\(path)'")
    #expect(throws: Never.self) {
      let tail = try scratch.file("tail", mode: 0o644)
      #expect(tail.hasPrefix(scratch.path))
      var target = try start(
        ["tail", "/dev/null"], environment: ["PATH": "\(scratch.path):/usr/bin"])
      #expect(try target.wait() == .exited(0))
    }
  }

  @Test func aMissingInterpreterIsNamed() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.file("script", "#!/no/such/interpreter\n", mode: 0o755)
    let error = failure([path])
    #expect(error?.code == .notExecutable)
    #expect(error?.description.contains("'\(path)' is there, but the interpreter") == true)
  }

  @Test func aScriptWithoutAFirstLineRunsInTheShell() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.file("bare", "echo \"$0|$1|$2\" >\"$OUT\"\n", mode: 0o755)
    var target = try start(
      ["bare", "a b", "c"], environment: ["PATH": scratch.path, "OUT": scratch.path + "/out"])
    #expect(try target.wait() == .exited(0))
    #expect(try scratch.lines("out") == ["\(path)|a b|c"])
  }

  @Test func anArgumentKeepsBytesThatAreNotText() throws {
    let scratch = try ScratchDirectory()
    let script = "printf %s \"$1\" | od -An -tx1 >\"$OUT\""
    let command = ["sh", "-c", script, "sh"].map { Array($0.utf8) } + [[0x61, 0xff, 0x0a]]
    var target = try Launcher.start(
      command: command, user: .current(asRoot: true), inherited: .capture(),
      environment: TargetEnvironment(["PATH": "/usr/bin:/bin", "OUT": scratch.path + "/out"]))
    #expect(try target.wait() == .exited(0))
    #expect(try scratch.lines("out") == [" 61 ff 0a"])
  }

  private func children() throws -> [String] {
    let descriptor = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ScratchDirectory.Failure(errno: errno) }
    defer { close(descriptor) }
    var content = [UInt8](repeating: 0, count: 1 << 12)
    let count = read(descriptor, &content, content.count)
    return String(decoding: content.prefix(max(0, count)), as: UTF8.self)
      .split(separator: " ").map(String.init)
  }
}
