// SPDX-License-Identifier: Apache-2.0

import Foundation
import Launcher

/// The variables of everybody in a run. Nothing else of the hunt's own environment gets in: what a
/// run does is not to depend on where it was started from.
struct RunEnvironment {
  private static let kept = ["PATH", "USER", "LOGNAME", "SHELL", "TZ"]

  private let scenario: Scenario
  private let base: TargetEnvironment
  /// What `$NAME` is in a scenario.
  private(set) var expansion: Expansion
  private var exports: [String: String] = [:]

  init(_ context: HuntContext, _ folder: RunFolder) throws {
    scenario = context.scenario
    let outside = try context.inherited.environment(for: context.user)
    var base = TargetEnvironment(entries: [])
    for name in Self.kept { base[name] = outside[name] }
    base["HOME"] = Array(folder.home.utf8)
    base["TERM"] = Array(scenario.term.utf8)
    base["LANG"] = Array(scenario.locale.utf8)
    base["LC_ALL"] = Array(scenario.locale.utf8)
    self.base = base
    expansion = Expansion(values: [
      "HOME": folder.home, "RUN": folder.files, "SCENARIO": scenario.folder,
    ])
  }

  /// What a service tells everybody who comes after it.
  mutating func export(_ name: String, _ value: String) {
    exports[name] = value
    expansion.values[name] = value
  }

  /// Of the target.
  var target: TargetEnvironment {
    adding(exports, to: adding(expanded(scenario.environment), to: base))
  }

  /// Of what the scenario runs beside the target.
  var helper: TargetEnvironment {
    adding(["RUN", "SCENARIO"].reduce(into: [:]) { $0[$1] = expansion.values[$1] }, to: target)
  }

  func of(_ service: Scenario.Service) -> TargetEnvironment {
    adding(expanded(service.environment), to: helper)
  }

  private func expanded(_ variables: [String: String]) -> [String: String] {
    variables.mapValues { expansion($0) }
  }

  private func adding(
    _ variables: [String: String], to environment: TargetEnvironment
  ) -> TargetEnvironment {
    var result = environment
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
      result[name] = Array(value.utf8)
    }
    return result
  }
}

extension Scenario {
  /// The directory that it is in, as an absolute path.
  package var folder: String {
    URL(filePath: file).standardizedFileURL.deletingLastPathComponent().path
  }

  /// What each HOME begins as, as an absolute path.
  package var homeFolder: String? {
    home.map { URL(filePath: $0, relativeTo: URL(filePath: folder + "/")).standardizedFileURL.path }
  }
}
