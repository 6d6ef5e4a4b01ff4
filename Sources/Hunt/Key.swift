// SPDX-License-Identifier: Apache-2.0

import CVTerm

/// A key on the keyboard of a hunt's terminal, with what is held down beside it.
package struct Key: Hashable, Sendable {
  enum Base: Hashable, Sendable {
    case character(Unicode.Scalar)
    /// A number of libvterm's (vterm_keycodes.h).
    case special(UInt32)
  }

  var base: Base
  var control = false
  var alt = false
  var shift = false

  private static let special: [(name: String, key: VTermKey)] = [
    ("Enter", VTERM_KEY_ENTER), ("Tab", VTERM_KEY_TAB), ("Escape", VTERM_KEY_ESCAPE),
    ("Backspace", VTERM_KEY_BACKSPACE), ("Up", VTERM_KEY_UP), ("Down", VTERM_KEY_DOWN),
    ("Left", VTERM_KEY_LEFT), ("Right", VTERM_KEY_RIGHT), ("PageUp", VTERM_KEY_PAGEUP),
    ("PageDown", VTERM_KEY_PAGEDOWN), ("Home", VTERM_KEY_HOME), ("End", VTERM_KEY_END),
    ("Insert", VTERM_KEY_INS), ("Delete", VTERM_KEY_DEL),
  ]

  /// Those that have one.
  package static var names: [String] { special.map(\.name) + ["Space"] }

  /// Reads `Enter`, `F5`, `Ctrl-C`, `Alt-X`, `Shift-Tab` or a single character; nil for others.
  package init?(_ text: String) {
    var rest = text[...]
    var (control, alt, shift) = (false, false, false)
    while let dash = rest.dropFirst().firstIndex(of: "-"), rest.index(after: dash) != rest.endIndex
    {
      switch rest[..<dash] {
      case "Ctrl" where !control: control = true
      case "Alt" where !alt: alt = true
      case "Shift" where !shift: shift = true
      default: return nil
      }
      rest = rest[rest.index(after: dash)...]
    }
    guard let base = Self.base(rest, control: control) else { return nil }
    if case .character = base, shift { return nil }
    self.base = base
    self.control = control
    self.alt = alt
    self.shift = shift
  }

  private static func base(_ name: Substring, control: Bool) -> Base? {
    if let key = special.first(where: { $0.name == name })?.key {
      return .special(key.rawValue)
    }
    if name.first == "F", let number = UInt32(name.dropFirst()), (1...12).contains(number) {
      return .special(VTERM_KEY_FUNCTION_0.rawValue + number)
    }
    let character = name == "Space" ? " " : name
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1,
      scalar.value >= 0x20, scalar.value != 0x7f
    else { return nil }
    if control && code(control: scalar) == nil { return nil }
    return .character(scalar)
  }

  /// What Ctrl makes of a character: what xterm sends, a control code of ASCII.
  static func code(control scalar: Unicode.Scalar) -> UInt8? {
    switch scalar {
    case "a"..."z", "@"..."_": UInt8(scalar.value & 0x1f)
    case " ": 0
    case "?": 0x7f
    default: nil
    }
  }
}
