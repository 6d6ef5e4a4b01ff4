// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording

/// Takes out of foreign text what is nobody's business: homes become `~`, user names `USER`, and
/// secrets `REDACTED`. It knows what secrets look like, and no more than that.
public struct Redactor: Sendable {
  /// Changes nothing.
  public static let none = Redactor(isActive: false)

  static let secret = "REDACTED"
  /// Bytes of one text: a path has no more (PATH_MAX).
  private static let longest = 4_096

  private let isActive: Bool
  /// Longer first, without a slash at the end.
  let homes: [String]
  let users: [String]

  private init(isActive: Bool) {
    self.isActive = isActive
    homes = []
    users = []
  }

  /// - Parameters:
  ///   - run: shows the names of users by the paths below `/home`.
  ///   - home: of the recording's owner, where it is none of the usual ones.
  ///   - user: the owner's name.
  public init(_ run: RecordedRun, home: String? = nil, user: String? = nil) {
    isActive = true
    homes = [home].compactMap { $0 }
      .map { Latin.text(Array(Self.withoutSlash($0).utf8)) }.filter { $0.count > 1 }
    let names = Self.users(of: run).union(
      [user].compactMap { $0.map { Latin.text(Array($0.utf8)) } })
    users = names.filter { $0.count > 1 && !Self.impersonal.contains($0) }
      .sorted { ($1.count, $0) < ($0.count, $1) }
  }

  /// A path, as raw bytes.
  package func path(_ bytes: [UInt8]) -> [UInt8] {
    changed(bytes) { Self.withoutTokens(withoutPeople($0)) }
  }

  /// A sentence of spoor's with foreign text in it, encoded.
  package func sentence(_ text: String) -> String {
    String(
      decoding: changed(Array(text.utf8)) {
        let words = Self.withoutNamedSecrets(withoutPeople($0), colons: false)
        return Self.withoutLongSecrets(Self.withoutTokens(words))
      }, as: UTF8.self)
  }

  /// An argument vector, or the words of a command.
  package func arguments(_ words: [[UInt8]]) -> [[UInt8]] {
    guard isActive else { return words }
    return Self.withoutSecrets(words.map(Self.text)).map { Latin.bytes(withoutPeople($0)) }
  }

  private func changed(_ bytes: [UInt8], _ change: (String) -> String) -> [UInt8] {
    isActive ? Latin.bytes(change(Self.text(bytes))) : bytes
  }

  /// As much of it as any report shows: patterns take a time that grows with the square.
  private static func text(_ bytes: [UInt8]) -> String { Latin.text(Array(bytes.prefix(longest))) }

  private static func withoutSlash(_ path: String) -> String {
    path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}

/// Bytes as the scalars of the same numbers: any bytes are a text that regular expressions of
/// ASCII can be matched against, and come back as they were.
enum Latin {
  static func text(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
    return String(text)
  }

  static func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
  }
}
