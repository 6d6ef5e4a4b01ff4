// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// eBPF programs, maps and links, by ids that the kernel gives out once.
enum KernelObjects {
  private static let kinds = ["prog", "map", "link"]

  /// Those that a process holds descriptors of, as "prog 12".
  static func held(by process: pid_t) throws -> Set<String> {
    let folder = "/proc/\(process)/fdinfo"
    var held: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      // It may have closed one meanwhile.
      guard let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      else { continue }
      // A link tells its program too.
      for kind in kinds {
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("\(kind)_id:") }
        held.formUnion(lines.compactMap { $0.split(separator: "\t").last.map { "\(kind) \($0)" } })
      }
    }
    return held
  }

  /// All of this machine.
  static func present() throws -> Set<String> {
    var present: Set<String> = []
    for kind in kinds {
      let result = try Spoor.run(URL(filePath: "/usr/sbin/bpftool"), ["-j", kind, "show"])
      #expect(result.status == 0, "\(result.errors)")
      let rows = try JSONSerialization.jsonObject(with: result.output) as? [[String: Any]] ?? []
      present.formUnion(rows.compactMap { row in (row["id"] as? Int).map { "\(kind) \($0)" } })
    }
    return present
  }

  /// Names pinned in the place for that.
  static func pins() throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: "/sys/fs/bpf"))
  }

  /// Waits for the grace periods after which the kernel frees them, and returns what stays.
  static func remaining(of objects: Set<String>) throws -> Set<String> {
    var left = objects
    for _ in 0..<2000 where !left.isEmpty { left.formIntersection(try present()) }
    return left
  }
}
