// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Testing

/// What becomes of the kernel's names; the names of a place are given leaf first.
struct PathTests {
  /// The one path of a script.
  private func path(_ script: consuming EventScript) throws -> LookedUpPath {
    let paths = script.endInterval().newPaths
    try #require(paths.count == 1)
    return paths[0]
  }

  private func absolute(
    _ path: String, from base: String, deleted: UInt8 = 0, climb: UInt16 = .max
  ) throws -> String? {
    var script = EventScript()
    script.lookup(path, from: base, deleted: deleted, climb: climb)
    let resolved = try self.path(script)
    #expect(resolved.resolution == .resolved)
    #expect(resolved.given == Array(path.utf8))
    return resolved.absolute.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func aPathBeginsWhereTheWalkDid() throws {
    #expect(try absolute("c", from: "b/a/") == "/a/b/c")
    #expect(try absolute("c/d", from: "") == "/c/d")
    #expect(try absolute("/c", from: "") == "/c")
    #expect(try absolute("/c", from: "jail/") == "/jail/c")
  }

  @Test func aPathIsTheSameAsSoonAsItIsLookedUpAndLater() throws {
    var script = EventScript()
    script.lookup("c/d", from: "b/a/")
    script.lookup("./c/d", from: "b/a/")
    script.lookup("/c", from: "")
    let texts = (PathIndex(0)..<3).map { index in
      script.ledger.withPath(index) { absolute, _, _ in absolute.map { Array($0) } }
    }
    #expect(texts == ["/a/b/c/d", "/a/b/c/d", "/c"].map { Array($0.utf8) })
    #expect(script.endInterval().newPaths.map(\.absolute) == texts)
  }

  @Test func whatWalksNowhereIsDropped() throws {
    #expect(try absolute(".//./c/.//d/.", from: "a/") == "/a/c/d")
    #expect(try absolute(".", from: "a/") == "/a")
    #expect(try absolute("/", from: "") == "/")
    #expect(try absolute("//.", from: "") == "/")
    #expect(try absolute("...", from: "") == "/...")
  }

  @Test func leadingParentsGoUpAndLaterOnesStay() throws {
    #expect(try absolute("../c", from: "b/a/") == "/a/c")
    #expect(try absolute("./.././../c", from: "b/a/") == "/c")
    #expect(try absolute("../../../c", from: "b/a/") == "/c")
    #expect(try absolute("..", from: "a/") == "/")
    #expect(try absolute("c/../d", from: "a/") == "/a/c/../d")
    #expect(try absolute("../c/..", from: "a/") == "/c/..")
  }

  @Test func theProcesssRootEndsTheWayUp() throws {
    #expect(try absolute("../../c", from: "b/jail/", climb: 1) == "/jail/c")
    #expect(try absolute("/../c", from: "jail/", climb: 0) == "/jail/c")
    #expect(try absolute("../../c", from: "b/a/", climb: 2) == "/c")
  }

  @Test func aDeletedDirectoryIsMarkedAsTheKernelDoes() throws {
    #expect(try absolute("c", from: "b/a/", deleted: 1) == "/a/b (deleted)/c")
    #expect(try absolute(".", from: "b/a/", deleted: 1) == "/a/b (deleted)")
    #expect(try absolute("../c", from: "b/a/", deleted: 1) == "/a/c")
    #expect(try absolute("../c", from: "b/a/", deleted: 2) == "/a (deleted)/c")
  }

  @Test func theOpenedFileIsToldWhereItDiffers() throws {
    func opened(
      _ names: String, _ status: Place.Status, deleted: UInt8 = 0
    ) throws -> String? {
      var script = EventScript()
      script.lookup(
        "c", from: "a/", opened: names, status, openedDeleted: deleted)
      let path = try self.path(script)
      #expect(path.absolute == Array("/a/c".utf8))
      return path.opened.map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(try opened("c/", .belowBase) == nil)
    #expect(try opened("c/a/", .whole) == nil)
    #expect(try opened("d/", .belowBase) == "/a/d")
    #expect(try opened("", .belowBase) == "/a")
    #expect(try opened("c/", .whole) == "/c")
    #expect(try opened("", .whole) == "/")
    #expect(try opened("#1/", .belowBase, deleted: 1) == "/a/#1 (deleted)")
    #expect(try opened("c/", .truncated) == nil)
    #expect(try opened("", .none) == nil)
  }

  @Test func aDirectoryThatWasLeftGivesWayToTheOneEntered() throws {
    var script = EventScript()
    script.lookup("link", from: "", .left, opened: "real/", .whole)
    let path = try path(script)
    #expect(
      path
        == LookedUpPath(
          given: Array("link".utf8), absolute: Array("/real".utf8),
          resolution: .resolved))
  }

  @Test func anEnteredDirectoryMayBeTooDeepToTell() throws {
    var script = EventScript()
    script.lookup("d", from: "", .left, opened: "d/", .truncated)
    let path = try path(script)
    #expect(path == LookedUpPath(given: Array("d".utf8), resolution: .truncated))
  }

  @Test func whatIsNotKnownIsNotGuessed() throws {
    func resolution(
      _ status: TextStatus, _ base: Place.Status
    ) throws -> PathResolution {
      var script = EventScript()
      script.lookup("c", from: "a/", base, pathStatus: status)
      let path = try path(script)
      #expect((path.absolute == nil) == (path.resolution != .resolved))
      return path.resolution
    }
    #expect(try resolution(.whole, .whole) == .resolved)
    #expect(try resolution(.whole, .none) == .unresolved)
    #expect(try resolution(.whole, .left) == .unresolved)
    #expect(try resolution(.whole, .truncated) == .truncated)
    #expect(try resolution(.truncated, .whole) == .truncated)
    #expect(try resolution(.unreadable, .whole) == .unresolved)
  }

  @Test func thousandsOfWalksAreToldApartAndFoundAgain() {
    var script = EventScript()
    var expected: [LookedUpPath] = []
    for round in 0..<2 {
      for number in 0..<3000 {
        let name = "f\(number)"
        func path(_ absolute: String, opened: String? = nil) -> LookedUpPath {
          LookedUpPath(
            given: Array(name.utf8), absolute: Array(absolute.utf8), resolution: .resolved,
            opened: opened.map { Array($0.utf8) })
        }
        script.lookup(name, from: "a/")
        script.lookup(name, from: "b/")
        script.lookup(name, from: "a/", opened: "g\(number)/", .belowBase)
        script.lookup(name, from: "a/", opened: "g\(number)/", .whole)
        // The same path by another walk.
        script.lookup(name, from: "a/", opened: "\(name)/", .belowBase)
        guard round == 0 else { continue }
        expected += [
          path("/a/\(name)"), path("/b/\(name)"), path("/a/\(name)", opened: "/a/g\(number)"),
          path("/a/\(name)", opened: "/g\(number)"),
        ]
      }
    }
    let interval = script.endInterval()
    #expect(Array(interval.newPaths) == expected)
    let counts = Dictionary(uniqueKeysWithValues: interval.lookups.map { ($0.path, $0.count) })
    #expect(
      counts == Dictionary(uniqueKeysWithValues: (0..<12_000).map { ($0, $0 % 4 == 0 ? 4 : 2) }))
  }

  @Test func onePathFromTwoDirectoriesIsTwo() {
    var script = EventScript()
    for base in ["a/", "b/", "a/"] { script.lookup("c", from: base) }
    let interval = script.endInterval()
    #expect(interval.newPaths.compactMap(\.absolute) == [Array("/a/c".utf8), Array("/b/c".utf8)])
    #expect(interval.lookups.map(\.count).sorted() == [1, 2])
  }

  @Test func twoWaysToOnePathAreOne() {
    var script = EventScript()
    script.lookup("c", from: "b/a/")
    script.lookup("c", from: "b/a/", opened: "c/", .belowBase)
    script.lookup("c", from: "b/a/", opened: "c/b/a/", .whole)
    let interval = script.endInterval()
    #expect(interval.newPaths.count == 1)
    #expect(interval.lookups.map(\.count) == [3])
  }
}
