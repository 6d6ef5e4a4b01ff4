// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import TerminalUI
import Testing

/// What the screen shows, at every size.
struct ScreenTests {
  private static func scene(_ machine: inout Machine) {
    if machine.time == Machine.start {
      machine.add(1, "systemd", user: 0)
      machine.add(812, "codex --model large", by: 1)
      machine.add(840, "python3 -m mcp_server --name files", by: 812)
      machine.add(841, "git status", by: 812)
      machine.add(900, "日本語エディタ 文書", by: 1)
      machine.end(841, isReaped: false)
      machine.pass { found in
        var pass = DescriptorPassRow(
          number: 0, time: Machine.start, duration: 1, cpuTime: 1, descriptors: 9, tables: 3)
        pass.pseudoterminals = PseudoterminalUse(used: 12, limit: 4_096, reserve: 0)
        found.passes = [pass]
      }
    }
    machine.look(812, at: "/dev/tty", 62)
    machine.look(812, at: "/home/anna/.codex/sessions/2026/11/rollout.jsonl", 20, failing: 9)
    machine.look(840, at: "/srv/データ/索引", 3, "stat")
    machine.write(812, bytes: 58_800, frames: 31)
    machine.burn(812, 0.123)
    machine.burn(840, 0.0004)
  }

  private func model() -> TopModel {
    var machine = Machine()
    var model = TopModel(&machine, seconds: 5, Self.scene)
    model.host.machine = "builder"
    model.host.ownCPUPercent = 0.6
    model.host.ownResidentBytes = 46_100_000
    model.take([
      Finding(
        .hotPath, .warning, process: Machine.key(812), value: 62, unit: "/s", threshold: 10,
        start: Machine.start, end: Machine.start + 5 * Machine.second, phase: "idle",
        predicate: "opened /dev/tty 62 times a second, 2.0 per frame",
        evidence: [
          Finding.Evidence(kind: "path", subject: Array("/dev/tty".utf8), value: 62, unit: "/s")
        ],
        control: "the 3 other processes looked up nothing 10 times a second")
    ])
    return model
  }

  @Test(arguments: [(80, 24), (132, 12), (300, 20), (40, 6)])
  func theTableFitsTheWindow(columns: Int, rows: Int) throws {
    var model = model()
    try expectSnapshot(model.screen(columns, rows), named: "table-\(columns)x\(rows).txt")
  }

  @Test(arguments: TopTab.allCases)
  func theDetailsTellAllOfOneProcess(tab: TopTab) throws {
    var model = model()
    model.press(.enter, .character(Character("\(tab.rawValue + 1)")))
    try expectSnapshot(model.screen(80, 24), named: "details-\(tab).txt")
  }

  @Test func theHelpTellsTheKeys() throws {
    var model = model()
    model.press(.character("?"))
    try expectSnapshot(model.screen(100, 40), named: "help.txt")
  }

  @Test func theTreeAndTheSortMenuFitToo() throws {
    var model = model()
    model.press(.character("t"))
    try expectSnapshot(model.screen(80, 12), named: "tree.txt")
    model.press(.function(6))
    try expectSnapshot(model.screen(80, 24), named: "sort.txt")
  }

  @Test func noWindowIsTooSmallOrTooLarge() {
    var model = model()
    for mode in 0..<4 {
      for columns in [1, 2, 7, 39, 80, 81, 300] {
        for rows in [1, 2, 3, 4, 7, 24, 100] {
          let text = TopScreen.draw(&model, columns: columns, rows: rows)
          #expect(text.lines.count <= rows)
          #expect(text.lines.allSatisfy { $0.width <= columns }, "\(mode) \(columns)x\(rows)")
        }
      }
      let keys: [TopKey] = [.enter, .character("?"), .escape, .function(6)]
      if mode == 1 { model.press(.escape) }
      model.press(keys[mode])
    }
  }

  @Test func oneRowShowsTheSelectedProcess() {
    var model = model()
    #expect(model.screen(40, 1).contains("codex"))
    model.press(.down)
    #expect(model.screen(40, 1).contains("python3"))
  }

  @Test func whatAClickHitsIsWhatIsThere() throws {
    var model = model()
    let text = TopScreen.draw(&model, columns: 80, rows: 24)
    #expect(text.target(row: 3, column: 5) == .column(.processID))
    #expect(text.target(row: 3, column: 20) == .column(.lookups))
    #expect(text.target(row: 5, column: 30) == .row(Machine.key(840)))
    #expect(text.target(row: 0, column: 0) == nil)
    #expect(text.target(row: 99, column: 99) == nil)
  }

  @Test func textOfOthersCannotReachTheTerminalAsItIs() {
    var machine = Machine()
    let evil = "a\u{1b}]52;c;eA==\u{7}\u{9b}2J\u{202e}\n\u{0}b"
    var model = TopModel(&machine) { machine in
      machine.add(10, evil)
      machine.change(10) { process in
        process.comm = [0x1b, 0xff, 0x9b]
        process.arguments += [0xff, 0x1b, 0]
      }
      machine.look(10, at: "/\(evil)", 10)
      machine.write(10, bytes: 100, frames: 1)
    }
    model.host.machine = "host"
    for tab in [nil] + TopTab.allCases.map(Optional.some) {
      if let tab { model.press(.enter, .character(Character("\(tab.rawValue + 1)"))) }
      let screen = model.screen(300, 40)
      #expect(
        screen.unicodeScalars.allSatisfy { scalar in
          scalar == "\n"
            || scalar.properties.generalCategory != .control
              && scalar.properties.generalCategory != .format
        })
      model.press(.escape)
    }
    model.type("/\u{1b}\u{9b}\u{202e}")
    let screen = model.screen(80, 24)
    #expect(!screen.unicodeScalars.contains { $0.value == 0x9b || $0.value == 0x202e })
  }

  @Test func aRecordingIsGoneThroughByItsSlider() throws {
    var machine = Machine()
    let live = TopModel(&machine, seconds: 5, Self.scene)
    var model = TopModel(TopHistory(of: live.history.timeline, loss: live.history.loss))
    #expect(model.position == 4)
    model.press(.left, .left)
    #expect(model.position == 2)
    #expect(model.lines.first?.row.activity.lookups == 82)
    try expectSnapshot(model.screen(80, 10), named: "replay.txt")
    #expect(model.press(.character("r")) == nil)
  }
}
