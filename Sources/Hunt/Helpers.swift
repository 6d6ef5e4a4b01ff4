// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import Launcher

/// What a scenario runs beside the target: its services, and commands that end by themselves.
final class Helpers {
  /// Seconds for a service to say that it is ready, and to end when it is told to.
  private static let patience = (start: 30.0, end: 2.0)
  /// Of what a program said, in bytes.
  private static let longestSaying = 2000

  private let context: HuntContext
  private let folder: RunFolder
  private let session: Session
  private let directory: String?
  /// Takes a process into the run.
  private let add: (Int32) -> Void
  private var services: [Helper] = []
  private var started = 0

  init(
    _ context: HuntContext, _ folder: RunFolder, _ session: Session, directory: String?,
    add: @escaping (Int32) -> Void
  ) {
    self.context = context
    self.folder = folder
    self.session = session
    self.directory = directory
    self.add = add
  }

  /// Starts a service, and returns when it is ready and what it exports is in the environment.
  func start(_ service: Scenario.Service, _ environment: inout RunEnvironment) throws {
    let helper = try launch(environment.expansion(service.command), environment.of(service))
    services.append(helper)
    guard let ready = service.ready.map({ environment.expansion($0) }) else { return }
    let latest = Clock.now + Self.patience.start
    while contents(ready)?.isEmpty != false {
      if try !session.pump(until: Clock.now + 0.02, for: [helper.descriptor]).isEmpty {
        throw HuntError(.run, "the service ended before it was ready\(saying(of: helper))")
      }
      guard Clock.now < latest else {
        throw HuntError(
          .run,
          "the service did not write \(ready) within \(Int(Self.patience.start)) s"
            + saying(of: helper))
      }
    }
    for (name, file) in service.export.sorted(by: { $0.key < $1.key }) {
      let path = environment.expansion(file)
      guard let text = contents(path) else {
        throw HuntError(.run, "cannot read \(path), which the service is to export")
      }
      environment.export(name, text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  /// Runs a command to its end; it has to do well.
  func run(_ command: [String], _ environment: TargetEnvironment) throws {
    let helper = try launch(command, environment)
    defer { helper.end(within: 0) }
    while try session.pump(until: .infinity, for: [helper.descriptor]).isEmpty {}
    let status = helper.end(within: 0)
    guard status == 0 else {
      throw HuntError(
        .run,
        "`\(command.joined(separator: " "))` ended with status "
          + "\(status.map(String.init) ?? "unknown")\(saying(of: helper))")
    }
  }

  func end() {
    for helper in services.reversed() { helper.end(within: Self.patience.end) }
    services.removeAll()
  }

  private func launch(_ command: [String], _ environment: TargetEnvironment) throws -> Helper {
    started += 1
    let output = "\(folder.files)/output-\(started)"
    let helper = try Helper(
      command, environment, context, directory: directory, output: output)
    add(helper.process)
    return helper
  }

  private func contents(_ path: String) -> String? {
    try? context.owner.perform { try String(contentsOfFile: path, encoding: .utf8) }
  }

  private func saying(of helper: Helper) -> String {
    guard let text = contents(helper.output)?.trimmingCharacters(in: .whitespacesAndNewlines),
      !text.isEmpty
    else { return "" }
    let lines = text.suffix(Self.longestSaying).split(separator: "\n")
    return "; it said:\n"
      + lines.map { "  | " + ForeignText.encode(Array($0.utf8)) }.joined(separator: "\n")
  }
}
