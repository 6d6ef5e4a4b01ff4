// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording

extension Redactor {
  /// Homes as `~`, and names of users elsewhere as `USER`.
  func withoutPeople(_ text: String) -> String {
    var text = text
    for home in homes { text = Self.replacing(home, in: text, with: "~", isHome: true) }
    text = Self.replacing("/root", in: text, with: "~", isHome: true)
    text = Self.withoutHomes(text)
    for user in users { text = Self.replacing(user, in: text, with: "USER", isHome: false) }
    return text
  }

  /// Names below `/home` that something was found under, or that a command line gives.
  static func users(of run: RecordedRun) -> Set<String> {
    var names: Set<String> = []
    for row in run.lookups where row.count > row.failed {
      // Most paths by far are not below it.
      guard let name = name(inHome: row.absolute ?? row.path) else { continue }
      names.insert(name)
    }
    for process in run.processes {
      for text in [process.executable, process.arguments].map(Latin.text) {
        for match in text.matches(of: homeFolder) where !isFile(match.output.2) {
          names.insert(String(match.output.2))
        }
      }
    }
    return names
  }

  /// Accounts that many machines have: they name no person, and their names are those of programs.
  static let impersonal: Set = [
    "admin", "app", "build", "circleci", "codespace", "debian", "dev", "developer", "ec2-user",
    "fedora", "git", "gitpod", "home", "jenkins", "linuxbrew", "nix", "node", "nobody", "python",
    "root", "runner", "ubuntu", "user", "vagrant", "vscode", "work",
  ]

  private static func name(inHome path: [UInt8]) -> String? {
    let start = "/home/".utf8
    guard path.starts(with: start) else { return nil }
    let parts = path.dropFirst(start.count).split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, !first.isEmpty else { return nil }
    let name = Latin.text(Array(first))
    return isFile(name[...]) ? nil : name
  }

  // Compiled once: a Regex is not Sendable, but these never change.

  /// What comes before, `home` or `Users`, and the name.
  nonisolated(unsafe) private static let homeFolder: Regex<(Substring, Substring, Substring)> =
    #/(^|[^A-Za-z0-9._~\-])/(?:home|Users)/([^\/\s:;,'"=&?\#<>()|`\\]+)/#
    .matchingSemantics(.unicodeScalar)

  /// The same anywhere in a path.
  nonisolated(unsafe) private static let deepHomeFolder: Regex<(Substring, Substring, Substring)> =
    #/(/(?:home|Users)/)([^\/\s:;,'"=&?\#<>()|`\\]+)/#.matchingSemantics(.unicodeScalar)

  private static func withoutHomes(_ text: String) -> String {
    text.replacing(homeFolder) { match in
      isFile(match.output.2) ? String(match.output.0) : "\(match.output.1)~"
    }.replacing(deepHomeFolder) { match in
      isFile(match.output.2) ? String(match.output.0) : "\(match.output.1)USER"
    }
  }

  /// Programs look for their files in every folder above their own, `/home` among them.
  private static func isFile(_ name: Substring) -> Bool {
    name == "node_modules" || name == "USER" || name.hasPrefix(".")
      || [".json", ".toml", ".yaml", ".yml", ".js", ".ts", ".md", ".lock", ".cfg", ".ini"]
        .contains { name.hasSuffix($0) }
  }

  /// A word, or the home that a path begins with.
  private static func replacing(
    _ word: String, in text: String, with other: String, isHome: Bool
  ) -> String {
    guard text.contains(word) else { return text }
    let (scalars, word) = (Array(text.unicodeScalars), Array(word.unicodeScalars))
    var result = String.UnicodeScalarView()
    var place = 0
    while place < scalars.count {
      let end = place + word.count
      let isWhole =
        end <= scalars.count && scalars[place..<end].elementsEqual(word)
        && (place == 0 || !scalars[place - 1].isPart(ofPath: isHome))
        && (end == scalars.count || !scalars[end].isPart(ofPath: isHome))
      if isWhole {
        result.append(contentsOf: other.unicodeScalars)
        place = end
      } else {
        result.append(scalars[place])
        place += 1
      }
    }
    return String(result)
  }
}

extension Unicode.Scalar {
  /// Of a name in a path, or else of a word.
  fileprivate func isPart(ofPath: Bool) -> Bool {
    if properties.isAlphabetic || ("0"..."9").contains(self) { return true }
    return ofPath && (self == "." || self == "_" || self == "-" || self == "~")
  }
}
