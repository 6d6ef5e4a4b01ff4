// SPDX-License-Identifier: Apache-2.0

/// The streams and the directory of a target.
public struct Surroundings: Hashable, Sendable {
  /// What becomes descriptors 0, 1 and 2. All given descriptors are above 2 and stay the caller's.
  public enum Streams: Hashable, Sendable {
    /// Those of spoor, with its session and process group.
    case inherited
    /// The slave of a pty, which also becomes the controlling terminal of a session of its own.
    case terminal(Int32)
    /// In a session of its own, without a terminal.
    case files(input: Int32, output: Int32)
  }

  public var streams: Streams
  /// Where it starts, as the user that it runs as; spoor's own directory if nil.
  public var directory: String?

  public init(streams: Streams = .inherited, directory: String? = nil) {
    self.streams = streams
    self.directory = directory
  }

  var standard: (Int32, Int32, Int32) {
    switch streams {
    case .inherited: (-1, -1, -1)
    case .terminal(let slave): (slave, slave, slave)
    case .files(let input, let output): (input, output, output)
    }
  }

  var leadsSession: Bool { streams != .inherited }

  var takesTerminal: Bool {
    if case .terminal = streams { true } else { false }
  }
}
