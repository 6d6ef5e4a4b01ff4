// SPDX-License-Identifier: Apache-2.0

import Launcher
import Testing

@Suite struct SudoIdentityTests {
  @Test func withoutSudoThereIsNoIdentity() throws {
    #expect(try SudoIdentity.parse(environment: ["USER": "ada"]) == nil)
  }

  @Test(arguments: [(0, 0), (1000, 1000), (4_294_967_294, 4_294_967_294)] as [(UInt32, UInt32)])
  func bothVariablesMakeAnIdentity(user: UInt32, group: UInt32) throws {
    let environment = ["SUDO_UID": "\(user)", "SUDO_GID": "\(group)"]
    #expect(
      try SudoIdentity.parse(environment: environment)
        == SudoIdentity(userID: user, groupID: group))
  }

  @Test(arguments: [
    "", " ", "ada", "-1", "+5", "0x10", "1 ", "1e3", "4294967295", "4294967296",
    "18446744073709551616", "١٢",
  ])
  func anythingButAUserNumberIsRefused(text: String) throws {
    for environment in [
      ["SUDO_UID": text, "SUDO_GID": "1000"], ["SUDO_UID": "1000", "SUDO_GID": text],
    ] {
      let error = #expect(throws: LaunchError.self) {
        try SudoIdentity.parse(environment: environment)
      }
      #expect(error?.code == .invokingUser)
    }
  }

  @Test func oneVariableAloneIsRefusedWithItsRemedy() {
    let error = #expect(throws: LaunchError.self) {
      try SudoIdentity.parse(environment: ["SUDO_UID": "1000"])
    }
    #expect(
      error?.description == "SUDO_UID is set but SUDO_GID is not; run spoor through sudo,"
        + " which sets both, or unset both and use --as-root")
    #expect(throws: LaunchError.self) { try SudoIdentity.parse(environment: ["SUDO_GID": "1000"]) }
  }

  @Test func aControlCharacterIsEscapedInTheSentence() {
    let error = #expect(throws: LaunchError.self) {
      try SudoIdentity.parse(environment: ["SUDO_UID": "\u{1b}[2J", "SUDO_GID": "1"])
    }
    #expect(error?.description.contains("\u{1b}") == false)
    #expect(error?.description.contains(#"'\u{1B}[2J'"#) == true)
  }
}
