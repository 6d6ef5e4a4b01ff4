// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `spoor record -- COMMAND`, by a careful user and by a careless one.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct CommandTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func record(_ arguments: String...) throws -> Spoor.Result {
    try Spoor.run(["record", "-q", "-o", "run.spoor"] + arguments, in: scratch.folder)
  }

  private var files: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path) }
  }

  private func expectRefusal(_ result: Spoor.Result) throws {
    #expect(result.status == 2)
    #expect(result.text == "")
    #expect(result.errors.hasPrefix("spoor: "))
    #expect(result.errors.count { $0 == "\n" } == 1, "\(result.errors)")
    #expect(try files == [])
  }

  @Test(arguments: [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)])
  func theCommandsStatusIsSpoors(script: String, status: Int32) throws {
    let result = try record("--", "sh", "-c", script)
    #expect(result.status == status)
    #expect(result.errors == "")
    #expect(try files == ["run.spoor"])
  }

  @Test(arguments: ["nonesuch-command", "/etc/passwd", "/nonesuch/command", ""])
  func aCommandThatCannotRunIsOneSentenceAndLeavesNoFile(command: String) throws {
    try expectRefusal(try record("--", command))
  }

  @Test func aDirectoryAsTheCommandIsToldToBeOne() throws {
    let result = try record("--", "/etc")
    #expect(result.errors.hasSuffix(" it is a directory; name a program in it\n"))
    try expectRefusal(result)
  }

  @Test(arguments: [["--op", ""], ["--op", ","], ["--path", ""]])
  func aFilterOfNothingIsRefused(filter: [String]) throws {
    let result = try Spoor.run(["trace"] + filter + ["--", "touch", "ran"], in: scratch.folder)
    #expect(result.errors.contains("\(filter[0]) takes "))
    try expectRefusal(result)
  }

  @Test(arguments: ["4194305", "1,4194305"])
  func aProcessThatIsNotThereIsOneSentenceAndLeavesNoFile(ids: String) throws {
    try expectRefusal(try record("-p", ids))
  }

  @Test func aThreadIsToldToBeOneAndItsProcessNamed() throws {
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
    let thread = try #require(threads.first { $0 != "\(getpid())" })
    let result = try record("-p", thread)
    #expect(
      result.errors
        == "spoor: \(thread) is a thread of process \(getpid()); use -p \(getpid())\n")
    try expectRefusal(result)
  }

  @Test(arguments: ["/tmp", "/nonesuch", ""])
  func aDirectoryThatIsNoCgroupIsOneSentenceAndLeavesNoFile(folder: String) throws {
    try expectRefusal(try record("-a", "--cgroup", folder))
  }

  @Test(arguments: [
    ["-p", "abc"], ["-p", "0"], ["-p", "1,,2"], ["-p", ""], ["-p", "-1"], ["-a", "-p", "1"],
    ["-a", "--", "true"], ["-a", "--uid", "no such user"], ["-a", "--duration", "0"],
    ["-a", "--duration", "nan"], ["-a", "--comm", "sixteen-bytes-xx"], ["true"], ["--"], [],
    ["-a", "--interval", "0"], ["-a", "--ring-size", "5"], ["-a", "--rings", "3"],
  ])
  func badUsageRecordsNothing(arguments: [String]) throws {
    let result = try Spoor.run(
      ["record", "-q", "-o", "run.spoor"] + arguments, in: scratch.folder)
    #expect(result.status == 2)
    #expect(result.errors != "")
    #expect(try files == [])
  }

  @Test func aFileThatExistsIsKeptWithoutForce() throws {
    try Data("mine".utf8).write(to: scratch.file("run.spoor"))
    let result = try record("--", "touch", "ran")
    #expect(result.status == 2)
    #expect(result.errors.contains("--force"))
    #expect(try scratch.read("run.spoor") == "mine")
    #expect(try files == ["run.spoor"])
  }

  @Test func forceKeepsTheOldFileWhereTheCommandCannotRun() throws {
    try Data("mine".utf8).write(to: scratch.file("run.spoor"))
    #expect(try record("--force", "--", "nonesuch-command").status == 2)
    #expect(try files == ["run.spoor"])
    #expect(try scratch.read("run.spoor") == "mine")
  }

  @Test func aMissingDirectoryIsNamed() throws {
    let result = try record("-o", "/nonesuch/run.spoor", "--", "touch", "ran")
    #expect(result.status == 2)
    #expect(result.errors.contains("/nonesuch/run.spoor"))
    #expect(try files == [])
  }

  @Test func theStatusIsTheCommandsEvenWhereTheReportCannotBePrinted() throws {
    let script = "exec \"$0\" record -o run.spoor -- sh -c 'exit 7' 2>/dev/full"
    let result = try Spoor.run(
      URL(filePath: "/bin/sh"), ["-c", script, Spoor.binary], in: scratch.folder)
    #expect(result.status == 7)
    #expect(try scratch.report("run.spoor").recording.finished)
  }

  /// In a directory whose name no string has.
  @Test func aRelativeNameIsInTheWorkingDirectoryWhateverThatIsCalled() throws {
    let script = """
      d=$(printf 'a\\377b'); mkdir "$d" && cd "$d" || exit 99
      "$0" record -q -o run.spoor -- true && "$0" report run.spoor | head -c 5 && ls
      """
    let result = try Spoor.run(
      URL(filePath: "/bin/sh"), ["-c", script, Spoor.binary], in: scratch.folder)
    #expect(result.text == "true:run.spoor\n", "\(result.errors)")
  }

  @Test(arguments: [
    "record -q -- touch ../ran", "record -q -o run.spoor -- touch ../ran", "report a",
  ])
  func inADirectoryThatWasRemovedOneSentenceSaysSo(verb: String) throws {
    let script = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" \(verb)"
    let result = try Spoor.run(
      URL(filePath: "/bin/sh"), ["-c", script, Spoor.binary], in: scratch.folder)
    #expect(result.errors.contains("the working directory has been removed; change to another"))
    try expectRefusal(result)
  }

  @Test func aNameThatIsNotUTF8IsRefusedAndNotRepaired() throws {
    let script = "exec \"$0\" record -q -o \"$(printf 'a\\377.spoor')\" -- touch ran"
    let result = try Spoor.run(
      URL(filePath: "/bin/sh"), ["-c", script, Spoor.binary], in: scratch.folder)
    #expect(result.errors.contains("a\\xff.spoor is not UTF-8"))
    try expectRefusal(result)
  }

  @Test(arguments: [
    ["record", "-o", "run.spoor"], ["trace"], ["record", "-q", "-o", "run.spoor"],
  ])
  func whoWaitsForTheCommandAfterTheDurationIsTold(verb: [String]) throws {
    try #require(mkfifo(scratch.file("gate").path, 0o600) == 0)
    let script = "cat gate >/dev/null; exit 7"
    let spoor = try Running(
      verb + ["--duration", "0.05", "--", "sh", "-c", script], in: scratch)
    if verb.contains("-q") {
      try scratch.awaitFinished("run.spoor")
      #expect(try spoor.errors == "")
    } else {
      for _ in 0..<3_000 where try !spoor.errors.hasSuffix("\n") { usleep(10_000) }
      let what = verb[0] == "record" ? "run.spoor" : "the trace"
      #expect(try spoor.errors.hasPrefix("spoor: \(what) is complete, as --duration says; "))
    }
    try scratch.release("gate")
    #expect(spoor.wait() == 7)
  }

  @Test func nothingIsPrintedBesideTheCommandsOwnOutputUntilTheReport() throws {
    let script = "echo out; echo err >&2; exit 3"
    let result = try Spoor.run(
      ["record", "-o", "run.spoor", "--", "sh", "-c", script], in: scratch.folder)
    #expect(result.status == 3)
    #expect(result.text == "out\n")
    #expect(result.errors.hasPrefix("err\nsh -c '\(script)': "))
    #expect(result.errors.hasSuffix("\nrecorded in run.spoor\n"))
    #expect(result.errors.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  /// And not with spoor: to load and to attach, all that was done before there was a file, is none of
  /// what was recorded.
  @Test func aRecordingBeginsAsTheCommandIsStarted() throws {
    _ = try record("--", "true")
    let order =
      "SELECT start_time_ns = (SELECT min(start_ns) FROM interval), "
      + "target_start_time_ns >= start_time_ns FROM recording"
    #expect(try scratch.query("run.spoor", order) == "1|1")
    let made = try Spoor.run(
      URL(filePath: "/usr/bin/stat"), ["-c", "%.9W", scratch.file("run.spoor").path])
    let birth = try #require(
      Double(made.text.trimmingCharacters(in: .whitespacesAndNewlines)).flatMap {
        $0 > 0 ? $0 : nil
      })
    let started = try Date(
      scratch.query("run.spoor", "SELECT started FROM recording"),
      strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    // In whole milliseconds.
    #expect(started.timeIntervalSince1970 + 0.001 > birth)
  }

  @Test func rowsOfIntervalsAndRowsOfEventsSumToTheTotals() throws {
    // It goes on until it reads two intervals in its own recording.
    let script =
      "for i in 1 2 3 4 5 6 7 8 9; do cat /etc/passwd /nonesuch; done; "
      + "until [ \"$(sqlite3 run.spoor 'SELECT count(*) FROM interval')\" -ge 2 ]; do :; done"
    _ = try record("--events", "--interval", "0.01", "--", "sh", "-c", script)
    let total = try scratch.query("run.spoor", "SELECT sum(lookups) FROM process")
    #expect(try #require(Int(total)) > 100)
    #expect(try scratch.query("run.spoor", "SELECT sum(count) FROM lookup") == total)
    // A successful execve is an exec event, and a lookup too.
    let events = "SELECT count(*) FROM event WHERE operation IS NOT NULL"
    #expect(try scratch.query("run.spoor", events) == total)
    #expect(try #require(Int(scratch.query("run.spoor", "SELECT count(*) FROM interval"))) > 1)
    let missing = "SELECT count FROM lookup_view WHERE path = '/nonesuch' AND errno = 2"
    #expect(try scratch.query("run.spoor", missing).split(separator: "\n").count == 9)
  }
}
