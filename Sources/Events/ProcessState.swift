// SPDX-License-Identifier: Apache-2.0

import CSpoorABI

/// What the kernel's map keeps of a process's life, whatever became of the ring.
public struct ProcessState: Sendable {
  public var process: ProcessKey
  public var fork: Fork?
  public var exit: Exit?
  public var release: Release?
  /// It has called wait since the tracer is there, with whatever result.
  public var hasWaited: Bool

  public init(_ key: spoor_process_key, _ state: spoor_process) {
    let process = ProcessKey(processID: key.tgid, startTime: key.start_time_ns)
    func header(_ time: UInt64) -> EventHeader {
      EventHeader(time: time, process: process, threadID: key.tgid)
    }
    func has(_ flag: Int32) -> Bool { state.flags & UInt32(flag) != 0 }

    self.process = process
    hasWaited = has(SPOOR_PROCESS_WAITED)
    if has(SPOOR_PROCESS_FORKED) {
      fork = Fork(
        header: header(state.fork_time_ns),
        spawner: ProcessKey(processID: state.spawner_tgid, startTime: state.spawner_start_ns),
        parent: ProcessKey(processID: state.parent_tgid, startTime: state.parent_start_ns),
        parentThreadID: state.parent_tid,
        namespaceID: state.namespace_pid,
        waitID: WaitID(state.wait_id),
        userID: state.uid,
        comm: CommName(state.comm))
    }
    if has(SPOOR_PROCESS_EXITED) {
      exit = Exit(
        header: header(state.exit_time_ns),
        waitStatus: state.status,
        peakResidentBytes: state.peak_rss_bytes,
        isAutoReaped: has(SPOOR_PROCESS_AUTOREAPED),
        isIgnored: has(SPOOR_PROCESS_IGNORED),
        parent: ProcessKey(known: state.exit_parent_tgid, state.exit_parent_start_ns),
        tracer: ProcessKey(known: state.tracer_tgid, state.tracer_start_ns))
    }
    if has(SPOOR_PROCESS_RELEASED) {
      release = Release(
        header: header(state.release_time_ns),
        cpuTime: state.cpu_ns,
        peakResidentBytes: state.peak_rss_bytes,
        reaper: Reaper(
          processID: state.reaper_tgid, startTime: state.reaper_start_ns,
          flags: state.reaper_flags))
    }
  }
}
