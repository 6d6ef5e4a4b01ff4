// SPDX-License-Identifier: Apache-2.0

/// What a process did to one terminal's screen in an interval: numbers, and never the text.
public struct TerminalInspection: Hashable, Sendable {
  public var process: ProcessIndex
  public var terminal: TerminalIndex
  public var figures: InspectedFigures
  /// How many synchronized updates ended in the interval, by their size in bytes.
  public var markedFrames: [UInt64: UInt64]

  public init(
    process: ProcessIndex, terminal: TerminalIndex, figures: InspectedFigures,
    markedFrames: [UInt64: UInt64]
  ) {
    self.process = process
    self.terminal = terminal
    self.figures = figures
    self.markedFrames = markedFrames
  }
}

/// Counts of what was written to a terminal.
public struct InspectedFigures: Hashable, Sendable {
  /// Bytes that were examined.
  public var bytes: UInt64 = 0
  /// CSI 2 J and CSI 3 J.
  public var fullClears: UInt64 = 0
  /// CSI A to H, f, a, d, e and `: to a place, or by rows or columns. Saving, restoring, tabs
  /// and line feeds are none.
  public var cursorMoves: UInt64 = 0
  /// Characters, as Swift tells them, of more than one code point.
  public var graphemeClusters: UInt64 = 0

  public init() {}
}

/// Examines what one process writes to one terminal, across the borders of writes.
///
/// Nothing of the text stays but a half-read sequence's parameters, and the breaking state of one
/// grapheme cluster.
public struct TerminalInspector: Sendable {
  private var parser = TerminalParser()
  private var tally = TerminalTally()

  public init() {}

  /// - Parameter untold: bytes that were written after these, and are not known.
  public mutating func feed(_ bytes: UnsafeRawBufferPointer, untold: UInt64) {
    tally.figures.bytes += UInt64(bytes.count)
    parser.feed(bytes, to: &tally)
    if untold > 0 {
      parser.skip(untold)
      tally.forgetBegun()
    }
  }

  /// What was counted since the last call.
  public mutating func drain() -> (figures: InspectedFigures, markedFrames: [UInt64: UInt64])? {
    guard tally.figures != InspectedFigures() else { return nil }
    defer {
      tally.figures = InspectedFigures()
      tally.markedFrames.removeAll(keepingCapacity: true)
    }
    return (tally.figures, tally.markedFrames)
  }
}

/// Counts the parser's findings.
private struct TerminalTally: TerminalActions, Sendable {
  var figures = InspectedFigures()
  var markedFrames: [UInt64: UInt64] = [:]
  private var frameStart: UInt64?
  /// The standard library's own grapheme breaking, one scalar at a time.
  private var recognizer = Unicode._CharacterRecognizer()
  /// Of the cluster that may go on; 2 stands for more too.
  private var scalars = 0

  mutating func print(_ scalar: Unicode.Scalar) {
    if recognizer.hasBreak(before: scalar) || scalars == 0 {
      scalars = 1
    } else if scalars == 1 {
      scalars = 2
      figures.graphemeClusters += 1
    }
  }

  mutating func control() {
    guard scalars > 0 else { return }
    scalars = 0
    recognizer = Unicode._CharacterRecognizer()
  }

  mutating func sequence(_ sequence: ControlSequence) {
    if sequence.hasIntermediate { return }
    switch (sequence.marker, sequence.final) {
    case (nil, UInt8(ascii: "A")...UInt8(ascii: "H")), (nil, UInt8(ascii: "f")),
      (nil, UInt8(ascii: "a")), (nil, UInt8(ascii: "d")), (nil, UInt8(ascii: "e")),
      (nil, UInt8(ascii: "`")):
      figures.cursorMoves += 1
    case (nil, UInt8(ascii: "J")):
      if let what = sequence.firstParameter, 2...3 ~= what { figures.fullClears += 1 }
    case (UInt8(ascii: "?"), UInt8(ascii: "h")) where sequence.namesSynchronizedUpdate:
      // Beginning twice is beginning once.
      if frameStart == nil { frameStart = sequence.start }
    case (UInt8(ascii: "?"), UInt8(ascii: "l")) where sequence.namesSynchronizedUpdate:
      guard let start = frameStart else { return }
      markedFrames[sequence.end - start, default: 0] += 1
      frameStart = nil
    default: break
    }
  }

  mutating func forgetBegun() {
    control()
    frameStart = nil
  }
}
