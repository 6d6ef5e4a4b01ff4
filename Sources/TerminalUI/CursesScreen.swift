// SPDX-License-Identifier: Apache-2.0

import Attribution
import CNcurses
import Glibc

/// The terminal of standard input and output, by ncurses, which writes only cells that changed.
///
/// One thread uses it. The size is asked for at the start and by `resize`, never between.
package final class CursesScreen {
  private let screen: OpaquePointer
  private let window: UnsafeMutablePointer<WINDOW>
  private let cells: CellMaker
  private let hasColours: Bool
  private var shown: [ScreenLine] = []
  private var isOpen = true

  /// Says why the view could not be shown, before anything is changed.
  package static func check() throws(ScreenError) {
    let remedy = "; `spoor trace` and `spoor record` need none"
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
      throw ScreenError("spoor top shows a screen and reads keys: start it in a terminal" + remedy)
    }
    let name = getenv("TERM").map { String(cString: $0) } ?? ""
    let shown = ForeignText.clip(ForeignText.encode(Array(name.utf8)), 40)
    var status: Int32 = 0
    guard setupterm(nil, STDOUT_FILENO, &status) == 0 else {
      throw ScreenError(
        "the terminal '\(shown)' is not known here: set TERM to what yours is, such as "
          + "xterm-256color" + remedy)
    }
    guard spoor_capability("cup") != nil else {
      throw ScreenError(
        "the terminal '\(shown)' cannot place its cursor: set TERM to what yours is, such as "
          + "xterm-256color" + remedy)
    }
  }

  /// What the terminal has to be told, after `check`, so that it is as it was before `init`.
  package static var farewell: [UInt8] {
    let texts = [
      spoor_mouse_off(), spoor_capability("rmkx"), spoor_capability("sgr0"),
      spoor_capability("cnorm"), spoor_capability("rmcup"),
    ]
    return Array((texts.compactMap { $0.map { String(cString: $0) } }.joined() + "\r").utf8)
  }

  /// Takes the terminal over.
  package init() throws(ScreenError) {
    cells = CellMaker(isUnicode: Self.takeLocale())
    guard let screen = spoor_open_screen(), let window = spoor_screen() else {
      throw ScreenError("ncurses cannot use this terminal: set TERM to what it is")
    }
    self.screen = screen
    self.window = window
    // Control characters are keys, so that a signal never leaves the terminal as it is now.
    raw()
    noecho()
    nonl()
    keypad(window, true)
    nodelay(window, true)
    set_escdelay(25)
    curs_set(0)
    leaveok(window, true)
    mousemask(spoor_mouse_events(), nil)
    // A press is told at once, and not when it turned out to be no click.
    mouseinterval(0)
    hasColours = getenv("NO_COLOR").map { $0.pointee == 0 } ?? true && has_colors()
    if hasColours {
      start_color()
      use_default_colors()
      init_pair(Self.red, Int16(COLOR_RED), -1)
      init_pair(Self.yellow, Int16(COLOR_YELLOW), -1)
    }
  }

  private static let red: Int16 = 1
  private static let yellow: Int16 = 2

  /// Whether characters beyond ASCII can be shown. Nobody who set no locale wants ASCII by that.
  private static func takeLocale() -> Bool {
    setlocale(LC_CTYPE, "")
    let isSet = ["LC_ALL", "LC_CTYPE", "LANG"].contains { (name: String) -> Bool in
      getenv(name).map { $0.pointee != 0 } ?? false
    }
    if !isSet { setlocale(LC_CTYPE, "C.UTF-8") }
    return String(cString: spoor_codeset()) == "UTF-8"
  }

  package var columns: Int { Int(getmaxx(window)) }
  package var rows: Int { Int(getmaxy(window)) }

  /// The window has another size: SIGWINCH.
  package func resize() {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0
    else { return }
    resizeterm(Int32(size.ws_row), Int32(size.ws_col))
    redraw()
  }

  /// All is drawn anew by the next `draw`.
  package func redraw() {
    shown.removeAll()
    clearok(window, true)
  }

  /// Shows a screen; false where the terminal takes nothing now, and nothing was written.
  ///
  /// A terminal that was stopped (Ctrl-S) must not stop the view.
  package func draw(_ text: ScreenText) -> Bool {
    var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    guard poll(&output, 1, 0) == 1 else { return false }
    for (row, line) in text.lines.enumerated() {
      if row < shown.count, shown[row] == line { continue }
      draw(line, at: row)
    }
    if text.lines.count < shown.count || shown.isEmpty {
      wmove(window, Int32(text.lines.count), 0)
      if text.lines.count < rows { wclrtobot(window) }
    }
    shown = text.lines
    wrefresh(window)
    return true
  }

  private func draw(_ line: ScreenLine, at row: Int) {
    wmove(window, Int32(row), 0)
    wclrtoeol(window)
    var column = 0
    for piece in line.pieces {
      let (attributes, pair) = look(piece.style)
      let cells = cells.cells(of: piece.text, attributes, pair)
      // Cut at the right edge, and never wrapped.
      wmove(window, Int32(row), Int32(column))
      wadd_wchnstr(window, cells, Int32(cells.count))
      column += piece.width
      if column >= columns { return }
    }
  }

  private func look(_ style: ScreenStyle) -> (attr_t, Int16) {
    let bold = spoor_attribute_bold()
    switch style {
    case .plain: return (spoor_attribute_normal(), 0)
    case .dim: return (spoor_attribute_dim(), 0)
    case .bold: return (bold, 0)
    case .heading: return (bold | spoor_attribute_underline(), 0)
    case .selected: return (spoor_attribute_reverse(), 0)
    case .warning: return (bold, hasColours ? Self.yellow : 0)
    case .critical: return (bold, hasColours ? Self.red : 0)
    }
  }

  /// The next key that was pressed; nil when there is none.
  ///
  /// - Parameter text: what is shown, for what was clicked.
  package func nextKey(on text: ScreenText) -> TopKey? {
    while true {
      var code: wint_t = 0
      switch wget_wch(window, &code) {
      case KEY_CODE_YES:
        if let key = key(code: Int32(bitPattern: code), text) { return key }
      case OK:
        if let key = TopKey(character: code) { return key }
      default: return nil
      }
    }
  }

  private func key(code: Int32, _ text: ScreenText) -> TopKey? {
    if code == KEY_MOUSE { return mouseKey(text) }
    return TopKey(code: code)
  }

  private func mouseKey(_ text: ScreenText) -> TopKey? {
    var event = MEVENT()
    guard getmouse(&event) == OK else { return nil }
    if spoor_is_wheel_up(event.bstate) != 0 { return .scroll(-3) }
    if spoor_is_wheel_down(event.bstate) != 0 { return .scroll(3) }
    guard spoor_is_press(event.bstate) != 0 else { return nil }
    return text.target(row: Int(event.y), column: Int(event.x)).map { .click($0) }
  }

  /// Gives the terminal back for a while; `draw` takes it again.
  package func suspend() {
    endwin()
    redraw()
  }

  /// Gives the terminal back as it was.
  package func close() {
    guard isOpen else { return }
    isOpen = false
    endwin()
    delscreen(screen)
  }
}
