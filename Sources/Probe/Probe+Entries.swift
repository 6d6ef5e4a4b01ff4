// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import Glibc

/// Whole hash maps.
extension Probe {
  /// By iterator where bpf(2) would keep programs from running, which takes ten times as long.
  func entries<Key: BitwiseCopyable, Value: BitwiseCopyable>(
    of name: String
  ) throws(ProbeError) -> [(Key, Value)] {
    guard let link = mapLinks[name] else { return Self.entries(ofMap: object.map(name)) }
    return try Self.entries(by: link)
  }

  /// A kernel's buffer of an iterator, which holds some hundred entries.
  private static let pieceLength = 32 << 10

  /// See counters.bpf.c.
  private static func entries<Key: BitwiseCopyable, Value: BitwiseCopyable>(
    by iterator: OpaquePointer
  ) throws(ProbeError) -> [(Key, Value)] {
    let reader = try IteratorReader(iterator, "read the counters")
    var bytes: [UInt8] = []
    while try reader.readPiece(of: pieceLength, into: &bytes) {}
    let keySize = MemoryLayout<Key>.size
    return bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: keySize + MemoryLayout<Value>.size).map { start in
        (
          bytes.loadUnaligned(fromByteOffset: start, as: Key.self),
          bytes.loadUnaligned(fromByteOffset: start + keySize, as: Value.self)
        )
      }
    }
  }

  /// In batches of system calls rather than one an entry.
  private static func entries<Key: BitwiseCopyable, Value: BitwiseCopyable>(
    ofMap descriptor: Int32
  ) -> [(Key, Value)] {
    var all: [(Key, Value)] = []
    var cursor: UInt32 = 0
    var isFirst = true
    var size = 256
    while true {
      let batch: Batch<Key, Value> = readBatch(descriptor, size, isFirst ? nil : cursor)
      if batch.status == -ENOSPC {  // a bucket with more entries than the batch
        size *= 2
        continue
      }
      all.append(contentsOf: zip(batch.keys, batch.values))
      guard batch.status == 0 else { return all }
      cursor = batch.cursor
      isFirst = false
    }
  }

  private struct Batch<Key, Value> {
    var keys: [Key] = []
    var values: [Value] = []
    var cursor: UInt32 = 0
    var status: Int32 = 0
  }

  private static func readBatch<Key: BitwiseCopyable, Value: BitwiseCopyable>(
    _ descriptor: Int32, _ size: Int, _ cursor: UInt32?
  ) -> Batch<Key, Value> {
    var batch = Batch<Key, Value>()
    var count = UInt32(size)
    var start = cursor ?? 0
    batch.values = [Value](unsafeUninitializedCapacity: size) { values, valueCount in
      batch.keys = [Key](unsafeUninitializedCapacity: size) { keys, keyCount in
        let isFirst = cursor == nil
        batch.status = withUnsafeMutablePointer(to: &start) { start in
          bpf_map_lookup_batch(
            descriptor, isFirst ? nil : UnsafeMutableRawPointer(start), &batch.cursor,
            keys.baseAddress, values.baseAddress, &count, nil)
        }
        // At the end the call fails with ENOENT, and what it had found is there.
        keyCount = batch.status == 0 || batch.status == -ENOENT ? Int(count) : 0
        valueCount = keyCount
      }
    }
    return batch
  }
}
