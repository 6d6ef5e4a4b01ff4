// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import Launcher

/// One run of one version: everything is fresh before it, and nothing is left after it.
final class HuntRun {
  /// Seconds for a target to end when its terminal has, when it is told to, and when it has to.
  private static let patience = (hangUp: 5.0, term: 3.0, kill: 10.0, interrupted: 0.5)

  private let context: HuntContext
  private let scenario: Scenario
  private let folder: RunFolder
  private let session: Session
  private let processes: RunProcesses
  private let helpers: Helpers
  private var environment: RunEnvironment
  private let directory: String?
  private var target: RunTarget?
  private var expectedStatus: Int?
  /// A step says that the target ends.
  private var mayEnd = false

  private init(_ context: HuntContext, _ folder: RunFolder, name: String) throws {
    self.context = context
    self.folder = folder
    scenario = context.scenario
    session = try Session(
      size: scenario.size, owner: context.user.userID, interrupt: context.interrupt)
    let processes = RunProcesses(name: name)
    self.processes = processes
    let environment = try RunEnvironment(context, folder)
    self.environment = environment
    directory = scenario.directory.map { environment.expansion($0) }
    helpers = Helpers(context, folder, session, directory: directory) { processes.add($0) }
  }

  /// Runs a version as the scenario says.
  ///
  /// - Parameters:
  ///   - recording: where to; nil for a run of which nothing is kept.
  ///   - name: that no other run has at this time.
  static func perform(
    _ version: Version, _ context: HuntContext, recording: String?, name: String
  ) throws {
    let folder = try RunFolder(owner: context.owner)
    defer { folder.remove() }
    let run = try HuntRun(context, folder, name: name)
    do {
      try run.prepare()
      try run.start(version, recording: recording ?? folder.files + "/warm-up.spoor")
      try run.performSteps()
      try run.end()
    } catch {
      run.abort(quickly: (error as? HuntError)?.code == .interrupted)
      throw error
    }
  }

  private func prepare() throws {
    if let home = scenario.homeFolder {
      // As the user, who is to own the copies, and may not be able to read everything.
      try located(nil) {
        try helpers.run(["cp", "-a", home + "/.", folder.home], environment.helper)
      }
    }
    for service in scenario.services {
      try located(service.line) { try helpers.start(service, &environment) }
    }
    guard let prepare = scenario.prepare else { return }
    try located(nil) { try helpers.run(environment.expansion(prepare), environment.helper) }
  }

  private func start(_ version: Version, recording: String) throws {
    let pipe = folder.files + "/ready"
    let ready = try context.owner.perform {
      mkfifo(pipe, 0o600) == 0 ? open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1
    }
    guard ready >= 0 else {
      throw HuntError(.hunt, "cannot make a named pipe: \(String(cString: strerror(errno)))")
    }
    defer { close(ready) }
    let command =
      context.recorder + ["-o", recording, "--ready-file", pipe, "--"]
      + environment.expansion(version.command)
    let target = try RunTarget(
      command, try handedOver(environment.target), context, session, directory: directory)
    self.target = target
    processes.add(target.recorderID)
    try target.awaitStart(ready)
  }

  /// The environment of a recorder whose target is to have this one.
  private func handedOver(_ environment: TargetEnvironment) throws -> TargetEnvironment {
    guard context.user.isSwitched else { return environment }
    let path = folder.files + "/environment"
    let content = Data(environment.entries.joined(separator: [0]))
    let isWritten = try context.owner.perform {
      FileManager.default.createFile(
        atPath: path, contents: content, attributes: [.posixPermissions: 0o600])
    }
    guard isWritten else { throw HuntError(.hunt, "cannot write \(path)") }
    var own = TargetEnvironment.own()
    own[EnvironmentFile.variable] = Array(path.utf8)
    return own
  }

  private func performSteps() throws {
    session.deadline = Clock.now + scenario.timeout
    for step in scenario.steps {
      try located(step.line) { try perform(step.action) }
    }
    session.deadline = nil
  }

  private func located(_ line: Int?, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as HuntError {
      throw error.at(scenario.file + (line.map { ":\($0)" } ?? ""))
    }
  }

  // MARK: The steps

  private func perform(_ action: Scenario.Action) throws {
    guard let target else { return }
    switch action {
    case .waitForText(let text, let within):
      let wanted = environment.expansion(text)
      try wait(within, "the screen did not show \(Self.quoted(wanted))") {
        session.terminal.text.contains(wanted) ? nil : .infinity
      }
    case .waitForQuiet(let seconds, let within):
      // From here on: what came before a key was pressed says nothing of what follows it.
      let start = Clock.now
      try wait(within, "the terminal was not quiet for \(seconds.short) s") {
        let end = max(start, session.lastOutput) + seconds
        return Clock.now >= end ? nil : end
      }
    case .mark(let name): try context.mark(name, target.recorderID)
    case .hold(let seconds): try goOn(until: Clock.now + seconds)
    case .type(let text, let rate): try type(environment.expansion(text), rate: rate)
    case .press(let keys):
      for key in keys { session.terminal.press(key) }
      try send()
    case .resize(let size):
      session.resize(to: size)
    case .run(let command): try helpers.run(environment.expansion(command), environment.helper)
    case .close:
      mayEnd = true
      target.hangUp()
    case .exit(let within, let status):
      mayEnd = true
      expectedStatus = status
      guard try target.hasEnded(within: within) else {
        throw session.failure("the target did not end within \(within.short) s")
      }
    }
  }

  /// - Parameter next: when to look again at the latest; nil once it is so.
  private func wait(_ within: Double, _ problem: String, next: () -> Double?) throws {
    let latest = Clock.now + within
    while let time = next() {
      guard Clock.now < latest else { throw session.failure("\(problem) within \(within.short) s") }
      try pump(until: min(time, latest))
    }
  }

  private func goOn(until time: Double) throws {
    repeat { try pump(until: time) } while Clock.now < time
  }

  private func pump(until time: Double) throws {
    guard let target else { return }
    try target.pump(until: time)
    if target.hasEnded && !mayEnd {
      throw session.failure("the target ended, which no step expects here")
    }
  }

  private func type(_ text: String, rate: Double?) throws {
    guard let rate else {
      session.terminal.type(text)
      return try send()
    }
    let start = Clock.now
    for (index, character) in text.enumerated() {
      try goOn(until: start + Double(index) / rate)
      session.terminal.type(String(character))
    }
    try send()
  }

  /// Passes on what was typed. It may be what ends the target, as a later step may expect.
  private func send() throws {
    try target?.pump(until: Clock.now)
  }

  private static func quoted(_ text: String) -> String {
    "`\(ForeignText.encode(Array(text.utf8)))`"
  }

  // MARK: The end

  private func end() throws {
    guard let target else { return }
    if !target.hasEnded && !session.isHungUp { target.hangUp() }
    try endTarget(Self.patience.hangUp, Self.patience.term)
    let status = try target.finish()
    try cleanUp()
    if let expectedStatus, Int(status) != expectedStatus {
      throw session.failure("the target ended with status \(status), not \(expectedStatus)")
    }
  }

  private func endTarget(_ hangUp: Double, _ term: Double) throws {
    guard let target, try !target.hasEnded(within: hangUp) else { return }
    target.signalAll(SIGTERM)
    if try target.hasEnded(within: term) { return }
    target.signalAll(SIGKILL)
    _ = try target.hasEnded(within: Self.patience.kill)
  }

  /// Ends everything, whatever state it is in; what was recorded is kept.
  private func abort(quickly: Bool) {
    session.deadline = nil
    session.heedsInterrupt = false
    if let target, target.process != nil {
      if !session.isHungUp { target.hangUp() }
      let patience = quickly ? Self.patience.interrupted : Self.patience.term
      try? endTarget(patience, patience)
      // The recorder would go on for them for a while.
      if quickly { processes.kill(sparing: target.recorderID) }
      _ = try? target.finish()
    } else {
      target?.discard()
    }
    try? cleanUp()
  }

  private func cleanUp() throws {
    helpers.end()
    let left = processes.kill()
    guard left.isEmpty else {
      throw HuntError(
        .hunt,
        "cannot end \(left.map(String.init).joined(separator: ", ")), which the run started; see "
          + "`ps -fp \(left.map(String.init).joined(separator: ","))`")
    }
  }
}
