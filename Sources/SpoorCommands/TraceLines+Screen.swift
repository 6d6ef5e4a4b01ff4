// SPDX-License-Identifier: Apache-2.0

import Attribution

extension TraceLines {
  /// `, 1 clear, 14 moves, 2 clusters` behind the terminal's name; nothing of what is zero.
  mutating func appendScreen() {
    guard let screen else { return }
    append(screen.fullClears, "clear")
    append(screen.cursorMoves, "move")
    append(screen.graphemeClusters, "cluster")
  }

  private mutating func append(_ count: UInt64, _ what: StaticString) {
    if count == 0 { return }
    output.append(", ")
    output.append(count)
    output.append(" ")
    output.append(what)
    if count != 1 { output.append("s") }
  }

  mutating func appendScreenJSON() {
    guard let screen else { return }
    output.append(",\"fullClears\":")
    output.append(screen.fullClears)
    output.append(",\"cursorMoves\":")
    output.append(screen.cursorMoves)
    output.append(",\"graphemeClusters\":")
    output.append(screen.graphemeClusters)
  }
}
