// SPDX-License-Identifier: Apache-2.0

import Comparison
import Foundation
import Glibc
import Hunt
import Launcher

/// Runs versions against each other as often as the command line says, and tells how far it is.
final class HuntRunner {
  private let scenario: Scenario
  private let recorder: [String]
  private let user: InvokingUser
  /// Of each version, without the warm-up.
  let runs: Int
  private let signals: SignalQueue
  /// The signal that ended it.
  private var interruption: Int32?

  /// - Parameter recorder: `spoor record` with what it is to record in each run.
  init(_ scenario: Scenario, recorder: [String], user: InvokingUser, runs: Int) throws {
    SignalQueue.block()
    signals = try SignalQueue()
    self.scenario = scenario
    self.recorder = recorder
    self.user = user
    self.runs = runs
    if let home = scenario.homeFolder {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: home, isDirectory: &isDirectory),
        isDirectory.boolValue
      else {
        throw CommandFailure.badInput("\(scenario.file): home: \(home) is no directory")
      }
    }
  }

  /// One hunt: what it says of itself, also where somebody ended it early.
  ///
  /// - Parameter folder: is made.
  func run(_ versions: [Version], seed: UInt64, in folder: String) throws -> HuntManifest {
    let context = HuntContext(
      scenario: scenario, versions: versions, recorder: recorder, user: user,
      inherited: Spoor.inherited,
      interrupt: Interrupt(descriptor: signals.raw) { [self] in
        while let signal = signals.next() {
          if signal.number != SIGUSR1 { interruption = signal.number }
        }
        return interruption != nil
      },
      mark: { try MarkCommand.send($0, to: $1) })
    var generator = SplitMix64(seed: seed)
    let plan = HuntPlan(versions: versions.count, rounds: runs, using: &generator)
    let progress = HuntProgress()
    defer { progress.end() }
    let hunt = try Hunt(context, plan: plan, seed: seed, folder: folder) { progress.show($0) }
    try hunt.run()
    return hunt.manifest
  }

  /// Makes a folder for several hunts.
  func makeFolder(_ folder: String) throws {
    try Hunt.makeFolder(folder, owner: user.fileOwner)
  }

  /// The exit status after a hunt that ended early.
  var interruptedStatus: Int32 { 128 + (interruption ?? SIGINT) }
}
