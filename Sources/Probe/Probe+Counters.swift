// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CSpoorABI

/// The exact counters, which survive a full ring.
extension Probe {
  /// Brings what living threads have counted by themselves into the counters that are read here.
  /// What those had counted that have ended is there already.
  public func settleCounts() throws(ProbeError) {
    let reader = try IteratorReader(settleLink, "settle the counters")
    var nothing: [UInt8] = []
    while try reader.readPiece(of: 1, into: &nothing) {}
  }

  /// Every process's lookups by operation, but for the frequent operations: those are in its state.
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

  /// Every process's life, and its lookups by frequent operations.
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
    remove(processes, SPOOR_FORGET_PROCESSES, from: "processes")
    remove(lookups, SPOOR_FORGET_LOOKUPS, from: "lookup_counts")
    remove(terminals, SPOOR_FORGET_TERMINALS, from: "tty_counts")
  }

  private func remove<Key: BitwiseCopyable>(
    _ keys: [Key], _ map: spoor_forgetting, from name: String
  ) {
    let program = object.program("spoor_forget")
    for start in stride(from: 0, to: keys.count, by: Int(SPOOR_FORGET_KEYS)) {
      let some = keys[start..<min(start + Int(SPOOR_FORGET_KEYS), keys.count)]
      if plan.forgetsByProgram, Self.run(program, forgetting: some, map) { continue }
      for key in some {
        _ = withUnsafeBytes(of: key) { bpf_map_delete_elem(object.map(name), $0.baseAddress) }
      }
    }
  }

  /// False where the kernel does not run it.
  private static func run<Key: BitwiseCopyable>(
    _ program: OpaquePointer?, forgetting keys: ArraySlice<Key>, _ map: spoor_forgetting
  ) -> Bool {
    guard let program else { return false }
    var asked = spoor_forget()
    asked.count = UInt32(keys.count)
    asked.map = map.rawValue
    withUnsafeMutableBytes(of: &asked.keys) { slots in
      let size = slots.count / Int(SPOOR_FORGET_KEYS)
      for (place, key) in keys.enumerated() {
        slots.storeBytes(of: key, toByteOffset: place * size, as: Key.self)
      }
    }
    return withUnsafeMutableBytes(of: &asked) { asked in
      var options = bpf_test_run_opts()
      options.sz = MemoryLayout<bpf_test_run_opts>.size
      options.ctx_in = UnsafeRawPointer(asked.baseAddress)
      options.ctx_size_in = UInt32(asked.count)
      return bpf_prog_test_run_opts(bpf_program__fd(program), &options) == 0
    }
  }
}
