// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Hunt

/// Which versions a hunt runs.
struct VersionOptions: ParsableArguments {
  @Option(
    name: [.customLong("version")],
    help: ArgumentHelp(
      "A version's name and its command, split into words as a shell does; the first one is the "
        + "baseline.", valueName: "name=command"))
  var named: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file with a NAME=COMMAND a line, from the oldest version to the newest; lines that begin "
        + "with # say nothing.", valueName: "file"))
  var versionsFrom: String?

  @Flag(help: "Look for the first bad version between --good and --bad.")
  var bisect = false

  @Option(help: ArgumentHelp("With --bisect: a version that is good.", valueName: "name"))
  var good: String?

  @Option(help: ArgumentHelp("With --bisect: a version that is bad.", valueName: "name"))
  var bad: String?

  /// Called by the command: where a group's own `validate` throws, swift-argument-parser takes the
  /// command's `--version` for the root's.
  func check() throws {
    guard bisect == (good != nil), bisect == (bad != nil) else {
      throw ValidationError(
        "--bisect, --good NAME and --bad NAME go together: give all of them or none")
    }
    if let good, good == bad {
      throw ValidationError("--good and --bad are both '\(good)'; give two versions")
    }
    _ = try named.map(parsed)
  }

  /// The versions to run: with --bisect from the good one to the bad one.
  func versions() throws -> [Version] {
    let all = try all
    guard bisect else {
      guard all.count >= 2 else {
        throw CommandFailure.badInput(
          "give two or more versions, such as --version old='./app-1' --version new='./app-2'")
      }
      return all
    }
    let (good, bad) = try ends(all)
    return good < bad ? Array(all[good...bad]) : all[bad...good].reversed()
  }

  /// The good one comes after the bad one.
  var isReversed: Bool {
    get throws {
      let (good, bad) = try ends(try all)
      return bad < good
    }
  }

  private func ends(_ all: [Version]) throws -> (good: Int, bad: Int) {
    let places = try [good, bad].map { name in
      guard let place = all.firstIndex(where: { $0.name == name }) else {
        throw CommandFailure.badInput(
          "there is no version named '\(name ?? "")' among the \(all.count) that are given; name "
            + "one of --versions-from FILE")
      }
      return place
    }
    return (places[0], places[1])
  }

  private var all: [Version] {
    get throws {
      let all = try fromFile() + (try named.map(parsed))
      let names = all.map(\.name)
      if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
        throw CommandFailure.badInput(
          "there are two versions named '\(twice)'; give each a name of its own")
      }
      return all
    }
  }

  private func fromFile() throws -> [Version] {
    guard let versionsFrom else { return [] }
    let text: String
    do {
      text = try String(contentsOfFile: versionsFrom, encoding: .utf8)
    } catch {
      throw CommandFailure.badInput(
        "cannot read \(versionsFrom): \(error.localizedDescription); give a text file with a "
          + "NAME=COMMAND a line")
    }
    do { return try Version.list(text) } catch {
      throw CommandFailure.badInput("\(versionsFrom): \(error)")
    }
  }

  private func parsed(_ text: String) throws -> Version {
    do { return try Version(text) } catch { throw ValidationError("--version \(error)") }
  }
}
