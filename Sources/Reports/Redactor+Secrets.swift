// SPDX-License-Identifier: Apache-2.0

import Attribution

extension Redactor {
  /// Arguments, without the values of options that take secrets.
  static func withoutSecrets(_ words: [String]) -> [String] {
    let takesPassword = words.first.map { $0.contains(#/mysql|mariadb|sshpass/#) } ?? false
    var result: [String] = []
    for word in words {
      let option = result.last ?? ""
      if takesPassword, word.count > 2, word.hasPrefix("-p") {
        result.append("-p" + secret)
      } else if isSecretOption(option), !word.hasPrefix("-"), !isPort(word, after: option) {
        result.append(secret)
      } else if ["-u", "--user", "--proxy-user", "-U"].contains(option), word.contains(":") {
        result.append(secret)
      } else {
        result.append(
          withoutLongSecrets(withoutTokens(withoutNamedSecrets(word, colons: true))))
      }
    }
    return result
  }

  /// Tokens that say themselves what they are, and the user's part of a URL.
  static func withoutTokens(_ text: String) -> String {
    text.replacing(userInformation) { "\($0.output.1)\(secret)@" }
      .replacing(knownToken) { isName($0.output) ? String($0.output) : secret }
  }

  /// `sk-learn-project` is none.
  private static func isName(_ token: Substring) -> Bool {
    token.hasPrefix("sk-") && token.count < 24 && !token.contains(#/[0-9]/#)
  }

  /// `NAME=VALUE` and `--name VALUE` within a text.
  ///
  /// - Parameters:
  ///   - colons: also `name: value`, as in a header or in JSON.
  ///   - depth: how many values it is within; of the deepest nobody knows what they are.
  static func withoutNamedSecrets(_ text: String, colons: Bool, depth: Int = 0) -> String {
    guard depth < 8 else { return secret }
    var text = text.replacing(bearer) { "\($0.output.1) \(secret)" }
    if colons { text = text.replacing(header) { "\($0.output.1)\(secret)" } }
    text = text.replacing(option) { (match: Regex<Option>.Match) -> String in
      let (_, space, name, gap, value) = match.output
      let isKept = !isSecretOption(String(name)) || isPort(String(value), after: String(name))
      let rest =
        isKept ? withoutNamedSecrets(String(value), colons: colons, depth: depth + 1) : secret
      return "\(space)\(name)\(gap)\(rest)"
    }
    return text.replacing(assignment) { (match: Regex<Assignment>.Match) -> String in
      let (_, name, sign, value) = match.output
      let isCount = name.lowercased().hasSuffix("tokens") && value.allSatisfy(\.isNumber)
      let isKept = !isSecretName(name) || !colons && sign.contains(":") || isCount
      // What names no secret may hold one: a URL with its query.
      let rest =
        isKept ? withoutNamedSecrets(String(value), colons: colons, depth: depth + 1) : secret
      return "\(name)\(sign)\(rest)"
    }
  }

  // MARK: What is secret

  private static func isSecretOption(_ word: String) -> Bool {
    if word == "-p" { return true }
    return word.wholeMatch(of: #/--?[A-Za-z0-9_\-]+/#) != nil && isSecretName(word[...])
      && !word.hasSuffix("tokens")
  }

  /// `-p` may take a port.
  private static func isPort(_ word: String, after option: String) -> Bool {
    option == "-p" && word.count <= 5 && word.allSatisfy { $0.isASCII && $0.isNumber }
  }

  private static func isSecretName(_ name: Substring) -> Bool {
    name.lowercased().contains(
      #/
      token|secret|passw|passphrase|pwd|api[_\-.]?key|apikey|(?:access|private|signing)[_\-.]?key
      |auth(?!or)|credential|cookie|(?:^|[_\-.])(?:pass|key|pat)(?:$|[_\-.])|dsn
      /#)
  }

  // MARK: Patterns

  // Compiled once: a Regex is not Sendable, but these never change.

  private typealias Option = (Substring, Substring, Substring, Substring, Substring)
  private typealias Assignment = (Substring, Substring, Substring, Substring)

  nonisolated(unsafe) private static let knownToken: Regex<Substring> =
    #/
    \b(?:
      sk-[A-Za-z0-9_\-]{8,} | gh[a-z]_[A-Za-z0-9]{10,} | github_pat_[A-Za-z0-9_]{10,}
      | gl[a-z]{2,5}-[A-Za-z0-9_\-]{16,} | xox[a-z]-[A-Za-z0-9\-]{6,} | xapp-[A-Za-z0-9\-]{6,}
      | A(?:KIA|SIA)[0-9A-Z]{12,} | AIza[A-Za-z0-9_\-]{20,} | npm_[A-Za-z0-9]{20,}
      | hf_[A-Za-z0-9]{20,} | eyJ[A-Za-z0-9_\-]{5,}\.[A-Za-z0-9_\-]+(?:\.[A-Za-z0-9_\-]*)*
    )
    /#.matchingSemantics(.unicodeScalar)

  nonisolated(unsafe) private static let userInformation: Regex<(Substring, Substring)> =
    #/([A-Za-z][A-Za-z0-9+.\-]*://)[^\s/?\#'"]+@/#.matchingSemantics(.unicodeScalar)

  nonisolated(unsafe) private static let bearer: Regex<(Substring, Substring)> =
    #/(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=\-]{6,}/#.matchingSemantics(.unicodeScalar)

  /// The whole of it, up to a quote: a scheme and what comes after.
  nonisolated(unsafe) private static let header: Regex<(Substring, Substring)> =
    #/(?i)((?:authorization|cookie)["']?\s*[:=]\s*["']?)[^"']+/#
    .matchingSemantics(.unicodeScalar)

  nonisolated(unsafe) private static let option: Regex<Option> =
    #/(^|\s)(--?[A-Za-z][A-Za-z0-9_\-]*)(\s+)("[^"]*"|'[^']*'|[^\s\-]\S*)/#
    .matchingSemantics(.unicodeScalar)

  nonisolated(unsafe) private static let assignment: Regex<Assignment> =
    #/([A-Za-z0-9_.\-]+)(\\?["']?\s*(?:=|:(?!//))\s*)(\\?"[^"]*"?|'[^']*'?|[^\s"'&;,}]+)/#
    .matchingSemantics(.unicodeScalar)
}
