// SPDX-License-Identifier: Apache-2.0

import Foundation
import Recording
import Testing

@Suite struct NameTests {
  private func name(_ command: String) throws -> String {
    RecordingName.standard(
      command: command, at: Date(timeIntervalSince1970: 1_790_000_000),
      in: try #require(TimeZone(secondsFromGMT: 7_200)))
  }

  @Test func aNameHoldsTheCommandAndTheLocalTime() throws {
    #expect(try name("/usr/bin/git") == "git-20260921-161320.spoor")
    #expect(try name("codex") == "codex-20260921-161320.spoor")
  }

  @Test(arguments: [
    ("a b", "a_b"), ("a\u{1b}[2J", "a__2J"), ("é", "__"), ("-rf", "_rf"), (".", "_"),
    ("..", "_."), ("", "recording"), ("///", "recording"), ("bin/", "bin"), ("a-1.2_B", "a-1.2_B"),
  ])
  func aNameIsSafeToType(command: String, expected: String) throws {
    #expect(try name(command) == "\(expected)-20260921-161320.spoor")
  }

  @Test(
    arguments: [([], ""), ([""], "-2"), (["", "-2"], "-3"), (["-2"], "")] as [([String], String)])
  func aSecondRecordingInASecondHasANumber(taken: [String], expected: String) throws {
    let names = Set(taken.map { "git-20260921-161320\($0).spoor" })
    let name = RecordingName.free(
      command: "git", at: Date(timeIntervalSince1970: 1_790_000_000),
      in: try #require(TimeZone(secondsFromGMT: 7_200)), isTaken: names.contains)
    #expect(name == "git-20260921-161320\(expected).spoor")
  }

  @Test(
    arguments: [
      ([], [], ""), (["-a", "-o", "x"], [], ""), (["-q"], ["make", "all"], "make all"),
      (["-q", "-p", "12,34"], [], "-p 12,34"),
      (["--pid=12", "--comm", "cat"], [], "-p 12 --comm cat"),
      (["-qp", "12"], [], "-p 12"), (["-a", "--comm=cat"], [], "-a --comm cat"),
      (["--uid", "me", "-q"], ["make"], "--uid me -- make"), (["-p"], [], ""),
    ] as [([String], [String], String)])
  func aRecordingIsOfWhomTheUserAskedFor(options: [String], command: [String], words: String) {
    let subject = RecordingHeader.subject(options: options, command: command)
    #expect(subject.joined(separator: " ") == words)
  }

  @Test func aNameFitsIntoADirectory() throws {
    #expect(try name(String(repeating: "x", count: 5_000)).utf8.count == 222)
  }
}
