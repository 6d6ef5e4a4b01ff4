// SPDX-License-Identifier: Apache-2.0

/// One kind of finding, as a pure function of what happened.
protocol Detector: SendableMetatype {
  /// What is wrong, in any order; nothing for a healthy program.
  static func findings(in history: History) -> [Finding]
}
