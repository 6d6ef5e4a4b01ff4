// SPDX-License-Identifier: Apache-2.0

import Launcher
import Testing

@Suite struct TargetEnvironmentTests {
  private static let ada = InvokingUser(
    userID: 1000, groupID: 1000, groups: [1000, 27],
    account: Account(name: "ada", home: "/home/ada", shell: "/bin/zsh"), isSwitched: true)

  @Test func sudosVariablesGoAndTheUsersComeBack() {
    let root = TargetEnvironment([
      "HOME": "/root", "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash",
      "MAIL": "/var/mail/root", "PATH": "/usr/bin", "TERM": "xterm",
      "SUDO_UID": "1000", "SUDO_GID": "1000", "SUDO_USER": "ada", "SUDO_COMMAND": "spoor",
    ])
    let expected = TargetEnvironment([
      "HOME": "/home/ada", "USER": "ada", "LOGNAME": "ada", "SHELL": "/bin/zsh",
      "MAIL": "/var/mail/ada", "PATH": "/usr/bin", "TERM": "xterm",
    ])
    #expect(Set(root.restored(to: Self.ada).entries) == Set(expected.entries))
  }

  @Test func aUserWithoutAnAccountGetsNobodysName() {
    let user = InvokingUser(
      userID: 54321, groupID: 54321, groups: [54321], account: nil, isSwitched: true)
    let root = TargetEnvironment(["USER": "root", "LOGNAME": "root", "MAIL": "m", "HOME": "/root"])
    let expected = TargetEnvironment(["HOME": "/", "SHELL": "/bin/sh"])
    #expect(root.restored(to: user) == expected)
  }

  @Test func aValueKeepsBytesThatAreNotText() {
    let entry: [UInt8] = Array("A=".utf8) + [0xff, 0xfe]
    let environment = TargetEnvironment(nulTerminated: entry + [0] + Array("B=".utf8) + [0])
    #expect(environment["A"] == [0xff, 0xfe])
    #expect(environment["B"] == [])
    #expect(environment["C"] == nil)
  }

  @Test func aNameIsNotFoundByItsBeginning() {
    var environment = TargetEnvironment(["PATHS": "1"])
    #expect(environment["PATH"] == nil)
    environment["PATH"] = nil
    #expect(environment["PATHS"] == Array("1".utf8))
  }

  @Test func spoorsOwnHoldsItsPath() {
    #expect(TargetEnvironment.own()["PATH"]?.isEmpty == false)
  }
}
