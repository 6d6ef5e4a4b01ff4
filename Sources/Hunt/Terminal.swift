// SPDX-License-Identifier: Apache-2.0

import CVTerm

/// A terminal without a window: what a program writes makes a screen, and what it asks is
/// answered. libvterm is the emulator.
package final class Terminal {
  private let vterm: OpaquePointer
  private let screen: OpaquePointer
  /// libvterm keeps their address.
  private let fallbacks: UnsafeMutablePointer<VTermParserCallbacks>
  private var answers: [UInt8] = []
  package private(set) var size: Scenario.Size

  package init(size: Scenario.Size) {
    self.size = size
    vterm = vterm_new(Int32(size.rows), Int32(size.columns))
    vterm_set_utf8(vterm, 1)
    screen = vterm_obtain_screen(vterm)
    fallbacks = .allocate(capacity: 1)
    fallbacks.initialize(to: Self.unrecognised)
    let user = Unmanaged.passUnretained(self).toOpaque()
    vterm_output_set_callback(
      vterm,
      { bytes, count, user in
        guard let bytes, let user else { return }
        let terminal = Unmanaged<Terminal>.fromOpaque(user).takeUnretainedValue()
        terminal.send(UnsafeRawBufferPointer(start: bytes, count: count))
      }, user)
    vterm_screen_set_unrecognised_fallbacks(screen, fallbacks, user)
    vterm_screen_enable_altscreen(screen, 1)
    vterm_screen_reset(screen, 1)
    answers.removeAll()
  }

  deinit {
    vterm_free(vterm)
    fallbacks.deinitialize(count: 1)
    fallbacks.deallocate()
  }

  /// Takes what the program wrote.
  package func write(_ bytes: UnsafeRawBufferPointer) {
    _ = bytes.withMemoryRebound(to: CChar.self) {
      vterm_input_write(vterm, $0.baseAddress, $0.count)
    }
  }

  /// What goes to the program: keys, and answers to what it asked.
  package func takeInput() -> [UInt8] {
    defer { answers.removeAll(keepingCapacity: true) }
    return answers
  }

  func send(_ bytes: some Sequence<UInt8>) {
    answers.append(contentsOf: bytes)
  }

  /// The window changes; the pty has to be told too.
  package func resize(to size: Scenario.Size) {
    self.size = size
    vterm_set_size(vterm, Int32(size.rows), Int32(size.columns))
  }

  package func type(_ text: some StringProtocol) {
    for scalar in text.unicodeScalars {
      vterm_keyboard_unichar(vterm, scalar.value, VTERM_MOD_NONE)
    }
  }

  package func press(_ key: Key) {
    var modifiers = VTERM_MOD_NONE.rawValue
    if key.alt { modifiers |= VTERM_MOD_ALT.rawValue }
    if key.shift { modifiers |= VTERM_MOD_SHIFT.rawValue }
    switch key.base {
    case .special(let number):
      if key.control { modifiers |= VTERM_MOD_CTRL.rawValue }
      vterm_keyboard_key(vterm, VTermKey(rawValue: number), VTermModifier(rawValue: modifiers))
    case .character(let scalar):
      if key.control, let code = Key.code(control: scalar) {
        // libvterm sends CSI u for some of them, which programs have to ask for.
        send((key.alt ? [0x1b] : []) + [code])
      } else {
        vterm_keyboard_unichar(vterm, scalar.value, VTermModifier(rawValue: modifiers))
      }
    }
  }

  /// The rows of the screen, without the blanks at their ends.
  package var lines: [String] {
    (0..<size.rows).map { row in
      let rect = VTermRect(
        start_row: Int32(row), end_row: Int32(row + 1), start_col: 0,
        end_col: Int32(size.columns))
      // A cell is at most six scalars of four bytes.
      var bytes = [CChar](repeating: 0, count: size.columns * 24 + 1)
      let count = vterm_screen_get_text(screen, &bytes, bytes.count, rect)
      let text = String(
        decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return String(text.reversed().drop { $0 == " " || $0 == "\n" }.reversed())
    }
  }

  /// All rows, without the empty ones at the bottom.
  package var text: String {
    var lines = lines
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }
}
