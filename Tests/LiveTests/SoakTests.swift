// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// tools/soak in its shortest form: what an hour is to show, it can tell.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct SoakTests {
  private static let tool = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "tools/soak")

  private func soak(_ arguments: String...) throws -> Spoor.Result {
    try Spoor.run(Self.tool, arguments, environment: ["SPOOR_BINARY": Spoor.binary])
  }

  @Test func aShortSoakFindsEveryCountEqualAndNothingLeft() throws {
    let result = try soak("15")
    let checks = [
      "conservation", "nothing lost", "lookups", "io_uring", "terminal bytes", "children", "memory",
      "rows", "file size", "left attached",
    ]
    for check in checks {
      #expect(result.text.contains("\npass  \(check)  "), "\(check)")
    }
    #expect(result.status == 0, "\(result.text)\(result.errors)")
    #expect(result.errors == "soak: 15 seconds…\n")
  }

  @Test func aTimeWithTooFewIntervalsIsBadInput() throws {
    let result = try soak("--duration", "3")
    #expect(result.status == 2)
    #expect(result.errors.contains("give 10 seconds or more, not 3"))
  }
}
