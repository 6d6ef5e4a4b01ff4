// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Glibc

/// Starts a target as the right user, with the umask of spoor; its
/// terminal, session, process group and working directory are spoor's too, unless others are given.
public enum Launcher {
  /// Starts a command as a user and returns when its exec has succeeded.
  ///
  /// The command is searched in the target's PATH, with the target's rights, as execvp does.
  /// Needs root where the user is switched to, so it comes before privileges are dropped.
  ///
  /// - Parameters:
  ///   - command: the name or path, and its arguments.
  ///   - user: who it runs as.
  ///   - inherited: captured at the start of spoor.
  ///   - environment: instead of `inherited.environment(for: user)`.
  ///   - surroundings: its streams and directory.
  public static func start(
    command: [[UInt8]],
    user: InvokingUser,
    inherited: InheritedState,
    environment: TargetEnvironment? = nil,
    surroundings: Surroundings = Surroundings()
  ) throws(LaunchError) -> StartedTarget {
    guard let name = command.first, !name.isEmpty else {
      throw LaunchError(.notFound, "the command is empty; name a program after --", errno: ENOENT)
    }
    guard !command.contains(where: { $0.contains(0) }) else {
      throw LaunchError(
        .notFound, "cannot run \(quoted(name)): an argument holds a NUL; leave it out",
        errno: EINVAL)
    }
    let variables: TargetEnvironment
    if let environment {
      variables = environment
    } else {
      variables = try inherited.environment(for: user)
    }
    let candidates = CommandSearch.candidates(command: name, path: variables["PATH"])
    let request = LaunchRequest(
      command: command, candidates: candidates, user: user,
      environment: variables, inherited: inherited, surroundings: surroundings)
    let launched = request.start()
    guard launched.stage == SPOOR_LAUNCH_STARTED else {
      throw LaunchError(
        launched, command: name, candidates: candidates, user: user,
        directory: surroundings.directory)
    }
    return StartedTarget(processID: launched.pid, descriptor: launched.pidfd)
  }

  /// The same for a command given as text.
  public static func start(
    command: [String],
    user: InvokingUser,
    inherited: InheritedState,
    environment: TargetEnvironment? = nil,
    surroundings: Surroundings = Surroundings()
  ) throws(LaunchError) -> StartedTarget {
    try start(
      command: command.map { Array($0.utf8) }, user: user,
      inherited: inherited, environment: environment, surroundings: surroundings)
  }
}
