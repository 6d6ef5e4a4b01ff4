// SPDX-License-Identifier: Apache-2.0

import Events
import Glibc

/// What /proc tells of a process that was there before the tracer.
struct ProcEntry {
  var executable: [UInt8]
  /// NUL-terminated strings.
  var arguments: [UInt8]
  var comm: [UInt8]
  var userID: UInt32?

  /// Nil when the process is gone, or its id is another's by now.
  init?(process: ProcessKey) {
    let folder = "/proc/\(process.processID)"
    guard let fields = readFile("\(folder)/stat"), let started = Self.startTicks(fields),
      started == Self.ticks(process.startTime)
    else { return nil }
    executable = readLink("\(folder)/exe") ?? []
    arguments = Array((readFile("\(folder)/cmdline") ?? []).prefix(4096))
    comm = Array((readFile("\(folder)/comm") ?? []).prefix { $0 != UInt8(ascii: "\n") })
    var status = stat()
    userID = stat(folder, &status) == 0 ? status.st_uid : nil
  }

  /// Field 22, counted from behind the name, which may hold anything but ends with ")".
  private static func startTicks(_ stat: [UInt8]) -> UInt64? {
    guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
    guard fields.count > 19 else { return nil }
    return UInt64(String(decoding: fields[19], as: UTF8.self))
  }

  /// /proc counts in clock ticks, rounded down.
  private static func ticks(_ nanoseconds: UInt64) -> UInt64 {
    nanoseconds / (1_000_000_000 / UInt64(max(1, sysconf(Int32(_SC_CLK_TCK)))))
  }
}

/// A whole small file, or nil.
func readFile(_ path: String) -> [UInt8]? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let got = read(descriptor, &chunk, chunk.count)
    if got < 0 && errno == EINTR { continue }
    guard got > 0 else { return got == 0 ? bytes : nil }
    bytes.append(contentsOf: chunk[..<got])
  }
}

/// What a symbolic link says, or nil.
func readLink(_ path: String) -> [UInt8]? {
  var buffer = [UInt8](repeating: 0, count: 4096)
  let length = buffer.withUnsafeMutableBytes { bytes in
    bytes.withMemoryRebound(to: CChar.self) { characters in
      characters.baseAddress.map { readlink(path, $0, characters.count) } ?? -1
    }
  }
  return length >= 0 ? Array(buffer[..<length]) : nil
}
