// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// A system call that walks a path: a `spoor_operation` of the ABI.
public struct Operation: RawRepresentable, Hashable, Sendable {
  public var rawValue: UInt16

  public init(rawValue: UInt16) {
    self.rawValue = rawValue
  }

  /// Every operation of the table, in its order.
  public static var all: [Operation] {
    (1..<UInt16(SPOOR_OPERATION_COUNT.rawValue)).map(Operation.init(rawValue:))
  }

  /// The operation of a system call's name.
  public init?(name: String) {
    guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// Those that ask for a descriptor of the file.
  public static let openNames: Set = ["open", "openat", "openat2", "creat"]

  private static let opens = Set(openNames.compactMap { Operation(name: $0)?.rawValue })

  /// Whether it asks for a descriptor of the file.
  public var isOpen: Bool { Self.opens.contains(rawValue) }

  /// The system call's name, such as `openat`.
  public var name: String {
    spoor_operation_name(UInt32(rawValue)).map { String(cString: $0) } ?? "operation\(rawValue)"
  }
}
