// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CLinux
import Glibc

/// Programs attached to their hooks, until this goes.
struct Attachments: ~Copyable {
  private var links: [OpaquePointer] = []

  deinit {
    for link in links { bpf_link__destroy(link) }
  }

  init() {}

  mutating func attach(_ program: OpaquePointer) throws(ProbeError) {
    guard let link = bpf_program__attach(program) else {
      let name = String(cString: bpf_program__name(program))
      throw .because("attach \(name)", errno: errno, details: LibBPFLog.reason())
    }
    links.append(link)
  }

  /// Attaches a program to perf's tracepoint that its section names; libbpf would look for that
  /// where somebody has mounted tracefs.
  mutating func attachToTracepoint(_ program: OpaquePointer) throws(ProbeError) {
    let name = String(cString: bpf_program__name(program))
    let section = String(cString: bpf_program__section_name(program))
    let event = spoor_open_tracepoint(String(section.dropFirst("tp/".count)))
    guard event >= 0 else { throw .because("attach \(name)", errno: errno) }
    guard let link = bpf_program__attach_perf_event(program, event) else {
      let code = errno
      close(event)
      throw .because("attach \(name)", errno: code, details: LibBPFLog.reason())
    }
    links.append(link)
  }

  /// Attaches a program to the return of functions, in one link.
  mutating func attach(
    _ program: OpaquePointer, toReturnsOf functions: [String]
  ) throws(ProbeError) -> OpaquePointer {
    try attach(program, to: functions) { spoor_attach_to_returns(program, $0, functions.count) }
  }

  /// Attaches a program to the start of functions, in one link; it finds the cookie of each.
  mutating func attach(
    _ program: OpaquePointer, toStartsOf functions: [(name: String, cookie: UInt64)]
  ) throws(ProbeError) -> OpaquePointer {
    let cookies = functions.map(\.cookie)
    return try attach(program, to: functions.map(\.name)) {
      spoor_attach_to_starts(program, $0, cookies, cookies.count)
    }
  }

  private mutating func attach(
    _ program: OpaquePointer, to functions: [String],
    by make: (UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> OpaquePointer?
  ) throws(ProbeError) -> OpaquePointer {
    let names = functions.map { strdup($0) }
    defer { for name in names { free(name) } }
    var symbols = names.map { $0.map { UnsafePointer($0) } }
    guard let link = symbols.withUnsafeMutableBufferPointer({ make($0.baseAddress) }) else {
      let name = String(cString: bpf_program__name(program))
      throw .because("attach \(name)", errno: errno, details: LibBPFLog.reason())
    }
    links.append(link)
    return link
  }

  /// Attaches an iterator over a map's entries.
  mutating func attachIterator(
    _ program: OpaquePointer, overMap map: Int32
  ) throws(ProbeError) -> OpaquePointer {
    guard let link = spoor_attach_to_map(program, map) else {
      throw .because("attach the iterator over a map", errno: errno, details: LibBPFLog.reason())
    }
    links.append(link)
    return link
  }

  /// Attaches an iterator; its link makes descriptors to read from.
  mutating func attachIterator(_ program: OpaquePointer) throws(ProbeError) -> OpaquePointer {
    guard let link = bpf_program__attach_iter(program, nil) else {
      throw .because("attach the task iterator", errno: errno, details: LibBPFLog.reason())
    }
    links.append(link)
    return link
  }
}
