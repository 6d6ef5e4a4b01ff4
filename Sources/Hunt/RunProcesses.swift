// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// All that a run started: it leaves none of them behind.
///
/// They have a cgroup of their own, which none of them leaves by itself, where cgroup v2 can be
/// written. Elsewhere the hunt becomes the reaper of those whose parents end, so that they stay
/// its descendants.
final class RunProcesses {
  private let cgroup: String?

  /// - Parameter name: of the cgroup.
  init(name: String) {
    cgroup = Self.ownGroup.map { "\($0)/\(name)" }.flatMap { mkdir($0, 0o755) == 0 ? $0 : nil }
    if cgroup == nil { spoor_become_subreaper() }
  }

  deinit {
    if let cgroup { rmdir(cgroup) }
  }

  /// Takes in a process that was just started, and with it all that it will start.
  func add(_ process: Int32) {
    if let cgroup { Self.write("\(process)", to: "\(cgroup)/cgroup.procs") }
  }

  /// Ends all of them at once, and waits for it; returns those that are still there after seconds.
  func kill() -> [Int32] {
    for _ in 0..<500 {
      if let cgroup { Self.write("1", to: "\(cgroup)/cgroup.kill") }
      let left = members
      if left.isEmpty { break }
      for process in left { Glibc.kill(process, SIGKILL) }
      reapAdopted()
      usleep(10_000)
    }
    reapAdopted()
    return members
  }

  /// Ends all but one of them, without waiting for it.
  func kill(sparing spared: Int32) {
    for process in members where process != spared { Glibc.kill(process, SIGKILL) }
  }

  private var members: [Int32] {
    guard let cgroup else { return ProcessTree.descendants(of: getpid()) }
    let text = Self.read("\(cgroup)/cgroup.procs") ?? ""
    return text.split(separator: "\n").compactMap { Int32($0) }
  }

  /// Those who were given to the hunt; its own children have been waited for by now.
  private func reapAdopted() {
    guard cgroup == nil else { return }
    while waitpid(-1, nil, WNOHANG) > 0 {}
  }

  /// The directory of the cgroup v2 that the hunt is in.
  private static var ownGroup: String? {
    guard let mount = mountPoint(read("/proc/self/mountinfo") ?? ""),
      let line = read("/proc/self/cgroup")?.split(separator: "\n").first(where: {
        $0.hasPrefix("0::/")
      })
    else { return nil }
    let path = line.dropFirst("0::/".count)
    return path.isEmpty ? mount : "\(mount)/\(path)"
  }

  /// Of the first cgroup v2 that shows its whole tree (proc_pid_mountinfo(5)).
  static func mountPoint(_ mountInformation: String) -> String? {
    for line in mountInformation.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, dash > 4,
        fields[dash + 1] == "cgroup2", fields[3] == "/"
      else { continue }
      return String(fields[4])
    }
    return nil
  }

  private static func write(_ text: String, to path: String) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = Glibc.write(descriptor, text, text.utf8.count)
  }

  private static func read(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }
}
