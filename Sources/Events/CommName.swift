// SPDX-License-Identifier: Apache-2.0

/// A thread's name: up to 15 bytes and a NUL, kept in place.
public struct CommName: Sendable {
  public typealias Bytes = (
    UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8,
    UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8
  )

  private var raw: Bytes

  public init(_ raw: Bytes) {
    self.raw = raw
  }

  /// The bytes before the NUL.
  public var bytes: [UInt8] {
    withUnsafeBytes(of: raw) { Array($0.prefix { $0 != 0 }) }
  }
}
