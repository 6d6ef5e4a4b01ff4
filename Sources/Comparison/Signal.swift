// SPDX-License-Identifier: Apache-2.0

import Findings

/// What two sets of recordings are compared by, and what a budget may limit.
public enum Signal: String, Sendable, Hashable, CaseIterable {
  case lookups
  /// Of one path.
  case pathLookups = "path-lookups"
  case failedLookups = "failed-lookups"
  case ttyBytes = "tty-bytes"
  case frames
  case bytesPerFrame = "bytes-per-frame"
  /// Children started.
  case spawns
  /// Children that had ended at the phase's end, or the command's where that ended it, and that
  /// nobody had waited for.
  case zombies
  /// Processes that were alive when all was over, and the command long gone.
  case survivors
  /// Pty masters that were held at the phase's end.
  case masters
  /// Of one class, open at the phase's end.
  case descriptors
  /// Seconds on a CPU.
  case cpu

  /// It stands for a moment, not for a time.
  public var isGauge: Bool {
    switch self {
    case .zombies, .survivors, .masters, .descriptors: true
    default: false
    }
  }

  /// Its contributors are the command lines of processes, by their templates.
  var isOfCommands: Bool {
    switch self {
    case .spawns, .zombies, .survivors: true
    default: false
    }
  }

  /// - Parameter isRate: by the second, and not a total.
  func unit(isRate: Bool) -> String {
    switch self {
    case .ttyBytes: isRate ? "B/s" : "B"
    case .bytesPerFrame: "B"
    case .cpu: isRate ? "%" : "s"
    case .zombies, .survivors, .masters, .descriptors: ""
    default: isRate ? "/s" : ""
    }
  }

  /// The change that is worth a word, as `FindingSettings.Diff` has it: by the second, or as such
  /// for what stands for a moment and for bytes per frame.
  func floor(_ settings: FindingSettings.Diff) -> Double {
    switch self {
    case .lookups, .pathLookups, .failedLookups: settings.lookupsPerSecond
    case .ttyBytes: settings.bytesPerSecond
    case .frames: settings.framesPerSecond
    case .bytesPerFrame: settings.bytesPerFrame
    case .spawns: settings.spawnsPerSecond
    case .zombies, .survivors, .masters: Double(settings.processes)
    case .descriptors: Double(settings.descriptors)
    case .cpu: settings.cpuPercent / 100
    }
  }
}
