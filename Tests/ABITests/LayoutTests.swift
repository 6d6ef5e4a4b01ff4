// SPDX-License-Identifier: Apache-2.0

import CSpoorABI
import Testing

/// The ABI as Swift sees it must be the ABI as C sees it.
struct LayoutTests {
  /// What the C compiler exported.
  private let facts: [String: Int] = {
    var facts: [String: Int] = [:]
    var index: UInt32 = 0
    while let fact = spoor_layout_fact(index) {
      facts[String(cString: fact.pointee.name)] = Int(fact.pointee.value)
      index += 1
    }
    return facts
  }()

  private static let sizes: [(String, Int)] = [
    ("spoor_header", MemoryLayout<spoor_header>.size),
    ("spoor_place", MemoryLayout<spoor_place>.size),
    ("spoor_lookup", MemoryLayout<spoor_lookup>.size),
    ("spoor_tty", MemoryLayout<spoor_tty>.size),
    ("spoor_tty_write", MemoryLayout<spoor_tty_write>.size),
    ("spoor_tty_text", MemoryLayout<spoor_tty_text>.size),
    ("spoor_fork", MemoryLayout<spoor_fork>.size),
    ("spoor_exec", MemoryLayout<spoor_exec>.size),
    ("spoor_exit", MemoryLayout<spoor_exit>.size),
    ("spoor_release", MemoryLayout<spoor_release>.size),
    ("spoor_wait", MemoryLayout<spoor_wait>.size),
    ("spoor_resize", MemoryLayout<spoor_resize>.size),
    ("spoor_master_change", MemoryLayout<spoor_master_change>.size),
    ("spoor_tty_input", MemoryLayout<spoor_tty_input>.size),
    ("spoor_forget", MemoryLayout<spoor_forget>.size),
    ("spoor_process", MemoryLayout<spoor_process>.size),
    ("spoor_statistics", MemoryLayout<spoor_statistics>.size),
    ("spoor_configuration", MemoryLayout<spoor_configuration>.size),
    ("spoor_census", MemoryLayout<spoor_census>.size),
    ("spoor_holder", MemoryLayout<spoor_holder>.size),
    ("spoor_descriptor_table", MemoryLayout<spoor_descriptor_table>.size),
    ("spoor_pty_master", MemoryLayout<spoor_pty_master>.size),
    ("spoor_inotify", MemoryLayout<spoor_inotify>.size),
    ("spoor_walk_end", MemoryLayout<spoor_walk_end>.size),
  ]

  private static let offsets: [(String, Int?)] = [
    ("spoor_header.time_ns", MemoryLayout<spoor_header>.offset(of: \.time_ns)),
    ("spoor_header.start_time_ns", MemoryLayout<spoor_header>.offset(of: \.start_time_ns)),
    ("spoor_header.tgid", MemoryLayout<spoor_header>.offset(of: \.tgid)),
    ("spoor_header.tid", MemoryLayout<spoor_header>.offset(of: \.tid)),
    ("spoor_header.kind", MemoryLayout<spoor_header>.offset(of: \.kind)),
    ("spoor_header.length", MemoryLayout<spoor_header>.offset(of: \.length)),
    ("spoor_lookup.result", MemoryLayout<spoor_lookup>.offset(of: \.result)),
    ("spoor_lookup.flags", MemoryLayout<spoor_lookup>.offset(of: \.flags)),
    ("spoor_lookup.operation", MemoryLayout<spoor_lookup>.offset(of: \.operation)),
    ("spoor_lookup.path_length", MemoryLayout<spoor_lookup>.offset(of: \.path_length)),
    ("spoor_place.status", MemoryLayout<spoor_place>.offset(of: \.status)),
    ("spoor_place.deleted", MemoryLayout<spoor_place>.offset(of: \.deleted)),
    ("spoor_lookup.base", MemoryLayout<spoor_lookup>.offset(of: \.base)),
    ("spoor_lookup.opened", MemoryLayout<spoor_lookup>.offset(of: \.opened)),
    ("spoor_lookup.climb", MemoryLayout<spoor_lookup>.offset(of: \.climb)),
    ("spoor_lookup.path_status", MemoryLayout<spoor_lookup>.offset(of: \.path_status)),
    ("spoor_lookup.path_index", MemoryLayout<spoor_lookup>.offset(of: \.path_index)),
    ("spoor_tty_write.result", MemoryLayout<spoor_tty_write>.offset(of: \.result)),
    ("spoor_tty_write.tty", MemoryLayout<spoor_tty_write>.offset(of: \.tty)),
    ("spoor_tty_text.tty", MemoryLayout<spoor_tty_text>.offset(of: \.tty)),
    ("spoor_tty_text.untold", MemoryLayout<spoor_tty_text>.offset(of: \.untold)),
    ("spoor_tty_text.text_length", MemoryLayout<spoor_tty_text>.offset(of: \.text_length)),
    ("spoor_fork.spawner_start_ns", MemoryLayout<spoor_fork>.offset(of: \.spawner_start_ns)),
    ("spoor_fork.parent_start_ns", MemoryLayout<spoor_fork>.offset(of: \.parent_start_ns)),
    ("spoor_fork.spawner_tgid", MemoryLayout<spoor_fork>.offset(of: \.spawner_tgid)),
    ("spoor_fork.parent_tgid", MemoryLayout<spoor_fork>.offset(of: \.parent_tgid)),
    ("spoor_fork.parent_tid", MemoryLayout<spoor_fork>.offset(of: \.parent_tid)),
    ("spoor_fork.namespace_pid", MemoryLayout<spoor_fork>.offset(of: \.namespace_pid)),
    ("spoor_fork.wait_id", MemoryLayout<spoor_fork>.offset(of: \.wait_id)),
    ("spoor_fork.uid", MemoryLayout<spoor_fork>.offset(of: \.uid)),
    ("spoor_fork.comm", MemoryLayout<spoor_fork>.offset(of: \.comm)),
    ("spoor_exec.uid", MemoryLayout<spoor_exec>.offset(of: \.uid)),
    ("spoor_exec.operation", MemoryLayout<spoor_exec>.offset(of: \.operation)),
    ("spoor_exec.path_length", MemoryLayout<spoor_exec>.offset(of: \.path_length)),
    (
      "spoor_exec.interpreter_length",
      MemoryLayout<spoor_exec>.offset(of: \.interpreter_length)
    ),
    ("spoor_exec.argv_length", MemoryLayout<spoor_exec>.offset(of: \.argv_length)),
    ("spoor_exec.executable", MemoryLayout<spoor_exec>.offset(of: \.executable)),
    ("spoor_exec.base", MemoryLayout<spoor_exec>.offset(of: \.base)),
    ("spoor_exec.climb", MemoryLayout<spoor_exec>.offset(of: \.climb)),
    ("spoor_exec.path_status", MemoryLayout<spoor_exec>.offset(of: \.path_status)),
    ("spoor_exec.argv_status", MemoryLayout<spoor_exec>.offset(of: \.argv_status)),
    ("spoor_exec.comm", MemoryLayout<spoor_exec>.offset(of: \.comm)),
    ("spoor_exit.peak_rss_bytes", MemoryLayout<spoor_exit>.offset(of: \.peak_rss_bytes)),
    ("spoor_exit.parent_start_ns", MemoryLayout<spoor_exit>.offset(of: \.parent_start_ns)),
    ("spoor_exit.tracer_tgid", MemoryLayout<spoor_exit>.offset(of: \.tracer_tgid)),
    ("spoor_exit.status", MemoryLayout<spoor_exit>.offset(of: \.status)),
    ("spoor_exit.flags", MemoryLayout<spoor_exit>.offset(of: \.flags)),
    ("spoor_release.cpu_ns", MemoryLayout<spoor_release>.offset(of: \.cpu_ns)),
    ("spoor_release.peak_rss_bytes", MemoryLayout<spoor_release>.offset(of: \.peak_rss_bytes)),
    ("spoor_release.reaper_start_ns", MemoryLayout<spoor_release>.offset(of: \.reaper_start_ns)),
    ("spoor_release.reaper_flags", MemoryLayout<spoor_release>.offset(of: \.reaper_flags)),
    ("spoor_wait.id", MemoryLayout<spoor_wait>.offset(of: \.id)),
    ("spoor_wait.options", MemoryLayout<spoor_wait>.offset(of: \.options)),
    ("spoor_wait.state", MemoryLayout<spoor_wait>.offset(of: \.state)),
    ("spoor_master_change.file", MemoryLayout<spoor_master_change>.offset(of: \.file)),
    ("spoor_master_change.tty", MemoryLayout<spoor_master_change>.offset(of: \.tty)),
    ("spoor_master_change.change", MemoryLayout<spoor_master_change>.offset(of: \.change)),
    ("spoor_tty_input.writes", MemoryLayout<spoor_tty_input>.offset(of: \.writes)),
    ("spoor_tty_input.bytes", MemoryLayout<spoor_tty_input>.offset(of: \.bytes)),
    ("spoor_forget.count", MemoryLayout<spoor_forget>.offset(of: \.count)),
    ("spoor_forget.map", MemoryLayout<spoor_forget>.offset(of: \.map)),
    (
      "spoor_process.exit_parent_tgid",
      MemoryLayout<spoor_process>.offset(of: \.exit_parent_tgid)
    ),
    ("spoor_process.wait_id", MemoryLayout<spoor_process>.offset(of: \.wait_id)),
    ("spoor_process.status", MemoryLayout<spoor_process>.offset(of: \.status)),
    ("spoor_process.comm", MemoryLayout<spoor_process>.offset(of: \.comm)),
    ("spoor_process.lookups", MemoryLayout<spoor_process>.offset(of: \.lookups)),
    ("spoor_statistics.delivered", MemoryLayout<spoor_statistics>.offset(of: \.delivered)),
    ("spoor_statistics.dropped", MemoryLayout<spoor_statistics>.offset(of: \.dropped)),
    (
      "spoor_statistics.path_unreadable",
      MemoryLayout<spoor_statistics>.offset(of: \.path_unreadable)
    ),
    (
      "spoor_statistics.last_drop_ns",
      MemoryLayout<spoor_statistics>.offset(of: \.last_drop_ns)
    ),
    ("spoor_statistics.wakeups", MemoryLayout<spoor_statistics>.offset(of: \.wakeups)),
    (
      "spoor_statistics.tty_inputs_missed",
      MemoryLayout<spoor_statistics>.offset(of: \.tty_inputs_missed)
    ),
    (
      "spoor_configuration.newer_calls",
      MemoryLayout<spoor_configuration>.offset(of: \.newer_calls)
    ),
    ("spoor_configuration.comm", MemoryLayout<spoor_configuration>.offset(of: \.comm)),
    (
      "spoor_configuration.inspects_tty",
      MemoryLayout<spoor_configuration>.offset(of: \.inspects_tty)
    ),
    ("spoor_configuration.rings", MemoryLayout<spoor_configuration>.offset(of: \.rings)),
    ("spoor_census.last_ran_ns", MemoryLayout<spoor_census>.offset(of: \.last_ran_ns)),
    ("spoor_census.wait_id", MemoryLayout<spoor_census>.offset(of: \.wait_id)),
    ("spoor_census.status", MemoryLayout<spoor_census>.offset(of: \.status)),
    ("spoor_census.comm", MemoryLayout<spoor_census>.offset(of: \.comm)),
    ("spoor_holder.is_told", MemoryLayout<spoor_holder>.offset(of: \.is_told)),
    ("spoor_descriptor_table.limit", MemoryLayout<spoor_descriptor_table>.offset(of: \.limit)),
    (
      "spoor_descriptor_table.repeated_count",
      MemoryLayout<spoor_descriptor_table>.offset(of: \.repeated_count)
    ),
    ("spoor_descriptor_table.counts", MemoryLayout<spoor_descriptor_table>.offset(of: \.counts)),
    ("spoor_pty_master.made_ns", MemoryLayout<spoor_pty_master>.offset(of: \.made_ns)),
    ("spoor_pty_master.tty", MemoryLayout<spoor_pty_master>.offset(of: \.tty)),
    ("spoor_pty_master.slave_state", MemoryLayout<spoor_pty_master>.offset(of: \.slave_state)),
    ("spoor_inotify.user_watches", MemoryLayout<spoor_inotify>.offset(of: \.user_watches)),
    ("spoor_inotify.uid", MemoryLayout<spoor_inotify>.offset(of: \.uid)),
    ("spoor_walk_end.descriptors", MemoryLayout<spoor_walk_end>.offset(of: \.descriptors)),
  ]

  @Test func swiftAndCAgreeOnSizesAndOffsets() {
    for (name, size) in Self.sizes { #expect(facts[name] == size, "\(name)") }
    for (name, offset) in Self.offsets { #expect(facts[name] == offset, "\(name)") }
  }

  @Test func everyExportedFactIsCompared() {
    let compared = Set(Self.sizes.map(\.0) + Self.offsets.map(\.0))
    #expect(Set(facts.keys) == compared)
  }
}
