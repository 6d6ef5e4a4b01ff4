// SPDX-License-Identifier: Apache-2.0

import CNcurses

extension TopKey {
  /// A key that ncurses knows.
  init?(code: Int32) {
    switch code {
    case KEY_UP: self = .up
    case KEY_DOWN: self = .down
    case KEY_LEFT: self = .left
    case KEY_RIGHT: self = .right
    case KEY_PPAGE: self = .pageUp
    case KEY_NPAGE: self = .pageDown
    case KEY_HOME: self = .home
    case KEY_END: self = .end
    case KEY_ENTER: self = .enter
    case KEY_BACKSPACE: self = .backspace
    case KEY_BTAB: self = .backTab
    default:
      let first = spoor_function_key(1)
      guard first...first + 11 ~= code else { return nil }
      self = .function(Int(code - first) + 1)
    }
  }

  /// A character; nil for one that no key of ours makes.
  init?(character code: wint_t) {
    switch code {
    case 0x1b: self = .escape
    case 0x0d, 0x0a: self = .enter
    case 0x09: self = .tab
    case 0x08, 0x7f: self = .backspace
    default:
      guard let scalar = Unicode.Scalar(code) else { return nil }
      self = .character(Character(scalar))
    }
  }
}
