// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Recording

/// All runs of a hunt, and the folder with their recordings.
package final class Hunt {
  private let context: HuntContext
  private let plan: HuntPlan
  private let folder: String
  private let progress: (Progress) -> Void
  package private(set) var manifest: HuntManifest
  private var durations: [Double] = []

  /// How far it is, before and after each run.
  package struct Progress {
    package enum Event {
      case begins
      /// With what went wrong.
      case ended(failure: String?)
    }

    /// From 1, with the warm-ups.
    package var run: Int
    package var runs: Int
    package var name: String
    package var event: Event
    /// Seconds that it will take from here on; nil before the first run has ended.
    package var remaining: Double?
  }

  /// - Parameters:
  ///   - folder: is made, and must not be there yet.
  ///   - seed: which the plan came from.
  package init(
    _ context: HuntContext, plan: HuntPlan, seed: UInt64, folder: String,
    progress: @escaping (Progress) -> Void
  ) throws {
    self.context = context
    self.plan = plan
    self.folder = URL(filePath: folder).path
    self.progress = progress
    manifest = HuntManifest(context, seed: seed, runs: plan.rounds)
    try Self.makeFolder(folder, owner: context.owner)
  }

  /// Makes a folder for recordings, which must not be there yet.
  package static func makeFolder(_ folder: String, owner: FileOwner) throws {
    let isMade = try owner.perform { mkdir(folder, 0o755) == 0 }
    guard isMade else {
      throw HuntError(
        .hunt,
        errno == EEXIST
          ? "\(folder) is there already, and a hunt overwrites nothing; give another one with -o"
          : "cannot make \(folder): \(String(cString: strerror(errno))); give another one with -o")
    }
  }

  /// Runs everything. Ends early, and says so in the manifest, when somebody wants it to.
  ///
  /// Throws where going on is of no use: a warm-up failed, or more than half of the runs.
  package func run() throws {
    // Goes only where nothing is in it.
    defer { _ = try? context.owner.perform { rmdir(folder) } }
    for index in plan.runs.indices {
      do {
        try run(index)
      } catch let error as HuntError where error.code == .interrupted {
        manifest.interrupted = true
      }
      if !manifest.recordings.isEmpty { try write() }
      if manifest.interrupted { return }
    }
  }

  private func run(_ index: Int) throws {
    let planned = plan.runs[index]
    let version = context.versions[planned.version]
    let recorded = planned.number.map { recordingName(of: version, $0) }
    let name = recorded ?? "\(version.name), warm-up"
    report(index, name, .begins)
    let file = recorded.map { $0 + ".spoor" }
    let start = Clock.now
    do {
      try HuntRun.perform(
        version, context, recording: file.map { "\(folder)/\($0)" },
        name: "spoor-hunt-\(getpid())-\(index + 1)")
      note(planned, version, start, file: file, failure: nil)
      report(index, name, .ended(failure: nil))
    } catch let error as HuntError where error.code == .run {
      guard planned.number != nil else {
        throw error.at("the warm-up of \(version.name) failed", of: version.name)
      }
      note(planned, version, start, file: setAside(file), failure: error.description)
      report(index, name, .ended(failure: error.description))
      try giveUpIfHopeless()
    } catch {
      // What is not whole is not compared, nor named like what is.
      _ = setAside(file)
      throw (error as? HuntError)?.at(version.name, of: version.name) ?? error
    }
  }

  private func recordingName(of version: Version, _ number: Int) -> String {
    let digits = String(number)
    let width = max(2, String(plan.rounds).count)
    return "\(version.name)-" + String(repeating: "0", count: width - digits.count) + digits
  }

  private func note(
    _ planned: HuntPlan.Run, _ version: Version, _ start: Double, file: String?, failure: String?
  ) {
    durations.append(Clock.now - start)
    guard let number = planned.number else { return }
    manifest.recordings.append(
      .init(
        file: file, version: version.name, run: number, seconds: Clock.now - start,
        failure: failure))
  }

  /// Renames the recording of a run that failed; nil where there is none.
  private func setAside(_ file: String?) -> String? {
    guard let file else { return nil }
    let aside = file + ".failed"
    let isThere = try? context.owner.perform {
      rename("\(folder)/\(file)", "\(folder)/\(aside)") == 0
    }
    return isThere == true ? aside : nil
  }

  private func giveUpIfHopeless() throws {
    let failed = manifest.recordings.count { $0.failure != nil }
    let all = plan.rounds * context.versions.count
    guard failed * 2 > all else { return }
    try write()
    let dead = manifest.withoutRuns
    let culprit = dead.count == 1 ? dead[0] : nil
    throw HuntError(
      culprit == nil ? .hunt : .version,
      "\(failed) of \(all) runs failed, which leaves too few to compare; see the failures in "
        + "\(folder)/\(HuntManifest.fileName)", version: culprit)
  }

  private func report(_ index: Int, _ name: String, _ event: Progress.Event) {
    let mean = durations.isEmpty ? nil : durations.reduce(0, +) / Double(durations.count)
    progress(
      Progress(
        run: index + 1, runs: plan.runs.count, name: name, event: event,
        remaining: mean.map { $0 * Double(plan.runs.count - durations.count) }))
  }

  private func write() throws {
    try PrivateFile.write(
      manifest.encoded(), to: "\(folder)/\(HuntManifest.fileName)", owner: context.owner,
      remedy: "give another folder with -o")
  }
}
