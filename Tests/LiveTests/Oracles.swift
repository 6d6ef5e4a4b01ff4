// SPDX-License-Identifier: Apache-2.0

import CSpoorABI
import Foundation
import Testing

/// Whose addresses are mostly no paths, so that calls and lookups differ.
func isSocketCall(_ operation: String) -> Bool {
  ["connect", "bind", "sendto", "sendmsg"].contains(operation)
}

func isTwoPaths(_ operation: String) -> Bool {
  ["rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"].contains(operation)
}

/// The names of the calls that are lookups, by their number on this machine.
private var lookupNames: [Int32: String] {
  var names: [Int32: String] = [:]
  for operation in 1..<UInt32(SPOOR_OPERATION_COUNT.rawValue) {
    guard let name = spoor_operation_name(operation) else { continue }
    var line: UInt32 = 0
    while let found = spoor_syscall_line(line) {
      if strcmp(found.pointee.name, name) == 0 {
        #if arch(x86_64)
          names[found.pointee.x86_64] = String(cString: name)
        #else
          names[found.pointee.arm64] = String(cString: name)
        #endif
      }
      line += 1
    }
  }
  return names
}

extension Report {
  /// Lookups of all processes by the operations that a test chooses.
  func sum(_ isWanted: (String) -> Bool) -> Int {
    processes.flatMap(\.lookups.byOperation).filter { isWanted($0.key) }.map(\.value)
      .reduce(0, +)
  }
}

/// What `strace -f -C` printed: each call, then the table of counts.
struct StraceLog {
  /// Lookups by system call, as the table has them, less those that walk nothing.
  var lookups: [String: Int] = [:]

  init(_ text: String) throws {
    let names = Set(lookupNames.values)
    let lines = text.split(separator: "\n")
    let table = try #require(lines.firstIndex { $0.hasPrefix("% time") })
    for line in lines[(table + 1)...] {
      let words = line.split(separator: " ")
      guard let name = words.last.map(String.init), names.contains(name), words.count >= 5,
        let calls = Int(words[3])
      else { continue }
      lookups[name] = isTwoPaths(name) ? 2 * calls : calls
    }
    // Calls on a descriptor: `newfstatat(3, "", {...}, AT_EMPTY_PATH) = 0`.
    for line in lines[..<table] {
      guard let open = line.firstIndex(of: "(") else { continue }
      let name = String(line[..<open].split(separator: " ").last ?? "")
      let arguments = line[open...].split(separator: ", ", maxSplits: 2)
      if names.contains(name), arguments.count > 1, arguments[1].hasPrefix("\"\"") {
        lookups[name, default: 0] -= 1
      }
      if isSocketCall(name), !line.contains("sun_path=\"") { lookups[name, default: 0] -= 1 }
    }
    lookups = lookups.filter { $0.value > 0 }
  }
}

/// bpftrace, counting the system calls of a process's descendants.
final class BpftraceCount {
  private let process = Process()
  private let scratch: Scratch

  /// Returns when it counts.
  init(ofDescendantsOf shell: String, in scratch: Scratch) throws {
    self.scratch = scratch
    let script = """
      tracepoint:sched:sched_process_fork /pid == \(shell) || @descendant[pid]/ {
        @descendant[args->child_pid] = 1;
      }
      tracepoint:raw_syscalls:sys_enter /@descendant[pid]/ {
        $on_descriptor = (args->id == \(Self.newfstatat) && (args->args[3] & 0x1000)) ||
          (args->id == \(Self.statx) && (args->args[2] & 0x1000));
        @calls[args->id, $on_descriptor] = count();
      }
      BEGIN { printf("counting\\n"); }
      END { clear(@descendant); }
      """
    // It finds tracepoints in tracefs alone, which nobody may have mounted.
    process.executableURL = URL(filePath: "/usr/bin/unshare")
    let withTracefs = """
      [ -e /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing && exec "$@"
      """
    process.arguments =
      ["--mount", "sh", "-c", withTracefs, "sh"]
      + ["timeout", "--foreground", "-s", "INT", "100", "bpftrace", "-e", script]
    for name in ["bpftrace", "bpftrace-errors"] { try Data().write(to: scratch.file(name)) }
    process.standardOutput = try FileHandle(forWritingTo: scratch.file("bpftrace"))
    process.standardError = try FileHandle(forWritingTo: scratch.file("bpftrace-errors"))
    process.environment = Spoor.environment.merging(["BPFTRACE_MAP_KEYS_MAX": "100000"]) { $1 }
    Spoor.unblockSignals()
    try process.run()
    while process.isRunning, try !scratch.read("bpftrace").contains("counting") { usleep(10_000) }
    let errors = try scratch.read("bpftrace-errors")
    try #require(process.isRunning, "\(errors)")
  }

  #if arch(x86_64)
    private static let (newfstatat, statx) = (262, 332)
  #else
    private static let (newfstatat, statx) = (79, 291)
  #endif

  /// Calls that are lookups, by name; those with AT_EMPTY_PATH left out.
  func end() throws -> [String: Int] {
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    var counts: [String: Int] = [:]
    let names = lookupNames
    for line in try scratch.read("bpftrace").split(separator: "\n") {
      // @calls[257, 0]: 412
      let numbers = line.split { !$0.isNumber }.compactMap { Int32($0) }
      guard line.hasPrefix("@calls["), numbers.count == 3, let name = names[numbers[0]],
        numbers[1] == 0, !isSocketCall(name)
      else { continue }
      counts[name] = Int(numbers[2])
    }
    return counts
  }
}
