// SPDX-License-Identifier: Apache-2.0

import Glibc
import Launcher

/// A recorder in the terminal of a run, and the target that it starts and traces.
final class RunTarget {
  /// Seconds: for a recorder to attach, and to write what it has once its target has ended.
  private static let patience = (start: 60.0, end: 60.0)

  private let session: Session
  private var recorder: StartedTarget
  /// The target, once it has been seen; readable once it has ended.
  private var watch: SeedProcesses?
  private(set) var process: Int32?
  private(set) var hasEnded = false
  /// Somebody else may have the recorder's process ID by now.
  private var isOver = false

  /// - Parameters:
  ///   - command: of the recorder.
  ///   - environment: of the recorder.
  init(
    _ command: [String], _ environment: TargetEnvironment, _ context: HuntContext,
    _ session: Session, directory: String?
  ) throws {
    self.session = session
    do {
      // The recorder has to be who the hunt is, to trace; it makes the target the user's.
      recorder = try Launcher.start(
        command: command, user: InvokingUser.current(asRoot: true), inherited: context.inherited,
        environment: environment,
        surroundings: Surroundings(streams: .terminal(session.slave), directory: directory))
    } catch {
      throw HuntError(.hunt, error.description)
    }
    session.closeSlave()
  }

  var recorderID: Int32 { recorder.processID }

  /// Returns when the target has started.
  ///
  /// - Parameter ready: a named pipe that the recorder opens then.
  func awaitStart(_ ready: Int32) throws {
    let latest = Clock.now + Self.patience.start
    while true {
      let readable = try session.pump(until: latest, for: [ready, recorder.descriptor])
      if readable.contains(ready) { break }
      if !readable.isEmpty {
        throw session.failure(
          "the recorder ended before the target had started", .version)
      }
      guard Clock.now < latest else {
        throw session.failure(
          "the recorder did not start the target within \(Int(Self.patience.start)) s")
      }
    }
    process = ProcessTree.child(of: recorder.processID)
    // Neither where it has come to its end already.
    watch = try? process.map { try SeedProcesses([UInt32($0)]) }
    hasEnded = watch == nil
  }

  /// Goes on until a time or an event of the session; notes the target's end.
  func pump(until time: Double) throws(HuntError) {
    let descriptors = hasEnded ? [] : watch?.pidfds ?? []
    if try !session.pump(until: time, for: descriptors).isEmpty { hasEnded = true }
  }

  /// Waits for the target's end.
  func hasEnded(within seconds: Double) throws(HuntError) -> Bool {
    let latest = Clock.now + seconds
    while !hasEnded && Clock.now < latest { try pump(until: latest) }
    return hasEnded
  }

  /// Hangs the terminal up. As a shell does, it tells those in the foreground: the kernel tells
  /// the session's leader alone, which is the recorder, and that tells its target.
  func hangUp() {
    let group = session.foreground
    session.hangUp()
    let members = Set(group.map(ProcessTree.members(ofGroup:)) ?? [])
    signal(members.subtracting(process.map { [$0] } ?? []), SIGHUP)
  }

  /// Sends a signal to all that descend from the recorder.
  func signalAll(_ number: Int32) {
    if isOver { return }
    signal(Set(ProcessTree.descendants(of: recorder.processID)), number)
  }

  private func signal(_ processes: Set<Int32>, _ number: Int32) {
    for process in processes where process != recorder.processID { kill(process, number) }
  }

  /// Waits until the recorder has written everything; the status that it ends with is the target's.
  func finish() throws -> Int32 {
    let latest = Clock.now + Self.patience.end
    while try session.pump(until: latest, for: [recorder.descriptor]).isEmpty {
      guard Clock.now < latest else {
        discard()
        throw HuntError(
          .run, "the recorder did not end within \(Int(Self.patience.end)) s of its target")
      }
    }
    isOver = true
    return try recorder.wait().shellStatus
  }

  /// Ends the recorder at once.
  func discard() {
    isOver = true
    try? recorder.kill(SIGKILL)
    _ = try? recorder.wait()
  }
}
