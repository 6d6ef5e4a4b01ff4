// SPDX-License-Identifier: Apache-2.0

/// C strings ended by NULL, as execve takes them. Lives at fixed addresses until it goes.
struct CStringArray: ~Copyable {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  /// Copies the strings; a nil leaves a slot that the child fills.
  init(_ strings: [[UInt8]?]) {
    count = strings.count
    pointers = .allocate(capacity: strings.count + 1)
    for (index, string) in strings.enumerated() {
      (pointers + index).initialize(to: string.map(Self.copy))
    }
    (pointers + strings.count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { pointers[index]?.deallocate() }
    pointers.deallocate()
  }

  private static func copy(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
    let result = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    for (index, byte) in bytes.enumerated() {
      (result + index).initialize(to: CChar(bitPattern: byte))
    }
    (result + bytes.count).initialize(to: 0)
    return result
  }
}
