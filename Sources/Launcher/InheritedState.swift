// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Glibc

/// What spoor was started with and its target shall get too: signal mask, ignored signals,
/// resource limits, descriptors (the missing ones of the standard streams, too) and the
/// environment.
///
/// spoor changes some of these for itself, so `capture` comes first of all.
public struct InheritedState: Sendable {
  let process: spoor_inherited
  /// Those above 2 that an exec does not close.
  let descriptors: [Int32]
  private let own: TargetEnvironment
  private let handedOver: Result<TargetEnvironment, LaunchError>?

  /// Records the state, on the main thread, before spoor blocks a signal or starts a thread.
  ///
  /// Also takes the file named by SPOOR_ENVIRONMENT_FILE (as root under sudo only), stops
  /// ignoring SIGCHLD, and opens /dev/null for each closed descriptor of 0 to 2.
  public static func capture() -> InheritedState {
    var process = spoor_inherited()
    spoor_inherited_capture(&process)
    let descriptors = openDescriptors()
    var own = TargetEnvironment.own()
    let path = own[EnvironmentFile.variable]
    own[EnvironmentFile.variable] = nil
    return InheritedState(
      process: process, descriptors: descriptors, own: own, handedOver: path.flatMap(handOver))
  }

  private static func openDescriptors() -> [Int32] {
    guard let folder = opendir("/proc/self/fd") else { return [] }
    defer { closedir(folder) }
    var descriptors: [Int32] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      // The folder's own is closed by an exec, as all are that spoor opens.
      guard let descriptor = Int32(name), descriptor > 2 else { continue }
      let flags = fcntl(descriptor, F_GETFD)
      if flags >= 0, flags & FD_CLOEXEC == 0 { descriptors.append(descriptor) }
    }
    return descriptors
  }

  /// The environment for a target of this user.
  ///
  /// For oneself, spoor's own. For the caller of sudo, the one that tools/spoor handed over,
  /// otherwise spoor's own `restored(to:)` the user. Throws where the one handed over was unfit.
  public func environment(for user: InvokingUser) throws(LaunchError) -> TargetEnvironment {
    guard user.isSwitched else { return own }
    guard let handedOver else { return own.restored(to: user) }
    return try handedOver.get()
  }

  private static func handOver(path: [UInt8]) -> Result<TargetEnvironment, LaunchError>? {
    do throws(LaunchError) {
      let user = try InvokingUser.current()
      guard user.isSwitched else { return nil }
      return .success(
        try EnvironmentFile.take(path: path, userID: user.userID, groupID: user.groupID))
    } catch {
      return .failure(error)
    }
  }
}
