// SPDX-License-Identifier: Apache-2.0

import Glibc

/// As much of the kernel's types as programs ask about.
///
/// libbpf compares each type that a program reads with all that it is given; with the kernel's
/// hundred thousand that took 40 ms of spoor's start.
extension BTF {
  /// These types, each by its own number, which programs tell the kernel; and all that lies within
  /// them, by numbers that are free. What they point to is void.
  package func subset(_ wanted: [UInt32]) -> [UInt8] {
    let (kept, numbers) = closure(of: wanted)
    var sources = [UInt32](repeating: 0, count: Int(kept.map { numbers[Int($0)] }.max() ?? 0) + 1)
    for number in kept { sources[Int(numbers[Int(number)])] = number }
    var types: [UInt8] = []
    var strings = Strings()
    for number in sources.dropFirst() {
      guard number != 0 else {
        types += Self.pointerToVoid
        continue
      }
      var record = record(of: number)
      for field in typeFields(of: number) {
        let inner = Int(word(of: number, at: field))
        record.store(inner < count ? numbers[inner] : 0, at: field)
      }
      if kind(of: number) == .pointer { record.store(0, at: 8) }
      for field in nameFields(of: number) {
        record.store(strings.place(of: word(of: number, at: field), in: self), at: field)
      }
      types += record
    }
    return Self.file(types: types, strings: strings.bytes)
  }

  /// What no program asks about, where a number must not be left out.
  private static let pointerToVoid =
    [UInt32(0), Kind.pointer.rawValue << 24, 0].withUnsafeBytes { Array($0) }

  /// These types and those within them, and the new numbers by the old ones.
  private func closure(of wanted: [UInt32]) -> (kept: [UInt32], numbers: [UInt32]) {
    var kept = wanted
    var numbers = [UInt32](repeating: 0, count: count)
    for number in wanted { numbers[Int(number)] = number }
    let reserved = Set(wanted)
    var free: UInt32 = 1
    var next = 0
    while next < kept.count {
      for field in typeFields(of: kept[next]) {
        let inner = word(of: kept[next], at: field)
        guard let kind = kind(of: inner), kind != .prototype, numbers[Int(inner)] == 0 else {
          continue
        }
        while reserved.contains(free) { free += 1 }
        numbers[Int(inner)] = free
        free += 1
        kept.append(inner)
      }
      next += 1
    }
    return (kept, numbers)
  }

  /// Where a record has the numbers of other types that lie within its own.
  private func typeFields(of number: UInt32) -> StrideTo<Int> {
    switch kind(of: number) {
    case .const, .volatile, .restrict, .typedef, .typeTag: stride(from: 8, to: 12, by: 4)
    // Its elements' type, and that of its index.
    case .array: stride(from: 12, to: 20, by: 4)
    case .structure, .union: stride(from: 16, to: 12 + 12 * memberCount(of: number), by: 12)
    default: stride(from: 0, to: 0, by: 1)
    }
  }

  /// Where a record has names: its own first.
  private func nameFields(of number: UInt32) -> [Int] {
    let step =
      switch kind(of: number) {
      case .structure, .union, .enumeration64: 12
      case .enumeration: 8
      default: 0
      }
    return [0] + (step == 0 ? [] : (0..<memberCount(of: number)).map { 12 + step * $0 })
  }

  private struct Strings {
    private(set) var bytes: [UInt8] = [0]
    private var places: [UInt32: UInt32] = [0: 0]

    mutating func place(of offset: UInt32, in types: BTF) -> UInt32 {
      if let place = places[offset] { return place }
      let place = UInt32(bytes.count)
      types.withName(offset) { bytes += UnsafeRawBufferPointer(start: $0, count: strlen($0) + 1) }
      places[offset] = place
      return place
    }
  }

  private static func file(types: [UInt8], strings: [UInt8]) -> [UInt8] {
    let header = Header(
      magic: magic, version: 1, flags: 0, length: UInt32(MemoryLayout<Header>.size), typesStart: 0,
      typesLength: UInt32(types.count), stringsStart: UInt32(types.count),
      stringsLength: UInt32(strings.count))
    return withUnsafeBytes(of: header) { Array($0) } + types + strings
  }
}

extension [UInt8] {
  fileprivate mutating func store(_ word: UInt32, at offset: Int) {
    withUnsafeMutableBytes { $0.storeBytes(of: word, toByteOffset: offset, as: UInt32.self) }
  }
}
