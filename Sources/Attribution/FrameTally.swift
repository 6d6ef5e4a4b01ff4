// SPDX-License-Identifier: Apache-2.0

/// Who drew how many frames where: by a program's own marks once it made any, else by its pauses.
struct FrameTally: Sendable {
  struct Place: Hashable {
    var process: ProcessIndex
    var terminal: TerminalIndex
  }

  /// Who marks frames by itself: its pauses then count none.
  private var markers: Set<Place> = []

  /// The frames that were over in the next interval of a ledger.
  mutating func take(_ interval: Interval) -> [Place: UInt64] {
    var frames: [Place: UInt64] = [:]
    for seen in interval.inspections where !seen.markedFrames.isEmpty {
      let place = Place(process: seen.process, terminal: seen.terminal)
      markers.insert(place)
      frames[place, default: 0] += seen.markedFrames.values.reduce(0, +)
    }
    for frame in interval.frames {
      let place = Place(process: frame.process, terminal: frame.terminal)
      if !markers.contains(place) { frames[place, default: 0] += frame.frames }
    }
    return frames
  }

  mutating func forget(where isGone: (Place) -> Bool) {
    markers = markers.filter { !isGone($0) }
  }
}
