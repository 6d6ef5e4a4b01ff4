// SPDX-License-Identifier: Apache-2.0

/// What is a question to the kernel about its state, and no file.
enum PseudoFiles {
  private static let folders = ["/proc", "/sys"].map { Array($0.utf8) }
  private static let slash = UInt8(ascii: "/")

  /// A second: who asks as often is a monitor, and draws what it was told. top asks 140 times a
  /// second, htop 570, of a machine with a hundred processes.
  private static let monitorRate = 20.0

  /// One of these folders, or what is in it.
  static func contain(_ path: [UInt8]) -> Bool {
    folders.contains {
      path.starts(with: $0) && (path.count == $0.count || path[$0.count] == slash)
    }
  }

  /// Whether a process was a monitor in a window.
  static func isMonitor(_ life: Life, in history: History) -> (Range<Int>) -> Bool {
    let asked = life.lookups.filter { contain(history.name(ofPath: $0.key)) }.values.joined()
    let rate = history.rate(of: life, asked.lazy.map { ($0.interval, Double($0.count)) })
    return { rate.mean($0) >= monitorRate }
  }
}
