// SPDX-License-Identifier: Apache-2.0

/// Types in the BPF Type Format (Documentation/bpf/btf.rst), by their numbers; 0 is void.
///
/// libbpf reads them too, and hands nothing of the kernel's that it read for a program to anybody:
/// reading those by it once more took 20 ms of spoor's start.
package struct BTF: Sendable {
  /// The numbers of include/uapi/linux/btf.h.
  package enum Kind: UInt32 {
    case integer = 1
    case pointer, array, structure, union, enumeration, forward, typedef, volatile, const
    case restrict, function, prototype, variable, section, float, declarationTag, typeTag
    case enumeration64
  }

  /// `struct btf_header`, as this machine orders bytes.
  struct Header: BitwiseCopyable {
    var magic: UInt16
    var version: UInt8
    var flags: UInt8
    var length: UInt32
    var typesStart: UInt32
    var typesLength: UInt32
    var stringsStart: UInt32
    var stringsLength: UInt32
  }

  static let magic: UInt16 = 0xeb9f

  private let bytes: FileBytes
  private let strings: Range<Int>
  /// Where each type's record begins, by its number.
  private let places: [UInt32]
  /// Structures, unions, enumerations and typedefs: what has a name of its own.
  private let named: [UInt32]

  /// Nil for what is no BTF, for a broken one, and for one with kinds that are not known here.
  init?(_ bytes: FileBytes) {
    let headerLength = MemoryLayout<Header>.size
    guard bytes.count >= headerLength else { return nil }
    let header = bytes.withUnsafeBytes { $0.loadUnaligned(as: Header.self) }
    guard header.magic == Self.magic, Int(header.length) >= headerLength else { return nil }
    let types = Self.range(header.length, header.typesStart, header.typesLength)
    let strings = Self.range(header.length, header.stringsStart, header.stringsLength)
    guard types.upperBound <= bytes.count, strings.upperBound <= bytes.count,
      strings.last.map({ last in bytes.withUnsafeBytes { $0[last] == 0 } }) ?? false
    else { return nil }
    var places: [UInt32] = [0]
    var named: [UInt32] = []
    var place = types.lowerBound
    while place < types.upperBound {
      guard types.upperBound - place >= 12 else { return nil }
      let info = bytes.withUnsafeBytes {
        $0.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
      }
      guard let kind = Self.kind(info) else { return nil }
      if kind.hasOwnName { named.append(UInt32(places.count)) }
      places.append(UInt32(place))
      place += kind.recordLength(Self.memberCount(info))
    }
    guard place == types.upperBound else { return nil }
    (self.bytes, self.strings, self.places, self.named) = (bytes, strings, places, named)
  }

  package init?(_ bytes: [UInt8]) {
    self.init(FileBytes(bytes))
  }

  /// Where a section of the file is.
  private static func range(_ header: UInt32, _ start: UInt32, _ length: UInt32) -> Range<Int> {
    let start = Int(header) + Int(start)
    return start..<start + Int(length)
  }

  private static func kind(_ info: UInt32) -> Kind? { Kind(rawValue: info >> 24 & 0x1f) }
  private static func memberCount(_ info: UInt32) -> Int { Int(info & 0xffff) }

  /// One more than the highest number.
  package var count: Int { places.count }

  /// The numbers of those with a name of their own for which this is so.
  package func numbers(where isWanted: (Kind, UnsafePointer<CChar>) -> Bool) -> [UInt32] {
    named.filter { number in
      guard let kind = kind(of: number) else { return false }
      return withName(word(of: number, at: 0)) { isWanted(kind, $0) }
    }
  }

  /// Nil for void, and for a number that there is not.
  func kind(of number: UInt32) -> Kind? {
    (1..<count).contains(Int(number)) ? Self.kind(word(of: number, at: 4)) : nil
  }

  /// Members of a structure, values of an enumeration.
  func memberCount(of number: UInt32) -> Int { Self.memberCount(word(of: number, at: 4)) }

  /// `struct btf_type`, and what comes after it; empty for void.
  func record(of number: UInt32) -> [UInt8] {
    guard let kind = kind(of: number) else { return [] }
    let place = Int(places[Int(number)])
    let length = kind.recordLength(memberCount(of: number))
    return bytes.withUnsafeBytes { Array($0[place..<place + length]) }
  }

  /// A word of a type's record.
  func word(of number: UInt32, at offset: Int) -> UInt32 {
    bytes.withUnsafeBytes {
      $0.loadUnaligned(fromByteOffset: Int(places[Int(number)]) + offset, as: UInt32.self)
    }
  }

  /// A name by its place among the strings; the last of them for a place that there is not.
  func withName<Result>(_ offset: UInt32, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    bytes.withUnsafeBytes {
      let place = min(strings.lowerBound + Int(offset), strings.upperBound - 1)
      guard let name = $0.baseAddress?.advanced(by: place) else { return body("") }
      return body(name.assumingMemoryBound(to: CChar.self))
    }
  }
}

extension BTF.Kind {
  var hasOwnName: Bool {
    switch self {
    case .structure, .union, .enumeration, .enumeration64, .typedef: true
    default: false
    }
  }

  /// Bytes after the record's first three words, for each of its members and apart from them.
  fileprivate var tail: (fixed: Int, byMember: Int) {
    switch self {
    case .integer, .variable, .declarationTag: (4, 0)
    case .array: (12, 0)
    case .structure, .union, .section, .enumeration64: (0, 12)
    case .enumeration, .prototype: (0, 8)
    default: (0, 0)
    }
  }

  fileprivate func recordLength(_ members: Int) -> Int {
    12 + tail.fixed + tail.byMember * members
  }
}
