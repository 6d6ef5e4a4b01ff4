// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A disk that fills up while a command is recorded.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct FullDiskTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Opens a file for as many times as make a recording of more than a megabyte.
  private static let busy =
    "i=0; while [ $i -lt 40000 ]; do : </dev/null; i=$((i + 1)); done; echo ended >ended; exit "

  /// What could be written is told, then what could not, in one sentence.
  private func expectReport(_ run: Spoor.Result, thenSentenceWith words: String) throws {
    #expect(try scratch.read("ended") == "ended\n")
    let lines = run.errors.split(separator: "\n")
    #expect(lines.first?.hasPrefix("sh -c ") == true, "\(run.errors)")
    #expect(lines.contains { $0.hasPrefix("NOT FINISHED") })
    let sentences = lines.filter { $0.hasPrefix("spoor: ") }
    #expect(sentences.count == 1 && sentences == lines.suffix(1))
    #expect(sentences.first?.hasPrefix("spoor: cannot write ") == true)
    #expect(sentences.first?.contains(words) == true)
  }

  @Test(arguments: [(3, 3), (0, 2)])
  func theCommandGoesOnToItsEndAndItsOwnFailureComesFirst(own: Int32, status: Int32) throws {
    let disk = scratch.file("disk").path
    try #require(mkdir(disk, 0o755) == 0)
    try #require(mount("none", disk, "tmpfs", 0, "size=256k") == 0)
    defer { umount2(disk, Int32(MNT_DETACH)) }
    let run = try Spoor.run(
      [
        "record", "--events", "--interval", "0.05", "-o", disk + "/run.spoor", "--", "sh", "-c",
        Self.busy + "\(own)",
      ], in: scratch.folder)
    #expect(run.status == status)
    try expectReport(run, thenSentenceWith: "full")
  }

  /// The kernel would end who writes more; the command has the limit, and the signal, as it was.
  @Test func aLimitOnTheSizeOfFilesIsAsAFullDisk() throws {
    let script = """
      ulimit -f 2000; exec "$0" record --events --interval 0.05 -o run.spoor -- sh -c \
        'grep SigIgn /proc/self/status; ulimit -f; '"$1"
      """
    let run = try Spoor.run(
      URL(filePath: "/bin/sh"), ["-c", script, Spoor.binary, Self.busy + "0"],
      in: scratch.folder)
    #expect(run.status == 2)
    let words = run.text.split { $0 == "\t" || $0 == "\n" }
    let ignored = try #require(words.dropFirst().first.flatMap { UInt64($0, radix: 16) })
    #expect(ignored & 1 << (UInt64(SIGXFSZ) - 1) == 0)
    #expect(words.last == "2000")
    try expectReport(run, thenSentenceWith: "ulimit -f")
  }

  @Test func aLimitThatLetsNoProgramLoadIsNamedBeforeTheCommandStarts() throws {
    let run = try Spoor.run(
      URL(filePath: "/bin/sh"),
      ["-c", "ulimit -f 100; exec \"$0\" record -o run.spoor -- true", Spoor.binary],
      in: scratch.folder)
    #expect(run.status == 2)
    #expect(run.errors.contains("ulimit -f"))
    #expect(run.errors.split(separator: "\n").count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == [])
  }
}
