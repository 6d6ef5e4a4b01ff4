// SPDX-License-Identifier: Apache-2.0

import Foundation
import Probe
import Testing

struct FileBytesTests {
  /// One that can be mapped and, in sysfs, one that cannot.
  @Test(arguments: ["/bin/sh", "/sys/kernel/notes"])
  func aFileIsReadOrMappedAsItIs(path: String) throws {
    let expected = try #require(FileManager.default.contents(atPath: path))
    #expect(!expected.isEmpty)
    let bytes = FileBytes(path: path)
    #expect(bytes.count == expected.count)
    #expect(bytes.withUnsafeBytes { Data($0) } == expected)
  }

  @Test(arguments: ["/no/such/file", "/dev/null"])
  func whatHasNoBytesIsEmpty(path: String) {
    #expect(FileBytes(path: path).count == 0)
  }
}
