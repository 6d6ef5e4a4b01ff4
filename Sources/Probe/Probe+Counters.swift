// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CSpoorABI

/// The exact counters, which survive a full ring.
extension Probe {
  /// Every process's lookups by operation.
  public func lookupCounts() throws(ProbeError) -> [(spoor_lookup_key, spoor_lookup_count)] {
    try entries(of: "lookup_counts")
  }

  /// Every process's writes by terminal.
  public func terminalCounts() throws(ProbeError) -> [(spoor_tty_key, spoor_tty_count)] {
    try entries(of: "tty_counts")
  }

  /// What anybody wrote to the masters of terminals.
  public func terminalInputs() throws(ProbeError) -> [(spoor_tty, spoor_tty_input)] {
    try entries(of: "tty_inputs")
  }

  /// Every process's life.
  public func processStates() throws(ProbeError) -> [(spoor_process_key, spoor_process)] {
    try entries(of: "processes")
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
}
