// SPDX-License-Identifier: Apache-2.0

import CVTerm

/// What programs ask their terminal at start and libvterm leaves unanswered. Those that ask wait
/// for the answer, so a terminal that is silent where others answer would change what is measured.
extension Terminal {
  /// xterm's black on white the other way round: what most terminals look like that agents run in.
  private static let foreground = "rgb:cccc/cccc/cccc"
  private static let background = "rgb:0000/0000/0000"

  static let unrecognised = VTermParserCallbacks(
    text: nil, control: nil, escape: nil,
    csi: { leader, arguments, count, intermediate, command, user in
      guard let user, let arguments else { return 0 }
      let terminal = Unmanaged<Terminal>.fromOpaque(user).takeUnretainedValue()
      return terminal.answer(
        leader: leader.map { String(cString: $0) } ?? "",
        arguments: (0..<Int(count)).map { arguments[$0] & (1 << 31 - 1) },
        intermediate: intermediate.map { String(cString: $0) } ?? "",
        command: Unicode.Scalar(UInt8(bitPattern: command)))
    },
    osc: { command, length, user in
      guard let user, let command else { return 0 }
      let terminal = Unmanaged<Terminal>.fromOpaque(user).takeUnretainedValue()
      let bytes = UnsafeRawBufferPointer(start: command, count: length)
      return terminal.answer(operatingSystemCommand: String(decoding: bytes, as: UTF8.self))
    }, dcs: nil, resize: nil)

  /// Returns 1 where it was understood.
  private func answer(
    leader: String, arguments: [Int], intermediate: String, command: Unicode.Scalar
  ) -> Int32 {
    switch (leader, intermediate, command) {
    case ("", "", "t") where arguments.first == 18:
      // The size of the text area in characters (xterm, XTWINOPS).
      send("\u{1b}[8;\(size.rows);\(size.columns)t".utf8)
    case ("?", "$", "p"), ("", "$", "p"):
      // DECRQM: a mode that is not known.
      send("\u{1b}[\(leader)\(arguments.first ?? 0);0$y".utf8)
    default: return 0
    }
    return 1
  }

  private func answer(operatingSystemCommand command: String) -> Int32 {
    switch command {
    case "10;?": send("\u{1b}]10;\(Self.foreground)\u{1b}\\".utf8)
    case "11;?": send("\u{1b}]11;\(Self.background)\u{1b}\\".utf8)
    default: return 0
    }
    return 1
  }
}
