// SPDX-License-Identifier: Apache-2.0

import Events

/// Puts paths together from the kernel's names. Only for paths that are new: it allocates.
extension LookedUpPath {
  /// What a walk says of the path it went through.
  init(_ path: UnsafeRawBufferPointer, _ status: TextStatus, _ walk: Walk) {
    self.init(given: Array(path))
    let end = walk.end.path(below: walk.base)
    switch (status, walk.base.status) {
    case (.truncated, _), (.whole, .truncated):
      resolution = .truncated
    case (.whole, .whole):
      absolute = walk.base.path(climb: walk.climb, then: path)
    case (.whole, .left):
      // The directory it began in is gone from the process; the one it led to is not.
      absolute = end
      if walk.end.status == .truncated { resolution = .truncated }
    default:
      break
    }
    if absolute != nil { resolution = .resolved }
    if let end, end != absolute { opened = end }
  }
}

extension Place {
  private static let slash = UInt8(ascii: "/")

  /// From the root down.
  private var components: [UnsafeRawBufferPointer.SubSequence] {
    names.split(separator: 0).reversed()
  }

  /// The path of the place itself, as readlink tells it of /proc/PID/cwd; nil if it is not known.
  func path(below base: Place) -> [UInt8]? {
    switch status {
    case .whole:
      return Self.join(components, isDeleted: deletedNames > 0)
    case .belowBase:
      return Self.join(
        base.components + components,
        isDeleted: names.isEmpty ? base.deletedNames > 0 : deletedNames > 0)
    case .none, .truncated, .left:
      return nil
    }
  }

  /// The place, and a path from there. A leading ".." is the place's parent, since the place is
  /// a directory and no link, unless the place is the process's root.
  fileprivate func path(climb: UInt16, then path: UnsafeRawBufferPointer) -> [UInt8] {
    var above = components
    var deleted = Int(deletedNames)
    var climb = min(Int(climb), above.count)
    var below = path.split(separator: Self.slash)
      .filter { !$0.elementsEqual(CollectionOfOne(UInt8(ascii: "."))) }[...]
    while let first = below.first, first.elementsEqual("..".utf8) {
      below.removeFirst()
      guard climb > 0 else { continue }
      climb -= 1
      above.removeLast()
      deleted -= 1
    }
    let base = Self.join(above, isDeleted: deleted > 0)
    if below.isEmpty { return base }
    return (above.isEmpty ? [] : base) + Self.join(Array(below), isDeleted: false)
  }

  /// The kernel's own mark of what was deleted: d_path in fs/d_path.c.
  private static func join(
    _ components: [UnsafeRawBufferPointer.SubSequence], isDeleted: Bool
  ) -> [UInt8] {
    var path: [UInt8] = []
    for component in components {
      path.append(slash)
      path.append(contentsOf: component)
    }
    if path.isEmpty { path.append(slash) }
    if isDeleted { path.append(contentsOf: " (deleted)".utf8) }
    return path
  }
}
