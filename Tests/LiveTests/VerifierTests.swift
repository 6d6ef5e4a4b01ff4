// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// How much the kernel's verifier goes through before it lets a program in: what grows there
/// unseen makes spoor start later, and at a million is refused.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct VerifierTests {
  private struct Doctor: Decodable {
    struct Check: Decodable {
      var name: String
      var found: String
    }

    struct Program: Decodable {
      var name: String
      var instructions: Int
    }

    var checks: [Check]
    var programs: [Program]
  }

  /// What verifier-instructions.txt says: the series that it holds for, and each program's limit.
  private struct Limits {
    var series = ""
    var instructions: [String: Int] = [:]

    init() throws {
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "verifier-instructions.txt")
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard words.count == 2, !line.hasPrefix("#") else { continue }
        if words[0] == "Linux" { series = String(words[1]) }
        instructions[String(words[0])] = Int(words[1])
      }
    }
  }

  /// The verifier's own: no kernel lets more in.
  private static let refusal = 1_000_000

  @Test func eachProgramStaysBelowItsLimit() throws {
    let limits = try Limits()
    var printed: Set<String> = []
    for backend in Spoor.backends {
      let run = try Spoor.run(["doctor", "--json", "--backend", backend])
      let doctor = try JSONDecoder().decode(Doctor.self, from: run.output)
      let kernel = doctor.checks.first { $0.name == "kernel" }?.found ?? ""
      let isGuarded = kernel.hasPrefix(limits.series + ".")
      // Before Linux 5.16 it is not told.
      if isGuarded { #expect(doctor.programs.count > 10) }
      for program in doctor.programs where printed.insert(program.name).inserted {
        let (name, count) = (program.name, program.instructions)
        let limit = isGuarded ? limits.instructions[name] : Self.refusal
        print("verifier: \(name) \(count) of \(limit.map(String.init) ?? "?") instructions")
        // The next kernel of the series may count a little more.
        let room = (count * 11 / 10 + 99) / 100 * 100
        #expect(
          limit.map { count <= $0 } == true,
          "if that is meant, put '\(name) \(room)' into verifier-instructions.txt")
      }
    }
  }
}
