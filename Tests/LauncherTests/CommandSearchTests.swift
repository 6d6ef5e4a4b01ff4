// SPDX-License-Identifier: Apache-2.0

import Launcher
import Testing

@Suite struct CommandSearchTests {
  private func candidates(_ command: String, path: String?) -> [String] {
    CommandSearch.candidates(command: Array(command.utf8), path: path.map { Array($0.utf8) })
      .map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func everyElementOfPathIsTriedInOrder() {
    #expect(candidates("ls", path: "/a:b/c:/d/") == ["/a/ls", "b/c/ls", "/d//ls"])
  }

  @Test func anEmptyElementIsTheCurrentDirectory() {
    #expect(candidates("ls", path: ":/a:") == ["ls", "/a/ls", "ls"])
    #expect(candidates("ls", path: "") == ["ls"])
  }

  @Test func withoutPathGlibcsDefaultHolds() {
    #expect(candidates("ls", path: nil) == ["/bin/ls", "/usr/bin/ls"])
  }

  @Test func aSlashMakesItAPath() {
    #expect(candidates("./ls", path: "/a") == ["./ls"])
  }

  @Test func whatIsTooLongForTheKernelIsLeftOut() {
    let long = String(repeating: "x", count: 4096)
    #expect(candidates("ls", path: "/\(long):/a") == ["/a/ls"])
    #expect(candidates("", path: "/a") == [])
  }
}
