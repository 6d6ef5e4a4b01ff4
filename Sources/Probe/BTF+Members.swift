// SPDX-License-Identifier: Apache-2.0

import Glibc

extension BTF {
  /// Whether a structure or union has a member by this path of names, where one that is in a member
  /// without a name counts as its own.
  package func hasMember(_ path: ArraySlice<String>, of number: UInt32) -> Bool {
    guard let name = path.first else { return true }
    guard kind(of: number) == .structure || kind(of: number) == .union else { return false }
    return (0..<memberCount(of: number)).contains { index in
      let member = 12 + 12 * index
      let type = word(of: number, at: member + 4)
      let (isMeant, isNameless) = withName(word(of: number, at: member)) {
        (strcmp($0, name) == 0, $0.pointee == 0)
      }
      return isMeant
        ? hasMember(path.dropFirst(), of: type) : isNameless && hasMember(path, of: type)
    }
  }

  /// The names of the functions that begin so.
  package func functions(withPrefixes prefixes: [String]) -> [String] {
    (1..<UInt32(count)).compactMap { number in
      guard kind(of: number) == .function else { return nil }
      return withName(word(of: number, at: 0)) { name in
        prefixes.contains { strncmp(name, $0, $0.utf8.count) == 0 } ? String(cString: name) : nil
      }
    }
  }
}
