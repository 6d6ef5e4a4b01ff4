// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Scratch {
  /// Hunts with a scenario, in this folder, into `out`.
  func hunt(
    _ scenario: String, _ versions: [String], _ options: [String] = [], runs: Int = 1
  ) throws -> Spoor.Result {
    try scenario.write(to: file("s.yaml"), atomically: true, encoding: .utf8)
    return try Spoor.run(huntArguments(versions, runs) + options, in: folder)
  }

  func huntArguments(_ versions: [String], _ runs: Int) -> [String] {
    ["hunt", "s.yaml", "-o", "out", "--runs", "\(runs)", "--seed", "1"]
      + versions.flatMap { ["--version", $0] }
  }

  /// The command that runs such a shell script.
  func script(_ name: String, _ text: String) throws -> String {
    try text.write(to: file(name), atomically: true, encoding: .utf8)
    return "sh \(file(name).path)"
  }
}
