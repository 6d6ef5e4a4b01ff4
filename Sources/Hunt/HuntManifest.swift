// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a hunt's folder holds: hunt.json in it.
package struct HuntManifest: Encodable, Sendable {
  static let fileName = "hunt.json"

  package struct Version: Encodable, Sendable {
    package var name: String
    package var command: [String]
  }

  package struct Recording: Encodable, Sendable {
    /// In the folder; nil where the run failed before there was one.
    package var file: String?
    package var version: String
    /// From 1, within the version.
    package var run: Int
    /// With all preparations.
    package var seconds: Double
    /// Why it is left out of the comparison.
    package var failure: String?
  }

  package let schema = "spoor.hunt/1"
  package let scenario: String
  package let scenarioFile: String
  /// Of the order of the runs.
  package let seed: UInt64
  package let runs: Int
  package let versions: [Version]
  /// In the order in which they were made.
  package internal(set) var recordings: [Recording] = []
  /// The hunt was ended before all runs were through.
  package internal(set) var interrupted = false

  init(_ context: HuntContext, seed: UInt64, runs: Int) {
    scenario = context.scenario.name
    scenarioFile = context.scenario.file
    self.seed = seed
    self.runs = runs
    versions = context.versions.map { Version(name: $0.name, command: $0.command) }
  }

  /// Versions none of whose runs went well.
  var withoutRuns: [String] {
    let alive = Set(recordings.lazy.filter { $0.failure == nil }.map(\.version))
    return versions.map(\.name).filter { !alive.contains($0) }
  }

  /// Throws where a version has no run that went well.
  ///
  /// - Parameter folder: the hunt's.
  package func requireRuns(in folder: String) throws {
    guard let version = withoutRuns.first else { return }
    throw HuntError(
      .version,
      "no run of \(version) went well, so there is nothing to compare; see "
        + "\(folder)/\(Self.fileName)", version: version)
  }

  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
