// SPDX-License-Identifier: Apache-2.0

import Attribution
import Testing

@Suite struct PathListTests {
  static let paths = [
    LookedUpPath(given: Array("/etc/hosts".utf8), absolute: Array("/etc/hosts".utf8)),
    LookedUpPath(
      given: Array("python3".utf8), absolute: Array("/usr/bin/python3".utf8),
      resolution: .resolved, opened: Array("/usr/bin/python3.11".utf8)),
    LookedUpPath(given: [], resolution: .truncated),
    LookedUpPath(given: [0xff], absolute: [], resolution: .resolved, opened: [0xff]),
    .other,
  ]

  @Test func whatIsPutInComesOutInOrder() {
    var list = PathList(Self.paths.prefix(2))
    list += PathList(Self.paths.dropFirst(2))
    #expect(list.elementsEqual(Self.paths))
    #expect(list == PathList(Self.paths))
    #expect(list[3] == Self.paths[3])
  }

  @Test func aTextThatIsThereIsNotOneThatIsMissing() {
    #expect(
      PathList([LookedUpPath(given: [65], absolute: [])]) != [LookedUpPath(given: [65])])
    #expect(PathList() == [])
  }
}
