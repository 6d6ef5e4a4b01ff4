// SPDX-License-Identifier: Apache-2.0

/// Where a directory or a file is, as the kernel links it: from the leaf up.
///
/// The bytes point into the ring, as those of an event do.
public struct Place {
  /// What is told of it; the numbers are those of `enum spoor_place_status`.
  public enum Status: UInt8, Sendable {
    /// Nothing: there is none, or it is not below the root of the process's mount namespace.
    case none = 0
    /// Names from the root of the mount namespace on.
    case whole = 1
    /// More names than there is room for: those next to the root are missing.
    case truncated = 2
    /// Names from the directory on where the lookup began.
    case belowBase = 3
    /// A directory that the call itself has left: chdir.
    case left = 4
  }

  /// The leaf's name first; a NUL after each.
  public var names: UnsafeRawBufferPointer
  public var status: Status
  /// So many names, counted from the leaf, are no longer in their directories.
  public var deletedNames: UInt8

  public init(
    names: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
    status: Status = .none, deletedNames: UInt8 = 0
  ) {
    self.names = names
    self.status = status
    self.deletedNames = deletedNames
  }
}

/// How the kernel went through one path.
public struct Walk {
  /// The directory where it began: the working directory, a descriptor's, or the root.
  public var base: Place
  /// So many names of `base`, counted from the leaf, are below the process's root, where ".."
  /// stops; 65,535 if that root is not above it.
  public var climb: UInt16
  /// What was opened, entered or executed; none if the call does no such thing, or failed.
  public var end: Place

  public init(base: Place = Place(), climb: UInt16 = .max, end: Place = Place()) {
    self.base = base
    self.climb = climb
    self.end = end
  }
}
