// SPDX-License-Identifier: Apache-2.0

/// How far a path could be resolved.
public enum PathResolution: UInt8, Sendable, CaseIterable {
  /// Its absolute path is known.
  case resolved = 0
  /// It began nowhere below the root of the process's mount namespace (a descriptor that is none,
  /// a detached mount, another namespace), or the path itself could not be read.
  case unresolved = 1
  /// The path, or that of the directory where it began, was longer than the room for it.
  case truncated = 2
  /// One of those that came when there was room for no more, `PathCapacity`: counted together.
  case other = 3

  /// As reports tell it.
  public var name: String { "\(self)" }
}

/// A path as a call was given it, with what the kernel made of it.
public struct LookedUpPath: Hashable, Sendable {
  /// As given to the call.
  public var given: [UInt8]
  /// Where that began, and then the path, from the root of the process's mount namespace on: a
  /// chroot's own prefix is part of it. No "." and no doubled slash is left, and no ".." that
  /// comes before the first name; one after a name stays, as the name may be a symbolic link.
  /// Nil unless resolved.
  public var absolute: [UInt8]?
  public var resolution: PathResolution
  /// The own path of the file that was opened, where it is another than `absolute`.
  public var opened: [UInt8]?

  public init(
    given: [UInt8], absolute: [UInt8]? = nil, resolution: PathResolution = .unresolved,
    opened: [UInt8]? = nil
  ) {
    self.given = given
    self.absolute = absolute
    self.resolution = resolution
    self.opened = opened
  }

  /// Stands for all that there is no room for.
  public static let other = LookedUpPath(
    given: Array("(other paths)".utf8), resolution: .other)
}
