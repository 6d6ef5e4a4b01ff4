// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CSpoorABI
import Foundation

/// Ring records in memory as the ring holds them: each begins at a multiple of eight bytes.
///
/// A file has them one after the other, each after its length as a `UInt32`.
final class RecordStore {
  private(set) var records: [UnsafeRawBufferPointer] = []
  private let memory: UnsafeMutableRawBufferPointer

  var count: Int { records.count }

  /// Takes over what a file has.
  convenience init(file: String) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    try self.init(framed: bytes)
  }

  /// - Parameter bytes: laid out as in a file.
  init(framed bytes: some ContiguousBytes) throws {
    var lengths: [(offset: Int, length: Int)] = []
    var room = 0
    try bytes.withUnsafeBytes { bytes in
      var offset = 0
      while offset < bytes.count {
        guard offset + 4 <= bytes.count else { throw ValidationError("the file is cut off") }
        let length = Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        guard offset + 4 + length <= bytes.count else {
          throw ValidationError("the file is cut off")
        }
        lengths.append((offset + 4, length))
        offset += 4 + length
        room += (length + 7) & ~7
      }
    }
    memory = .allocate(byteCount: room, alignment: 8)
    records.reserveCapacity(lengths.count)
    var place = 0
    bytes.withUnsafeBytes { bytes in
      for (offset, length) in lengths {
        let record = UnsafeMutableRawBufferPointer(rebasing: memory[place..<place + length])
        record.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]))
        records.append(UnsafeRawBufferPointer(record))
        place += (length + 7) & ~7
      }
    }
  }

  deinit {
    memory.deallocate()
  }

  /// Lookups as a build makes them: 16 processes in runs of 50, 2,000 paths, a third missing.
  static func synthetic() throws -> RecordStore {
    let paths = (0..<2000).map { Array("/usr/include/library-\($0 % 40)/header-\($0).h".utf8) }
    var framed = Data()
    var random: UInt64 = 1
    for number in 0..<400_000 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let choice = Int(random >> 33)
      let path = paths[choice % paths.count]
      var raw = spoor_lookup()
      raw.header.time_ns = UInt64(number)
      raw.header.tgid = 1000 + UInt32(number / 50 % 16)
      raw.header.start_time_ns = UInt64(raw.header.tgid) * 1000
      raw.header.tid = raw.header.tgid
      raw.header.kind = UInt16(SPOOR_KIND_LOOKUP.rawValue)
      raw.header.length = UInt16(MemoryLayout<spoor_lookup>.size + path.count)
      raw.operation = 1
      raw.result = choice % 3 == 0 ? -2 : 3
      raw.path_length = UInt16(path.count)
      withUnsafeBytes(of: UInt32(raw.header.length)) { framed.append(contentsOf: $0) }
      withUnsafeBytes(of: raw) { framed.append(contentsOf: $0) }
      framed.append(contentsOf: path)
    }
    return try RecordStore(framed: framed)
  }
}
