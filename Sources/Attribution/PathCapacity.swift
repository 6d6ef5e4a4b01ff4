// SPDX-License-Identifier: Apache-2.0

/// How many distinct paths are told apart: a process that makes up new ones as fast as it can
/// must not take the machine's memory with it.
///
/// Those that are known stay known. A new one is then `LookedUpPath.other`, for each process
/// that looks it up. One process alone may fill a half, so that its neighbours' still have names.
public struct PathCapacity: Hashable, Sendable {
  /// Paths, each from one place: a path from two working directories counts twice.
  public var count: Int
  /// Bytes of text: the paths as given and as resolved, and the places where they began. No more
  /// than 2 GiB count.
  public var bytes: Int

  public init(count: Int, bytes: Int) {
    self.count = count
    self.bytes = min(bytes, 1 << 31)
  }

  /// 262,144 paths, 32 MiB: a checkout of Linux, each of its files by its own path, fits.
  public static let standard = PathCapacity(count: 1 << 18, bytes: 32 << 20)
}
