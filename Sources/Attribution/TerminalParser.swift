// SPDX-License-Identifier: Apache-2.0

/// A control sequence (CSI) with what counting needs of its parameters.
public struct ControlSequence: Hashable, Sendable {
  /// The byte that says what it does, such as `H`.
  public var final: UInt8
  /// `?`, `<`, `=` or `>` before the parameters; nil for a standard sequence.
  public var marker: UInt8?
  /// A byte between the parameters and the final one makes it another sequence.
  public var hasIntermediate: Bool
  /// Nil where it is left out. Numbers above 65,535 count as that, as in xterm.
  public var firstParameter: UInt32?
  /// One of the parameters is 2026: synchronized updates.
  public var namesSynchronizedUpdate: Bool
  /// Where its first byte is, and the byte after its last one, in bytes fed since the start.
  public var start: UInt64
  public var end: UInt64
}

/// What takes the parser's findings.
public protocol TerminalActions {
  /// Text that is shown.
  mutating func print(_ scalar: Unicode.Scalar)
  mutating func sequence(_ sequence: ControlSequence)
  /// Any other control: of one byte, an escape sequence, or the start or end of a string.
  mutating func control()
}

/// Tells text from controls in what is written to a terminal, byte by byte.
///
/// The states are those of Paul Williams' parser for ANSI terminals (vt100.net/emu/dec_ansi_parser)
/// with UTF-8 in place of 8-bit characters: a C1 control is the character U+0080 to U+009F, as in
/// xterm. Device control strings need no inner states here, since nothing in them counts. Keeps
/// some 80 bytes, however long a sequence is, and finds its way back from any garbage.
public struct TerminalParser: Sendable {
  private enum State {
    case ground, escape, escapeIntermediate
    case sequenceEntry, sequenceParameter, sequenceIntermediate, sequenceIgnore
    /// An operating system command, which BEL ends too.
    case commandString
    /// DCS, SOS, PM and APC: until ST.
    case string
  }

  /// Bytes fed since the start.
  public private(set) var position: UInt64 = 0
  private var state = State.ground
  private var decoder = ScalarDecoder()
  private var current = Self.emptySequence
  private var parameter: UInt32?
  private var isFirstParameter = true

  private static let emptySequence = ControlSequence(
    final: 0, marker: nil, hasIntermediate: false, firstParameter: nil,
    namesSynchronizedUpdate: false, start: 0, end: 0)

  public init() {}

  /// Forgets what was begun: the bytes that follow are not those that come next.
  ///
  /// - Parameter missing: how many bytes are not known.
  public mutating func skip(_ missing: UInt64) {
    position += missing
    state = .ground
    decoder = ScalarDecoder()
  }

  public mutating func feed<Actions: TerminalActions>(
    _ bytes: UnsafeRawBufferPointer, to actions: inout Actions
  ) {
    for byte in bytes {
      position += 1
      switch byte {
      case 0x1b:
        abort(&actions)
        begin(.escape, at: position - 1)
      case 0x18, 0x1a: abort(&actions)
      default: take(byte, &actions)
      }
    }
  }

  /// CAN, SUB and ESC end whatever was begun.
  private mutating func abort<Actions: TerminalActions>(_ actions: inout Actions) {
    if decoder.isPending { actions.print(decoder.abandon()) }
    state = .ground
    actions.control()
  }

  private mutating func begin(_ state: State, at start: UInt64) {
    self.state = state
    current = Self.emptySequence
    current.start = start
    parameter = nil
    isFirstParameter = true
  }

  private mutating func take<Actions: TerminalActions>(_ byte: UInt8, _ actions: inout Actions) {
    switch state {
    case .ground: takeText(byte, &actions)
    case .commandString:
      if byte == 0x07 { state = .ground }
    case .string: break
    case _ where byte < 0x20: actions.control()
    case _ where byte >= 0x7f: break
    case .escape, .escapeIntermediate: takeEscape(byte)
    default: takeSequence(byte, &actions)
    }
  }

  private mutating func takeText<Actions: TerminalActions>(
    _ byte: UInt8, _ actions: inout Actions
  ) {
    if decoder.isPending {
      switch decoder.next(byte) {
      case .more: return
      case .scalar(let scalar): return takeScalar(scalar, &actions)
      case .malformed: actions.print(decoder.abandon())
      }
    }
    switch byte {
    case 0x20..<0x7f: actions.print(Unicode.Scalar(byte))
    case ..<0x80: actions.control()
    default: if !decoder.begin(byte) { actions.print(decoder.abandon()) }
    }
  }

  private mutating func takeScalar<Actions: TerminalActions>(
    _ scalar: Unicode.Scalar, _ actions: inout Actions
  ) {
    guard (0x80..<0xa0).contains(scalar.value) else { return actions.print(scalar) }
    actions.control()
    // A C1 control stands for ESC and the byte 0x40 lower.
    begin(.escape, at: position - 2)
    takeEscape(UInt8(scalar.value - 0x40))
  }

  private mutating func takeEscape(_ byte: UInt8) {
    switch (state, byte) {
    case (_, 0x20..<0x30): state = .escapeIntermediate
    case (.escape, UInt8(ascii: "[")): state = .sequenceEntry
    case (.escape, UInt8(ascii: "]")): state = .commandString
    case (.escape, UInt8(ascii: "P")), (.escape, UInt8(ascii: "X")), (.escape, UInt8(ascii: "^")),
      (.escape, UInt8(ascii: "_")):
      state = .string
    default: state = .ground
    }
  }

  private mutating func takeSequence<Actions: TerminalActions>(
    _ byte: UInt8, _ actions: inout Actions
  ) {
    switch (state, byte) {
    case (_, 0x40...):
      if state != .sequenceIgnore {
        endParameter()
        current.final = byte
        current.end = position
        actions.sequence(current)
      }
      state = .ground
    case (.sequenceIgnore, _): break
    case (_, 0x20..<0x30):
      state = .sequenceIntermediate
      current.hasIntermediate = true
    case (.sequenceEntry, 0x3c...):
      state = .sequenceParameter
      current.marker = byte
    case (.sequenceEntry, 0x30..<0x3a), (.sequenceParameter, 0x30..<0x3a):
      state = .sequenceParameter
      parameter = min((parameter ?? 0) * 10 + UInt32(byte - 0x30), 65_535)
    case (.sequenceEntry, UInt8(ascii: ";")), (.sequenceParameter, UInt8(ascii: ";")):
      state = .sequenceParameter
      endParameter()
    default: state = .sequenceIgnore
    }
  }

  private mutating func endParameter() {
    if isFirstParameter { current.firstParameter = parameter }
    if parameter == 2026 { current.namesSynchronizedUpdate = true }
    isFirstParameter = false
    parameter = nil
  }
}
