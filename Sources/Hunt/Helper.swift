// SPDX-License-Identifier: Apache-2.0

import Glibc
import Launcher

/// A program of the user's without a terminal, whose output goes to a file.
final class Helper {
  private var target: StartedTarget
  let output: String

  init(
    _ command: [String], _ environment: TargetEnvironment, _ context: HuntContext,
    directory: String?, output: String
  ) throws {
    self.output = output
    let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
    let log = try context.owner.perform {
      open(output, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o600)
    }
    defer {
      close(input)
      close(log)
    }
    guard input > 2, log > 2 else {
      throw HuntError(.hunt, "cannot write \(output): \(String(cString: strerror(errno)))")
    }
    do {
      target = try Launcher.start(
        command: command, user: context.user, inherited: context.inherited,
        environment: environment,
        surroundings: Surroundings(
          streams: .files(input: input, output: log), directory: directory))
    } catch {
      throw HuntError(.run, error.description)
    }
  }

  var process: Int32 { target.processID }
  /// Readable once it has ended.
  var descriptor: Int32 { target.descriptor }

  /// Ends it and returns its status as a shell tells it; SIGTERM, and SIGKILL after seconds.
  @discardableResult
  func end(within seconds: Double) -> Int32? {
    if !hasEnded(within: 0) {
      try? target.kill(SIGTERM)
      if !hasEnded(within: seconds) { try? target.kill(SIGKILL) }
    }
    return (try? target.wait())?.shellStatus
  }

  private func hasEnded(within seconds: Double) -> Bool {
    var waiting = pollfd(fd: target.descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiting, 1, Int32(seconds * 1000)) == 1
  }
}
