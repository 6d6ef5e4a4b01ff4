// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Findings of what runs: who is left behind, what `--fail-on` makes of it, and what is redacted.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct FindingTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try Data("orphan:\n  seconds: 1\n".utf8).write(to: scratch.file("orphan.yaml"))
  }

  /// Records a command that prints the process that it leaves, which ends with the test.
  private func leave(_ command: [String]) throws -> (run: Spoor.Result, orphans: [Int: String]) {
    let run = try Spoor.run(
      [
        "record", "-q", "--settings", "orphan.yaml", "--fail-on", "orphan", "-o", "run.spoor", "--",
      ] + command, in: scratch.folder)
    let left = try #require(pid_t(run.text.trimmingCharacters(in: .newlines)), "\(run.errors)")
    #expect(kill(left, SIGKILL) == 0)
    let json = try Spoor.run(
      ["report", "--json", "--settings", "orphan.yaml", "run.spoor"], in: scratch.folder)
    let findings = try JSONDecoder().decode(JudgedReport.self, from: json.output).findings
    let orphans = findings.filter { $0.kind == "orphan" }
    return (run, Dictionary(orphans.map { ($0.pid, $0.sentence) }, uniquingKeysWith: +))
  }

  @Test func whoIsLeftBehindIsAnOrphan() throws {
    // What left it did not mean to: it failed.
    let script = "sh -c 'sleep 60 </dev/null >/dev/null 2>&1 & echo $!; exit 3'; exit 0"
    let (run, orphans) = try leave(["sh", "-c", script])
    let left = try #require(Int(run.text.trimmingCharacters(in: .newlines)))
    #expect(Array(orphans.keys) == [left])
    #expect(orphans[left]?.contains("after its parent") == true, "\(orphans)")
    #expect(run.status == 1)
    #expect(run.errors == "spoor: found orphan, on which --fail-on fails\n")
  }

  @Test(arguments: [
    ("any", 0, 1, "spoor: found orphan, on which --fail-on fails\n"),
    ("spin,orphan", 0, 1, "spoor: found orphan, on which --fail-on fails\n"),
    ("spin,hot-path", 0, 0, ""),
    ("any", 7, 7, "spoor: found orphan, on which --fail-on fails\n"),
  ])
  func theCommandsOwnFailureComesBeforeThatOfAFinding(
    kinds: String, own: Int, status: Int32, sentence: String
  ) throws {
    let script = "sh -c 'sleep 60 </dev/null >/dev/null 2>&1 & echo $!; exit 3'; exit \(own)"
    let run = try Spoor.run(
      [
        "record", "-q", "--settings", "orphan.yaml", "--fail-on", kinds, "-o", "run.spoor", "--",
        "sh", "-c", script,
      ], in: scratch.folder)
    let left = try #require(pid_t(run.text.trimmingCharacters(in: .newlines)), "\(run.errors)")
    #expect(kill(left, SIGKILL) == 0)
    #expect(run.status == status)
    #expect(run.errors == sentence)
  }

  @Test func aKindThatThereIsNotIsOneSentenceBeforeTheCommandRuns() throws {
    let run = try Spoor.run(
      ["record", "--fail-on", "orphan,leaks", "-o", "run.spoor", "--", "touch", "ran"],
      in: scratch.folder)
    #expect(run.status == 2)
    #expect(run.errors.contains("not 'leaks'"), "\(run.errors)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) == ["orphan.yaml"])
  }

  @Test func aDaemonIsNoOrphan() throws {
    let program = """
      import os, sys, time
      if os.fork(): os._exit(0)
      os.setsid()
      if os.fork(): os._exit(0)
      print(os.getpid(), flush=True)
      null = os.open("/dev/null", os.O_RDWR)
      for stream in range(3): os.dup2(null, stream)
      time.sleep(60)
      """
    let (run, orphans) = try leave(["/usr/bin/python3", "-c", program])
    #expect(orphans == [:])
    #expect(run.status == 0)
    #expect(run.errors == "")
  }

  /// Draws while nobody types, and looks up more at once than a small ring holds.
  private static let drawing = """
    import os, pty, time, tty
    master, slave = pty.openpty()
    tty.setraw(slave)
    for frame in range(120):
      os.write(slave, b"frame")
      os.read(master, 100)
      if frame % 10 == 0:
        for _ in range(20000): os.path.exists("/nonesuch")
      time.sleep(0.05)
    """

  @Test(arguments: [("4", Int32(3), "could not be told for certain"), ("65536", 1, "found")])
  func aFindingThatALossCouldChangeFailsWith3(
    ring: String, status: Int32, sentence: String
  ) throws {
    let settings = """
      phases:
        start-up-seconds: 1
        idle-after-seconds: 1
      frame-rate:
        seconds: 2
      """
    try Data(settings.utf8).write(to: scratch.file("idle.yaml"))
    let run = try Spoor.run(
      [
        "record", "-q", "--ring-size", ring, "--interval", "0.5", "--settings", "idle.yaml",
        "--fail-on", "frame-rate", "-o", "run.spoor", "--", "/usr/bin/python3", "-c",
        Self.drawing,
      ], in: scratch.folder)
    #expect(run.status == status, "\(run.errors)")
    #expect(run.errors.contains(sentence))
    #expect(run.errors.contains("frame-rate"))
  }

  /// `nobody`, whose home is none of the usual ones.
  @Test func theHomeOfWhoCalledSudoIsATilde() throws {
    let account = try #require(getpwnam("nobody")).pointee
    let home = String(cString: account.pw_dir)
    try #require(chmod(scratch.folder.path, 0o777) == 0)
    let script = "for i in 1 2 3 4 5 6 7 8 9; do [ -e \"$0\" ]; done; exit 0"
    let sudo = [
      "SUDO_USER": "nobody", "SUDO_UID": "\(account.pw_uid)", "SUDO_GID": "\(account.pw_gid)",
    ]
    let run = try Spoor.run(
      [
        "record", "--markdown", "-o", "run.spoor", "--", "sh", "-c", script, "\(home)/own-file",
      ], in: scratch.folder, environment: sudo)
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("| `~/own-file` | 9 |"), "\(run.errors)")
    #expect(!run.errors.contains(home))
    // Whoever reports it: the recording is that user's.
    let later = try Spoor.run(["report", "--markdown", "run.spoor"], in: scratch.folder)
    #expect(later.text.contains("`~/own-file`"))
    let whole = try Spoor.run(
      ["report", "--markdown", "--no-redact", "run.spoor"], in: scratch.folder)
    #expect(whole.text.contains("`\(home)/own-file`"))
  }
}
