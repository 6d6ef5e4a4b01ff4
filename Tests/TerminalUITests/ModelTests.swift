// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import TerminalUI
import Testing

/// What is shown, and what keys do to it.
struct ModelTests {
  /// Three processes; 20 is the busiest.
  private static func busy(_ machine: inout Machine) {
    if machine.time == Machine.start {
      machine.add(10, "bash", user: 0)
      machine.add(20, "codex --model large", by: 10)
      machine.add(30, "make all", by: 10)
    }
    machine.look(20, at: "/dev/tty", 60)
    machine.look(20, at: "/etc/passwd", 4, failing: 4, "stat")
    machine.look(30, at: "/src/main.c", 8)
    machine.burn(20, 0.25)
    machine.write(20, bytes: 2_000, frames: 30)
  }

  private func model(seconds: Int = 3) -> TopModel {
    var machine = Machine()
    return TopModel(&machine, seconds: seconds, Self.busy)
  }

  @Test func aRowTellsWhatItsProcessDidInTheLastInterval() throws {
    let model = model()
    let row = try #require(model.lines.first?.row)
    #expect(row.key.processID == 20)
    #expect(row.rate(row.activity.lookups) == 64)
    #expect(row.activity.failedLookups == 4)
    #expect(row.activity.opens == 60)
    #expect(row.activity.hottestCount == 60)
    #expect(row.activity.outputBytes == 2_000)
    #expect(row.activity.frames == 30)
    #expect(row.cpuPercent == 25)
    #expect(row.user == "anna")
  }

  @Test func ratesAreOfTheKernelsCountsWhereEventsWereLost() throws {
    var machine = Machine()
    let model = TopModel(&machine, seconds: 2) { machine in
      if machine.time == Machine.start { machine.add(10, "find /") }
      machine.look(10, at: "/a", 10)
      // 90 more that no event told of.
      machine.change(10) { $0.lookups += 90 }
      machine.lose(90)
    }
    #expect(model.lines.first?.row.activity.lookups == 100)
    #expect(model.lines.first?.row.activity.hottestCount == 10)
    #expect(model.history.loss.droppedTotal == 180)
  }

  @Test func cpuTimeBeforeTheTracingIsOfNoInterval() {
    var machine = Machine()
    let model = TopModel(&machine) { machine in
      machine.add(10, "old")
      machine.burn(10, 500)
    }
    #expect(model.lines.first?.row.activity.cpuSeconds == 0)
  }

  @Test func childrenCountByWhatBecameOfThem() throws {
    var machine = Machine()
    let model = TopModel(&machine, seconds: 2) { machine in
      if machine.time == Machine.start {
        machine.add(10, "app")
        machine.add(20, "sh", by: 10)
        machine.add(21, "sh", by: 10)
        machine.add(22, "sh", by: 10)
        machine.add(30, "server", by: 22)
      } else {
        machine.end(21, isReaped: false)
        machine.end(22, isReaped: true)
      }
    }
    let row = try #require(model.lines.first { $0.row.key.processID == 10 }?.row)
    #expect(row.children == TopRow.Children(alive: 1, zombies: 1, survivors: 1))
    #expect(model.rowCount == 4)
    #expect(model.zombieCount == 1)
    #expect(!model.ids.contains(22))
  }

  @Test func theSelectionFollowsTheProcessAndNotTheLine() {
    var machine = Machine()
    var model = TopModel(&machine, Self.busy)
    #expect(model.ids == [20, 30, 10])
    model.press(.down)
    #expect(model.selection == Machine.key(30))
    machine.look(30, at: "/src/main.c", 500)
    model.append(machine.tick())
    #expect(model.ids == [30, 10, 20])
    #expect(model.selection == Machine.key(30))
    #expect(model.selectedLine == 0)
  }

  @Test func untilSomebodyIsChosenTheTableStaysAtItsTop() {
    var machine = Machine()
    var model = TopModel(&machine, Self.busy)
    #expect(model.selectedRow?.key == Machine.key(20))
    machine.look(30, at: "/src/main.c", 500)
    model.append(machine.tick())
    #expect(model.selectedRow?.key == Machine.key(30))
    model.press(.down, .home)
    #expect(model.selection == nil)
    model.press(.enter)
    #expect(model.selection == Machine.key(30))
  }

  @Test func whenTheSelectedProcessGoesTheSelectionStaysInItsLine() {
    var machine = Machine()
    var model = TopModel(&machine, Self.busy)
    model.press(.down)
    machine.end(30, isReaped: true)
    model.append(machine.tick())
    model.append(machine.tick())
    #expect(model.selectedLine == 1)
    #expect(model.ids.count == 2)
  }

  @Test func theFilterTakesNamesUsersAndIDs() {
    var model = model()
    model.type("/CODEX")
    #expect(model.ids == [20])
    #expect(model.mode == .filter)
    model.press(.enter)
    #expect(model.mode == .table)
    model.press(.escape)
    #expect(model.ids.count == 3)
    model.type("/root")
    #expect(model.ids == [10])
    for _ in 0..<4 { model.press(.backspace) }
    model.type("30")
    #expect(model.ids == [30])
  }

  @Test func keysTypedIntoTheFilterAreNoCommands() {
    var model = model()
    model.type("/qrw t?")
    #expect(model.filter == "qrw t?")
    #expect(model.ids.isEmpty)
  }

  @Test func sortingByAColumnTurnsRoundWhenAskedAgain() {
    var model = model()
    model.press(.click(.column(.processID)))
    #expect(model.ids == [10, 20, 30])
    model.press(.click(.column(.processID)))
    #expect(model.ids == [30, 20, 10])
    model.press(.function(6))
    #expect(model.mode == .sort(.processID))
    model.press(.end, .enter)
    #expect(model.order.column == .name)
    #expect(model.ids == [10, 20, 30])
    model.press(.character("<"))
    #expect(model.order.column == .cpu)
    #expect(model.ids.first == 20)
  }

  @Test func theTreeShowsWhoStartedWhom() {
    var model = model()
    model.press(.character("t"))
    #expect(model.ids == [10, 20, 30])
    #expect(model.lines.map(\.lead) == ["", "├─ ", "└─ "])
  }

  @Test func aChainOfProcessesIsNoDeeperThanAScreen() throws {
    var machine = Machine()
    var model = TopModel(&machine) { machine in
      for id in 1...300 as ClosedRange<UInt32> { machine.add(id, "sh", by: id - 1) }
    }
    model.press(.character("t"))
    #expect(model.lines.count == 300)
    let widths = model.lines.map(\.lead.count)
    #expect(widths.prefix(65) == (0..<65).map { $0 * 3 }[...])
    #expect(widths.dropFirst(65).allSatisfy { $0 == 192 })
  }

  /// The recorder waits for those who are being reaped, and a report tells what became of them.
  @Test func atARecordingsEndProcessesAreAsTheRecordingLeftThem() throws {
    var machine = Machine()
    let live = TopModel(&machine, seconds: 2) { machine in
      if machine.time > Machine.start { machine.end(20, isReaped: true, after: Machine.second) }
      if machine.time == Machine.start { Self.busy(&machine) }
    }
    #expect(live.ids.contains(20))
    var recorded = TopModel(TopHistory(of: live.history.timeline, loss: Loss()))
    #expect(!recorded.ids.contains(20))
    recorded.press(.left)
    #expect(recorded.ids.contains(20))
  }

  @Test func whilePausedTheFiguresStayAndTheTracingGoesOn() {
    var machine = Machine()
    var model = TopModel(&machine, seconds: 2, Self.busy)
    model.press(.character(" "))
    #expect(model.isPaused)
    machine.look(30, at: "/src/main.c", 500)
    model.append(machine.tick())
    #expect(model.ids.first == 20)
    #expect(model.history.count == 3)
    model.press(.right)
    #expect(model.ids.first == 30)
    model.press(.left, .left, .left, .left)
    #expect(model.position == 0)
    model.press(.character(" "))
    #expect(!model.isPaused)
    #expect(model.position == 2)
  }

  @Test func whatIsPausedStaysWhenOldIntervalsAreForgotten() {
    var machine = Machine()
    var model = TopModel(TopHistory(start: Machine.start, room: 4))
    machine.add(10, "first")
    for count in 1...4 {
      machine.look(10, at: "/a", UInt64(count))
      model.append(machine.tick())
    }
    model.press(.character(" "))
    #expect(model.lines.first?.row.activity.lookups == 4)
    machine.look(10, at: "/a", 5)
    model.append(machine.tick())
    #expect(model.history.dropped == 2)
    #expect(model.position == 1)
    model.press(.right, .left)
    #expect(model.lines.first?.row.activity.lookups == 4)
  }

  @Test func aFindingMarksItsRow() throws {
    var model = model()
    model.take([
      Finding(
        .hotPath, .warning, process: Machine.key(20), value: 60, unit: "/s", threshold: 10,
        start: Machine.start, end: Machine.start + Machine.second,
        predicate: "opened /dev/tty 60 times a second")
    ])
    #expect(model.lines.first?.row.finding?.kind == .hotPath)
    #expect(model.screen(80, 24).contains("WARNING codex (20) opened /dev/tty 60 times a second."))
  }

  @Test func onlyQuittingRecordingAndReportingAreLeftToOthers() {
    var model = model()
    #expect(model.press(.character("r")) == .toggleRecording)
    #expect(model.press(.character("w")) == .writeReport)
    #expect(model.press(.character("q")) == .quit)
    #expect(model.press(.character("\u{3}")) == .quit)
    #expect(model.press(.character("x")) == nil)
    model.press(.enter)
    #expect(model.mode == .details(.paths, scroll: 0))
    #expect(model.press(.character("q")) == nil)
    #expect(model.mode == .table)
  }

  @Test(arguments: [TopKey.character("/"), .function(6), .character("?"), .enter])
  func controlCQuitsWhateverIsAskedFor(_ key: TopKey) {
    var model = model()
    model.press(key)
    #expect(model.mode != .table)
    #expect(model.press(.character("\u{3}")) == .quit)
  }

  @Test func theDetailsAreScrolledAsFarAsTheyGo() {
    var machine = Machine()
    var model = TopModel(&machine) { machine in
      machine.add(10, "find /")
      for file in 0..<40 { machine.look(10, at: "/file\(file)", 1) }
    }
    model.press(.enter)
    _ = model.screen(80, 24)
    for _ in 0..<9 { model.press(.pageDown) }
    let screen = model.screen(80, 24)
    #expect(screen.contains("/file9\n"))
    guard case .details(.paths, let scroll) = model.mode else {
      Issue.record("not in the details")
      return
    }
    #expect(scroll == 41 - model.pageLines)
  }
}
