// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CSpoorABI
import Glibc

/// The exact counters, which survive a full ring.
extension Probe {
  /// Every process's lookups by operation.
  public func lookupCounts() -> [(spoor_lookup_key, spoor_lookup_count)] {
    entries(of: "lookup_counts")
  }

  /// Every process's writes by terminal.
  public func terminalCounts() -> [(spoor_tty_key, spoor_tty_count)] {
    entries(of: "tty_counts")
  }

  /// What anybody wrote to the masters of terminals.
  public func terminalInputs() -> [(spoor_tty, spoor_tty_input)] {
    entries(of: "tty_inputs")
  }

  /// Every process's life.
  public func processStates() -> [(spoor_process_key, spoor_process)] {
    entries(of: "processes")
  }

  /// Loss counters, one entry a CPU.
  public func statistics() -> [spoor_statistics] {
    let cpus = max(1, Int(libbpf_num_possible_cpus()))
    var key: UInt32 = 0
    return [spoor_statistics](unsafeUninitializedCapacity: cpus) { buffer, count in
      let found = bpf_map_lookup_elem(object.map("statistics"), &key, buffer.baseAddress)
      count = found == 0 ? cpus : 0
    }
  }

  /// Frees the room of processes that were released: nobody can count for them any more.
  public func forget(
    processes: [spoor_process_key], lookups: [spoor_lookup_key], terminals: [spoor_tty_key]
  ) {
    remove(processes, from: "processes")
    remove(lookups, from: "lookup_counts")
    remove(terminals, from: "tty_counts")
  }

  private func remove<Key>(_ keys: [Key], from name: String) {
    let descriptor = object.map(name)
    for key in keys {
      _ = withUnsafeBytes(of: key) { bpf_map_delete_elem(descriptor, $0.baseAddress) }
    }
  }

  /// A whole hash map, in batches of system calls rather than one an entry.
  private func entries<Key: BitwiseCopyable, Value: BitwiseCopyable>(
    of name: String
  ) -> [(Key, Value)] {
    let descriptor = object.map(name)
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

  private func readBatch<Key: BitwiseCopyable, Value: BitwiseCopyable>(
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
