// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Who runs spoor, whom the target runs as, and whose the recording is.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct UnprivilegedTests {
  private static let nobody: [String: String] = ["SUDO_UID": "65534", "SUDO_GID": "65534"]
  private let scratch: Scratch

  /// A folder of user 65534, with a spoor that this user can reach.
  init() throws {
    scratch = try Scratch()
    try FileManager.default.copyItem(
      at: URL(filePath: Spoor.binary), to: scratch.file("spoor"))
    try #require(chown(scratch.folder.path, 65534, 65534) == 0)
  }

  private var recordings: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: scratch.folder.path)
        .filter { $0.contains(".spoor") }
    }
  }

  private func asNobody(_ arguments: [String], in folder: URL? = nil) throws -> Spoor.Result {
    try Spoor.run(
      URL(filePath: "/usr/bin/setpriv"),
      ["--reuid", "65534", "--regid", "65534", "--clear-groups", scratch.file("spoor").path]
        + arguments, in: folder ?? scratch.folder)
  }

  @Test(arguments: [
    ["record", "--", "true"], ["record", "-a"], ["record", "-p", "1"], ["trace", "--", "true"],
    ["trace", "-a"],
  ])
  func withoutRootOneSentenceNamesSudo(arguments: [String]) throws {
    // Also where the user could not write a recording.
    for folder in [scratch.folder, URL(filePath: "/")] {
      let result = try asNobody(arguments, in: folder)
      #expect(result.status == 2)
      #expect(result.text == "")
      #expect(result.errors.contains("sudo"))
      #expect(result.errors.count { $0 == "\n" } == 1)
    }
    #expect(try recordings == [])
  }

  @Test func doctorSaysWithoutRootWhatIsMissing() throws {
    let result = try asNobody(["doctor"])
    #expect(result.status == 2)
    #expect(result.text.contains("no  privileges"))
    #expect(result.text.contains("sudo"))
  }

  @Test func doctorProvesEveryHookAsRoot() throws {
    let result = try Spoor.run(["doctor"])
    #expect(result.status == 0)
    #expect(!("\n" + result.text).contains("\nno  "))
    for hook in ["fork", "exec", "lookup", "terminal write", "exit", "wait", "release", "resize"] {
      #expect(result.text.contains("ok  \(hook) "))
    }
  }

  @Test func theTargetRunsAndTheFileIsOwnedAsWhoeverCalledSudo() throws {
    let result = try Spoor.run(
      ["record", "-q", "-o", "run.spoor", "--", "sh", "-c", "id -ru; id -rg; id -G; umask"],
      in: scratch.folder, environment: Self.nobody)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text.hasPrefix("65534\n65534\n65534\n"))
    var status = stat()
    try #require(stat(scratch.file("run.spoor").path, &status) == 0)
    #expect(status.st_uid == 65534)
    #expect(status.st_gid == 65534)
    #expect(status.st_mode & 0o7777 == 0o600)
    let report = try asNobody(["report", "run.spoor"])
    #expect(report.status == 0)
  }

  @Test func asRootKeepsTheTargetRootAndTheFileTheCallers() throws {
    let result = try Spoor.run(
      ["record", "-q", "--as-root", "-o", "run.spoor", "--", "id", "-u"],
      in: scratch.folder, environment: Self.nobody)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.text == "0\n")
    var status = stat()
    try #require(stat(scratch.file("run.spoor").path, &status) == 0)
    #expect(status.st_uid == 65534)
  }

  @Test(arguments: [
    ["SUDO_UID": "65534"], ["SUDO_GID": "65534"], ["SUDO_UID": "", "SUDO_GID": ""],
    ["SUDO_UID": "nobody", "SUDO_GID": "65534"], ["SUDO_UID": "-1", "SUDO_GID": "65534"],
    ["SUDO_UID": "4294967295", "SUDO_GID": "65534"], ["SUDO_UID": "0x10", "SUDO_GID": "65534"],
  ])
  func aMalformedCallerIsAnErrorAndNothingRuns(environment: [String: String]) throws {
    for verb in [["record", "-q", "-o", "run.spoor"], ["trace"]] {
      let result = try Spoor.run(
        verb + ["--", "touch", "ran"], in: scratch.folder, environment: environment)
      #expect(result.status == 2)
      #expect(result.errors.contains("SUDO_"))
      #expect(!FileManager.default.fileExists(atPath: scratch.file("ran").path))
    }
    #expect(try recordings == [])
  }

  @Test func aDirectoryThatTheCallerMayNotWriteIsRefusedEvenToRoot() throws {
    let other = try Scratch()
    let result = try Spoor.run(
      ["record", "-q", "--", "true"], in: other.folder, environment: Self.nobody)
    #expect(result.status == 2)
    #expect(try FileManager.default.contentsOfDirectory(atPath: other.folder.path) == [])
  }
}
