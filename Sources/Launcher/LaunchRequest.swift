// SPDX-License-Identifier: Apache-2.0

import CLauncher

/// All that the child needs, at fixed addresses: between fork and exec nothing is allocated.
struct LaunchRequest: ~Copyable {
  private let candidates: CStringArray
  private let arguments: CStringArray
  private let shellArguments: CStringArray
  private let environment: CStringArray
  private let inherited: InheritedState
  /// As with sudo, nothing that another user opened: it may be what this one may not open.
  private var passed: [Int32] { user.isSwitched ? [] : inherited.descriptors }
  private let user: InvokingUser
  private let surroundings: Surroundings
  /// The directory alone, or nothing.
  private let directory: CStringArray

  init(
    command: [[UInt8]], candidates: [[UInt8]], user: InvokingUser,
    environment: TargetEnvironment, inherited: InheritedState,
    surroundings: Surroundings
  ) {
    self.candidates = CStringArray(candidates)
    arguments = CStringArray(command)
    shellArguments = CStringArray([Array("/bin/sh".utf8), nil] + command.dropFirst().map(\.self))
    self.environment = CStringArray(environment.entries)
    self.inherited = inherited
    self.user = user
    self.surroundings = surroundings
    directory = CStringArray(surroundings.directory.map { [Array($0.utf8)] } ?? [])
  }

  /// Starts the child; a borrow of self keeps every address valid meanwhile.
  borrowing func start() -> spoor_launched {
    var groupsSeen = [UInt32](repeating: 0, count: user.groups.count + 1)
    return withUnsafePointer(to: inherited.process) { process in
      user.groups.withUnsafeBufferPointer { groups in
        passed.withUnsafeBufferPointer { passed in
          groupsSeen.withUnsafeMutableBufferPointer { seen in
            var launch = spoor_launch(
              candidates: candidates.pointers, arguments: arguments.pointers,
              shell_arguments: shellArguments.pointers, environment: environment.pointers,
              inherited: process, switches_user: user.isSwitched,
              uid: user.userID, gid: user.groupID,
              groups: groups.baseAddress, group_count: groups.count,
              groups_seen: seen.baseAddress, passed: passed.baseAddress,
              passed_count: passed.count, standard: surroundings.standard,
              leads_session: surroundings.leadsSession,
              takes_terminal: surroundings.takesTerminal, directory: directory.pointers[0])
            return spoor_launch_start(&launch)
          }
        }
      }
    }
  }
}
