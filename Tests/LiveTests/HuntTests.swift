// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a hunt says of itself in its folder.
private struct Manifest: Decodable {
  struct Recording: Decodable {
    var file: String?
    var version: String
    var run: Int
    var failure: String?
  }

  var seed: Int
  var recordings: [Recording]
  var interrupted: Bool
}

/// Versions of a program in a terminal of their own, well-behaved and not.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct HuntTests {
  private static let redraw = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "tools/demos/redraw.py").path

  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var manifest: Manifest {
    get throws {
      try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: scratch.file("out/hunt.json")))
    }
  }

  /// What scripts wrote of themselves, each a line with its process ID, is no process any more.
  private func expectNobodyLeft(atLeast count: Int) throws {
    let ids = try scratch.read("pids").split(separator: "\n").compactMap { pid_t($0) }
    #expect(ids.count >= count)
    for id in ids {
      // Of one that has ended, init may still have to take the status.
      let stat = (try? Data(contentsOf: URL(filePath: "/proc/\(id)/stat"))) ?? Data()
      #expect(stat.isEmpty || String(decoding: stat, as: UTF8.self).contains(") Z "), "\(id)")
    }
  }

  @Test func theRecordingsAreOfTheVersionsAndHaveTheMarks() throws {
    let scenario = """
      name: redraw
      steps:
        - mark: drawing
        - wait: {text: "|"}
        - press: q
        - exit: {status: 0}
      """
    let result = try scratch.hunt(
      scenario,
      ["faulty", "fixed"].map { "\($0)=/usr/bin/python3 \(Self.redraw) --mode \($0)" }, runs: 2)
    #expect(result.errors.contains("--seed 1"))
    #expect(try manifest.recordings.count == 4)
    #expect(try manifest.recordings.allSatisfy { $0.failure == nil })
    for run in 1...2 {
      let faulty = try scratch.report("out/faulty-0\(run).spoor")
      let fixed = try scratch.report("out/fixed-0\(run).spoor")
      // Two a frame, of which the fourth has that mark.
      #expect(faulty.lookups(of: "/dev/tty") >= 8)
      #expect(fixed.lookups(of: "/dev/tty") == 0)
      #expect(
        try scratch.query("out/fixed-0\(run).spoor", "SELECT CAST(name AS TEXT) FROM mark")
          == "drawing")
    }
    // The same folder again.
    let again = try scratch.hunt(scenario, ["a=true", "b=true"])
    #expect(again.status == 2)
    #expect(again.errors.contains("out is there already, and a hunt overwrites nothing"))
  }

  @Test func everythingThatAScenarioSaysIsDone() throws {
    try FileManager.default.createDirectory(
      at: scratch.file("home/deep"), withIntermediateDirectories: true)
    try "kept\n".write(to: scratch.file("home/deep/file"), atomically: true, encoding: .utf8)
    let app = try scratch.script(
      "app.sh",
      """
      trap 'exit 9' HUP
      echo "$GREETING $TERM $LC_ALL $(cat deep/file conf | tr '\\n' ' ')"
      stty size; test "$(pwd)" = "$HOME" && test -z "$SPOOR_BINARY" && echo at home
      read line; echo "got $line"
      while :; do stty size; sleep 0.05; done
      """)
    let result = try scratch.hunt(
      """
      home: home
      directory: $HOME
      columns: 90
      environment: {GREETING: "port $PORT"}
      services:
        - command: [sh, -c, "echo ' 4711 ' >$RUN/port; echo $$ >>$SCENARIO/pids; exec sleep 1000"]
          ready: $RUN/port
          export: {PORT: $RUN/port}
      prepare: [sh, -c, 'echo "from $PORT" >$HOME/conf']
      steps:
        - wait: {text: "port 4711 xterm-256color C.UTF-8 kept from 4711"}
        - wait: {text: "24 90\\nat home"}
        - type: {text: "hello\\n", rate: 50}
        - wait: {text: got hello}
        - run: [sh, -c, "test -e $HOME/deep/file"]
        - resize: {columns: 100, rows: 10}
        - wait: {text: "10 100"}
        - close: true
        - exit: {status: 9}
      """, ["a=\(app)", "b=\(app)"])
    #expect(result.status != 2, "\(result.errors)")
    #expect(try manifest.recordings.allSatisfy { $0.failure == nil })
    try expectNobodyLeft(atLeast: 4)
  }

  @Test func aWarmUpThatFailsEndsTheHuntWithItsScreen() throws {
    let dying = try scratch.script("dying.sh", "echo ready; exit 7")
    let result = try scratch.hunt(
      "steps:\n  - wait: {text: ready}\n  - hold: 20", ["a=\(dying)", "b=\(dying)"])
    #expect(result.status == 2)
    #expect(result.errors.contains("s.yaml:"))
    #expect(result.errors.contains("the target ended, which no step expects here"))
    #expect(result.errors.hasSuffix("  | ready\n"))
    #expect(!FileManager.default.fileExists(atPath: scratch.file("out").path))
  }

  @Test func aWaitThatComesToNothingSaysWhatWasThere() throws {
    let result = try scratch.hunt(
      "steps:\n  - wait: {text: hello}\n  - wait: {text: never, within: 0.3}",
      ["a=sh -c 'echo hello; exec sleep 1000'", "b=sh -c 'echo hello; exec sleep 1000'"])
    #expect(result.status == 2)
    #expect(
      result.errors.hasSuffix(
        "s.yaml:3: the screen did not show `never` within 0.3 s; the screen was:\n  | hello\n"))
  }

  @Test func whoIgnoresSignalsAndWhoeverItLeavesIsEnded() throws {
    let stubborn = try scratch.script(
      "stubborn.sh",
      """
      trap '' HUP INT TERM
      setsid sh -c 'echo $$ >>pids; sleep 1000 & echo $! >>pids; wait' </dev/null >/dev/null 2>&1 &
      echo $$ >>pids
      echo ready
      while :; do sleep 1; done
      """)
    let result = try scratch.hunt(
      "timeout: 60\nsteps:\n  - wait: {text: ready}\n  - hold: 0.3",
      ["a=\(stubborn)", "b=sh -c 'echo ready; exec sleep 1000'"])
    #expect(result.status != 2, "\(result.errors)")
    #expect(try manifest.recordings.map(\.failure) == [nil, nil])
    try expectNobodyLeft(atLeast: 6)
  }

  @Test func aFloodIsRecordedAndEnds() throws {
    let flood = try scratch.script(
      "flood.sh",
      """
      echo $$ >>pids
      rm -f flooded
      yes 0123456789012345678901234567890 | head -c 1000000
      echo >flooded
      exec yes 0123456789012345678901234567890
      """)
    let result = try scratch.hunt(
      """
      steps:
        - wait: {text: "0123456789"}
        - run: [sh, -c, "until test -e flooded; do sleep 0.01; done"]
      """, ["a=\(flood)", "b=\(flood)"])
    #expect(result.status != 2, "\(result.errors)")
    try expectNobodyLeft(atLeast: 4)
    #expect(try scratch.report("out/a-01.spoor").ttys.contains { $0.bytes >= 1_000_000 })
    // Quiet never comes.
    try FileManager.default.removeItem(at: scratch.file("out"))
    let quiet = try scratch.hunt(
      """
      steps:
        - wait: {text: "0123456789"}
        - wait: {quiet: 0.2, within: 1}
      """, ["a=\(flood)", "b=\(flood)"])
    #expect(quiet.status == 2)
    #expect(quiet.errors.contains("the terminal was not quiet for 0.2 s within 1 s"))
    try expectNobodyLeft(atLeast: 5)
  }

  /// Fails in its third run, which is the second one that counts.
  private func failingOnce() throws -> String {
    try scratch.script(
      "once.sh",
      "echo x >>times; test $(wc -l <times) = 3 && exit 1; echo ready; exec sleep 1000")
  }

  @Test func aRunThatFailsIsSetAside() throws {
    let result = try scratch.hunt(
      "steps:\n  - wait: {text: ready}",
      ["a=sh -c 'echo ready; exec sleep 1000'", "b=\(try failingOnce())"], runs: 3)
    #expect(result.status != 2, "\(result.errors)")
    #expect(result.errors.contains("b-02 failed: s.yaml:2: the target ended"))
    let failed = try manifest.recordings.filter { $0.failure != nil }
    #expect(failed.map(\.file) == ["b-02.spoor.failed"])
    #expect(try manifest.recordings.count == 6)
    let files = try FileManager.default.contentsOfDirectory(atPath: scratch.file("out").path)
    #expect(
      files.filter { $0.hasSuffix(".spoor") }.sorted()
        == ["a-01.spoor", "a-02.spoor", "a-03.spoor", "b-01.spoor", "b-03.spoor"])
  }

  @Test func moreThanHalfOfTheRunsFailing() throws {
    let failing = try scratch.script(
      "later.sh", "echo x >>$1; test $(wc -l <$1) -gt 1 && exit 1; echo ready; exec sleep 1000")
    let result = try scratch.hunt(
      "steps:\n  - wait: {text: ready}", ["a=\(failing) a", "b=\(failing) b"], runs: 2)
    #expect(result.status == 2)
    #expect(result.errors.contains("3 of 4 runs failed, which leaves too few to compare"))
  }

  @Test func anInterruptKeepsWhatIsDoneAndLeavesNobody() throws {
    // The fourth run is the second one that counts.
    let app = try scratch.script(
      "app.sh",
      """
      echo $$ >>pids
      if test $(wc -l <pids) = 4; then
        trap '' HUP INT TERM
        echo go >going
      fi
      echo ready
      while :; do sleep 1; done
      """)
    try
      "steps:\n  - wait: {text: ready}\n  - run: [sh, -c, 'test $(wc -l <pids) -lt 4 || sleep 100']"
      .write(to: scratch.file("s.yaml"), atomically: true, encoding: .utf8)
    let ready = try scratch.makePipe("going")
    defer { close(ready) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments =
      ["--foreground", "-k", "5", "60", "env", "--default-signal=INT", Spoor.binary]
      + scratch.huntArguments(["a=\(app)", "b=\(app)"], 5)
    process.currentDirectoryURL = scratch.folder
    process.standardInput = FileHandle.nullDevice
    try Data().write(to: scratch.file("errors"))
    process.standardError = try FileHandle(forAppendingTo: scratch.file("errors"))
    Spoor.unblockSignals()
    try process.run()
    try scratch.awaitWriter(ready)
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    let errors = try scratch.read("errors")
    #expect(process.terminationStatus == 130, "\(errors)")
    #expect(errors.hasSuffix("ended early; 1 of 10 runs are in out; `spoor diff` compares them\n"))
    #expect(try manifest.interrupted)
    #expect(try manifest.recordings.count == 1)
    try expectNobodyLeft(atLeast: 4)
  }

  @Test(arguments: [
    (["--version", "a=x"], "give two or more versions"),
    (["--version", "a=x", "--version", "a=y"], "there are two versions named 'a'"),
    (["--version", "a", "--version", "b=y"], "--version takes NAME=COMMAND"),
    (["--version", "a=x", "--version", "b=y", "--runs", "0"], "--runs takes a number from 1"),
    (
      ["--version", "a=x", "--version", "b=y", "--bisect"],
      "--bisect, --good NAME and --bad NAME go together"
    ),
    (["--bisect", "--good", "a", "--bad", "a"], "--good and --bad are both 'a'"),
    (
      ["--version", "a=x", "--version", "b=y", "--bisect", "--good", "a", "--bad", "c"],
      "there is no version named 'c' among the 2"
    ),
    (["--versions-from", "s.yaml"], "s.yaml: line 1 takes NAME=COMMAND"),
    (["--versions-from", "absent"], "cannot read absent: "),
    (["--version", "a=x", "--version", "b=y", "--budget", "absent"], "absent: "),
    (["--version", "a=x", "--version", "b=y"], "s.yaml:1: the scenario has no `stops`"),
  ])
  func aMistakeIsOneSentence(_ arguments: [String], _ problem: String) throws {
    try "stops: []".write(to: scratch.file("s.yaml"), atomically: true, encoding: .utf8)
    let result = try Spoor.run(["hunt", "s.yaml"] + arguments, in: scratch.folder)
    #expect(result.status == 2)
    #expect(result.errors.hasPrefix("spoor: \(problem)"), "\(result.errors)")
    #expect(result.errors.count { $0 == "\n" } == 1)
  }
}
