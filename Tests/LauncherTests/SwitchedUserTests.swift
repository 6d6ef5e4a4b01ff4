// SPDX-License-Identifier: Apache-2.0

import Glibc
import Launcher
import Testing

@Suite struct InvokingUserTests {
  @Test func anOrdinaryUserStaysThemselvesUnderSudosVariables() throws {
    for environment in [["SUDO_UID": "0", "SUDO_GID": "0"], ["SUDO_UID": "nonsense"], [:]] {
      let user = try InvokingUser.resolve(environment: environment, effectiveUserID: 1000)
      #expect(user.isSwitched == false)
      #expect(user.userID == geteuid())
    }
  }

  @Test func rootUnderSudoIsItsCaller() throws {
    let user = try InvokingUser.resolve(
      environment: ["SUDO_UID": "54321", "SUDO_GID": "54322"], effectiveUserID: 0)
    #expect(user.isSwitched)
    #expect(user.userID == 54321)
    #expect(user.groups == [54322])
    #expect(user.account == nil)
  }

  @Test func rootWithoutSudoIsRoot() throws {
    #expect(try InvokingUser.resolve(environment: [:], effectiveUserID: 0).isSwitched == false)
  }

  @Test func aBrokenVariableIsAnErrorForRoot() {
    #expect(throws: LaunchError.self) {
      try InvokingUser.resolve(environment: ["SUDO_UID": ""], effectiveUserID: 0)
    }
  }
}

@Suite(.enabled(if: geteuid() == 0, "needs root")) struct SwitchedUserTests {
  private func identity(_ user: UInt32, _ group: UInt32) throws -> InvokingUser {
    try .resolve(
      environment: ["SUDO_UID": "\(user)", "SUDO_GID": "\(group)"], effectiveUserID: 0)
  }

  private static let script = """
    id -u; id -ru; id -g; id -G
    exec grep -E '^(Uid|Gid|Groups|Cap(Inh|Prm|Eff|Amb)):' /proc/self/status
    """

  @Test func theTargetIsTheUserAndNothingElse() throws {
    let nobody = try identity(65534, 65534)
    let lines = try printed(by: Self.script, as: nobody)
    #expect(
      lines == [
        "65534", "65534", "65534", nobody.groups.map(String.init).joined(separator: " "),
        "Uid:\t65534\t65534\t65534\t65534", "Gid:\t65534\t65534\t65534\t65534",
        "Groups:\t65534 ",
        "CapInh:\t0000000000000000", "CapPrm:\t0000000000000000",
        "CapEff:\t0000000000000000", "CapAmb:\t0000000000000000",
      ])
  }

  @Test func theTargetGetsNoDescriptorThatAnotherUserOpened() throws {
    let opened = fcntl(2, F_DUPFD, 500)
    defer { close(opened) }
    let inherited = InheritedState.capture()
    let script = "test -e /proc/self/fd/\(opened) && echo open || echo closed"
    #expect(try printed(by: script, inherited: inherited) == ["open"])
    #expect(try printed(by: script, as: identity(65534, 65534), inherited: inherited) == ["closed"])
  }

  @Test func aUserWithoutAnAccountHasOneGroup() throws {
    let lines = try printed(by: "id -u; id -g; id -G", as: identity(54321, 54322))
    #expect(lines == ["54321", "54322", "54322"])
  }

  @Test func moreGroupsThanOneAreAllThere() throws {
    let user = InvokingUser(
      userID: 54321, groupID: 5, groups: [5, 9, 7, 9], account: nil, isSwitched: true)
    let lines = try printed(by: "grep Groups /proc/self/status", as: user)
    #expect(lines == ["Groups:\t5 7 9 9 "])
  }

  @Test func theTargetsRightsDecideWhatRuns() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.file("mine", "true\n", mode: 0o700)
    let nobody = try identity(65534, 65534)
    let error = #expect(throws: LaunchError.self) {
      _ = try Launcher.start(command: [path], user: nobody, inherited: .capture())
    }
    #expect(error?.underlyingErrno == EACCES)
  }

  @Test func aClosedFolderOfPathIsNotBlamedOnTheCommand() throws {
    let scratch = try ScratchDirectory()
    chmod(scratch.path, 0o700)
    let nobody = try identity(65534, 65534)
    let error = #expect(throws: LaunchError.self) {
      _ = try Launcher.start(
        command: ["spoor-no-such-command"], user: nobody, inherited: .capture(),
        environment: TargetEnvironment(["PATH": scratch.path]))
    }
    #expect(
      error?.description == "cannot run 'spoor-no-such-command': Permission denied;"
        + " check the name; a folder it was searched in is closed to this user")
  }

  @Test func aBadGroupNumberStartsNothing() throws {
    let user = InvokingUser(
      userID: 54321, groupID: .max, groups: [.max], account: nil, isSwitched: true)
    let error = #expect(throws: LaunchError.self) {
      _ = try Launcher.start(command: ["/bin/true"], user: user, inherited: .capture())
    }
    #expect(error?.code == .cannotStart)
    #expect(error?.description.contains("setgroups") == true)
  }
}
