// SPDX-License-Identifier: Apache-2.0

import Hunt
import Settings
import Testing

@Suite struct ScenarioTests {
  private func error(_ yaml: String) -> String? {
    do {
      _ = try Scenario(yaml: yaml, name: "s.yaml")
      return nil
    } catch { return error.description }
  }

  @Test func everythingThatCanBeSaidIsTaken() throws {
    let yaml = """
      name: one turn
      columns: 100
      rows: 30
      term: tmux-256color
      locale: de_DE.UTF-8
      home: homes/a
      directory: $HOME
      environment: {DISABLE_AUTOUPDATER: "1", DEBUG: 0, EMPTY: ""}
      timeout: 60
      services:
        - command: [python3, $SCENARIO/server.py]
          ready: $RUN/port
          environment: {A: b}
          export: {PORT: $RUN/port}
      prepare: [sh, $SCENARIO/prepare.sh]
      steps:
        - wait: {text: "› ", within: 20}
        - wait: {quiet: 1.5}
        - mark: idle
        - hold: 10
        - type: {text: hello, rate: 12}
        - type: all at once
        - press: Enter
        - press: [Ctrl-C, Ctrl-C]
        - resize: {columns: 120, rows: 40}
        - run: [sh, -c, "touch $HOME/x"]
        - close: true
        - exit: {within: 5, status: 129}
      """
    let scenario = try Scenario(yaml: yaml, name: "dir/s.yaml")
    #expect(scenario.name == "one turn")
    #expect(scenario.size == .init(columns: 100, rows: 30))
    #expect(scenario.term == "tmux-256color")
    #expect(scenario.locale == "de_DE.UTF-8")
    #expect(scenario.home == "homes/a")
    #expect(scenario.directory == "$HOME")
    #expect(scenario.environment == ["DISABLE_AUTOUPDATER": "1", "DEBUG": "0", "EMPTY": ""])
    #expect(scenario.timeout == 60)
    let service = try #require(scenario.services.first)
    #expect(service.command == ["python3", "$SCENARIO/server.py"])
    #expect(service.ready == "$RUN/port")
    #expect(service.export == ["PORT": "$RUN/port"])
    #expect(service.environment == ["A": "b"])
    #expect(scenario.prepare == ["sh", "$SCENARIO/prepare.sh"])
    let (enter, interrupt) = (try #require(Key("Enter")), try #require(Key("Ctrl-C")))
    #expect(
      scenario.steps.map(\.action) == [
        .waitForText("› ", within: 20), .waitForQuiet(1.5, within: 10), .mark("idle"), .hold(10),
        .type("hello", rate: 12), .type("all at once", rate: nil), .press([enter]),
        .press([interrupt, interrupt]), .resize(.init(columns: 120, rows: 40)),
        .run(["sh", "-c", "touch $HOME/x"]), .close, .exit(within: 5, status: 129),
      ])
    #expect(scenario.steps.first?.line == 17)
    #expect(scenario.steps.last?.line == 28)
  }

  @Test func whatIsNotSaidHasItsDefault() throws {
    let scenario = try Scenario(yaml: "steps: [{hold: 1}]", name: "dir/my.hunt.yaml")
    #expect(scenario.name == "my")
    #expect(scenario.size == .init(columns: 80, rows: 24))
    #expect(scenario.term == "xterm-256color")
    #expect(scenario.locale == "C.UTF-8")
    #expect(scenario.home == nil && scenario.directory == nil && scenario.prepare == nil)
    #expect(scenario.timeout == 120)
  }

  @Test(arguments: [
    ("", "s.yaml: is empty"),
    ("name: x", "s.yaml: has no steps"),
    ("steps: []", "s.yaml: has no steps"),
    ("steps: 3", "s.yaml:1: steps must be a list, not `3`"),
    ("- a", "s.yaml:1: the scenario must hold `key: value` lines, not a list"),
    ("\nsteeps: []", "s.yaml:2: the scenario has no `steeps`; it knows name, columns,"),
    ("columns: wide\nsteps: []", "s.yaml:1: columns takes a whole number from 1 to 1000, not"),
    ("rows: 0", "s.yaml:1: rows takes a whole number from 1 to 1000, not `0`"),
    ("timeout: 1:30", "s.yaml:1: timeout takes seconds from 0.01 to 86400, not `1:30`"),
    ("environment:\n  A B: c", "s.yaml:2: environment: `A B` is no name of a variable"),
    ("environment:\n  A: [c]", "s.yaml:2: environment: A must be a text, not a list"),
    ("home: ", "s.yaml:1: home must be a text, not ``"),
    ("prepare: date", "s.yaml:1: prepare must be a list of words, such as"),
    ("services:\n  - ready: x", "s.yaml:2: a service needs a command"),
    (
      "services:\n  - command: [a]\n    export: {P: x}",
      "s.yaml:2: a service that exports needs `ready: FILE`"
    ),
    ("services:\n  - command: [a]\n    wait: 3", "s.yaml:3: a service has no `wait`; it knows"),
    ("steps:\n  - sleep: 3", "s.yaml:2: a step has no `sleep`; it knows wait, mark, hold,"),
    ("steps:\n  - hold: 1\n    mark: a", "s.yaml:2: a step is one of wait, mark, hold,"),
    ("steps:\n  - hold", "s.yaml:2: a step must hold `key: value` lines, not `hold`"),
    ("steps:\n  - hold: -1", "s.yaml:2: hold takes seconds from 0.01 to 86400, not `-1`"),
    ("steps:\n  - wait: {within: 1}", "s.yaml:2: wait takes either text or quiet"),
    ("steps:\n  - wait: {text: a, quiet: 1}", "s.yaml:2: wait takes either text or quiet"),
    ("steps:\n  - wait: {quiet: 10}", "s.yaml:2: wait: quiet for 10 s cannot be seen within"),
    ("steps:\n  - wait: {text: a, for: 1}", "s.yaml:2: wait has no `for`; it knows text, quiet"),
    ("steps:\n  - type: {rate: 3}", "s.yaml:2: type needs a text"),
    ("steps:\n  - type: {text: a, rate: 0}", "s.yaml:2: rate takes characters a second from 0.1"),
    ("steps:\n  - press: Return", "s.yaml:2: there is no key `Return`; there are single"),
    ("steps:\n  - resize: {rows: 3}", "s.yaml:2: resize needs columns and rows"),
    ("steps:\n  - run: date", "s.yaml:2: run must be a list of words, such as"),
    ("steps:\n  - close: 1", "s.yaml:2: write `close: true`"),
    ("steps:\n  - exit: {status: 256}", "s.yaml:2: status takes a whole number from 0 to 255"),
    (
      "steps:\n  - close: true\n  - press: Enter",
      "s.yaml:3: press needs the terminal, which `close` before it has ended"
    ),
    ("steps: [\n", "s.yaml:2: this is no YAML: "),
  ])
  func aMistakeHasItsLine(_ yaml: String, _ problem: String) {
    let said = error(yaml)
    #expect(said?.hasPrefix(problem) == true, "\(said ?? "no error")")
  }

  @Test func aMarkIsNoLongerThanARecorderKeepsIt() {
    #expect(error("steps:\n  - mark: \(String(repeating: "x", count: 64))") == nil)
    #expect(
      error("steps:\n  - mark: \(String(repeating: "x", count: 65))")
        == "s.yaml:2: a mark's name has at most 64 bytes")
  }
}
