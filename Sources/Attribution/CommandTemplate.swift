// SPDX-License-Identifier: Apache-2.0

/// A command line without what differs from one start to the next, so that equal work is told
/// together: homes become `~`, numbers `<n>`, hashes `<hash>`, UUIDs `<uuid>` and temporary names
/// `<tmp>`. The program's own name stays as it is.
public struct CommandTemplate: Hashable, Sendable {
  /// The program's name, then its arguments; bytes, since they may be no UTF-8.
  public var words: [[UInt8]]

  /// - Parameters:
  ///   - executable: as given to exec; empty for one without, such as a kernel thread.
  ///   - arguments: NUL-terminated strings.
  ///   - comm: names what has no executable.
  public init(executable: [UInt8], arguments: [UInt8], comm: [UInt8] = []) {
    var given = arguments.split(separator: 0, omittingEmptySubsequences: false)
    if given.last?.isEmpty == true { given.removeLast() }
    guard let program = executable.isEmpty ? given.first.map(Array.init) : executable else {
      words = [Array("[".utf8) + Self.template(comm) + Array("]".utf8)]
      return
    }
    let name = program.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? program
    words = [name] + given.dropFirst().map { Self.template(Array($0)) }
  }

  /// Raw bytes, the words apart by spaces.
  package var line: [UInt8] { Array(words.joined(separator: [UInt8(ascii: " ")])) }

  /// One argument, or a path.
  package static func template(_ word: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var place = 0
    var isTemporary = false
    while place < word.count {
      if let end = home(in: word, at: place) {
        result.append(UInt8(ascii: "~"))
        place = end
      } else if word[place].isAlphanumeric {
        let end = word[place...].firstIndex { !$0.isAlphanumeric } ?? word.count
        if let uuidEnd = uuid(in: word, at: place) {
          result += Array("<uuid>".utf8)
          place = uuidEnd
        } else {
          result += token(word[place..<end], isTemporary: isTemporary)
          place = end
        }
      } else {
        result.append(word[place])
        place += 1
      }
      if !isTemporary { isTemporary = endsInTemporaryFolder(result) }
      if isTemporary, result.last.map(isSeparatorOfWords) == true { isTemporary = false }
    }
    return result
  }

  // MARK: Parts

  /// A run of letters and digits.
  private static func token(_ token: ArraySlice<UInt8>, isTemporary: Bool) -> [UInt8] {
    let digits = token.count(where: \.isDigit)
    let isMixed = digits > 0 && digits < token.count
    if digits == token.count { return Array("<n>".utf8) }
    if isTemporary && isRandom(token) { return Array("<tmp>".utf8) }
    // Seven digits are what git abbreviates to.
    if token.count >= 7, isMixed, token.allSatisfy(\.isHexadecimal) { return Array("<hash>".utf8) }
    if token.count >= 16, isMixed, digits >= 3 { return Array("<hash>".utf8) }
    return numbersTemplated(token)
  }

  /// As mkstemp(3) and Python's tempfile make names: six characters or more that are no word.
  private static func isRandom(_ token: ArraySlice<UInt8>) -> Bool {
    let isPythons = token.count == 11 && token.starts(with: Array("tmp".utf8))
    let hasInnerCapital = token.dropFirst().contains(where: \.isUpper)
    return isPythons || token.count >= 6 && (hasInnerCapital || token.contains(where: \.isDigit))
  }

  private static func numbersTemplated(_ token: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var isNumber = false
    for byte in token {
      if !byte.isDigit { result.append(byte) }
      if byte.isDigit && !isNumber { result += Array("<n>".utf8) }
      isNumber = byte.isDigit
    }
    return result
  }

  /// Where /home/NAME, /Users/NAME or /root ends, when a path begins at this place.
  private static func home(in word: [UInt8], at place: Int) -> Int? {
    guard word[place] == UInt8(ascii: "/"), place == 0 || !isInName(word[place - 1]) else {
      return nil
    }
    for folder in ["/home/", "/Users/"] where word[place...].starts(with: Array(folder.utf8)) {
      let start = place + folder.utf8.count
      let end = word[start...].firstIndex { !isInName($0) || $0 == UInt8(ascii: "/") } ?? word.count
      return end > start ? end : nil
    }
    guard word[place...].starts(with: Array("/root".utf8)) else { return nil }
    let end = place + 5
    return end == word.count || word[end] == UInt8(ascii: "/") || !isInName(word[end]) ? end : nil
  }

  /// Where 8-4-4-4-12 hexadecimal digits end that begin here.
  private static func uuid(in word: [UInt8], at place: Int) -> Int? {
    let end = place + 36
    guard end <= word.count, end == word.count || !word[end].isAlphanumeric else { return nil }
    for (offset, byte) in word[place..<end].enumerated() {
      let isDash = [8, 13, 18, 23].contains(offset)
      guard isDash ? byte == UInt8(ascii: "-") : byte.isHexadecimal else { return nil }
    }
    return end
  }

  private static let temporaryFolders = ["/tmp/", "/var/tmp/", "/dev/shm/"]
    .map { Array($0.utf8) }

  private static func endsInTemporaryFolder(_ path: [UInt8]) -> Bool {
    temporaryFolders.contains { path.count >= $0.count && path.suffix($0.count) == $0[...] }
  }

  private static func isInName(_ byte: UInt8) -> Bool {
    byte.isAlphanumeric || byte >= 0x80 || "._-/".utf8.contains(byte)
  }

  private static func isSeparatorOfWords(_ byte: UInt8) -> Bool {
    " \t\n;,:=&|'\"".utf8.contains(byte)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  fileprivate var isUpper: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
  fileprivate var isAlphanumeric: Bool {
    isDigit || isUpper || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
  }
  fileprivate var isHexadecimal: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20)
  }
}
