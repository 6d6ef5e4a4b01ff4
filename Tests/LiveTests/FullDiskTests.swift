// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A disk that fills up while a command is recorded.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct FullDiskTests {
  @Test func theCommandGoesOnToItsEndAndTheErrorComesAfterIt() throws {
    let scratch = try Scratch()
    let disk = scratch.file("disk").path
    try #require(mkdir(disk, 0o755) == 0)
    try #require(mount("none", disk, "tmpfs", 0, "size=256k") == 0)
    defer { umount2(disk, Int32(MNT_DETACH)) }
    let script = """
      i=0; while [ $i -lt 20000 ]; do : </dev/null; i=$((i + 1)); done
      echo ended >ended; exit 3
      """
    let run = try Spoor.run(
      [
        "record", "--events", "--interval", "0.05", "-o", disk + "/run.spoor", "--", "sh", "-c",
        script,
      ], in: scratch.folder)
    #expect(try scratch.read("ended") == "ended\n")
    #expect(run.status == 2)
    #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
    #expect(run.errors.contains("run.spoor"))
    #expect(run.errors.contains("full"))
  }
}
