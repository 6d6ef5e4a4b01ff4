// SPDX-License-Identifier: Apache-2.0

/// What a conformance program prints of itself; each prints the parts that it knows.
struct Truth: Decodable {
  struct Lookups: Decodable {
    var pid: Int
    /// Null where the pointer was bad.
    var path: String?
    var operation: String
    var count: Int
    var failed: Int
    var errno: String?
  }

  struct Terminal: Decodable {
    var pid: Int
    var tty: String
    var direction: String
    var bytes: Int
    var writes: Int
    var failed: Int
  }

  struct Children: Decodable, Equatable {
    var spawned: Int
    var reaped: Int
    var zombies: Int
    var alive: Int
  }

  struct Exit: Decodable, Equatable {
    var code: Int?
    var signal: Int?
    /// Nil where a program does not say.
    var dumpedCore: Bool?

    static func == (one: Exit, other: Exit) -> Bool {
      one.code == other.code && one.signal == other.signal
    }
  }

  struct Ended: Decodable {
    var pid: Int
    var code: Int?
    var signal: Int?
    var reaped: Bool
  }

  struct Executable: Decodable {
    var pid: Int
    var exe: String
  }

  struct Screen: Decodable {
    var examined: Int
    var fullClears: Int
    var cursorMoves: Int
    var graphemeClusters: Int
    var frames: Int
    var smallest: Int
    var largest: Int
  }

  struct Process: Decodable {
    var role: String
    var pid: Int
    var spawnerPid: Int?
    var exit: Exit
    var reaped: Bool?
  }

  /// Bytes of one of several terminals that have the same name.
  struct Twin: Decodable {
    var output: Int
    var input: Int
  }

  /// What one process did in all.
  struct Deeds: Decodable, Equatable {
    var pid: Int
    var lookups: Int
    var failed: Int
    var children: Int
    var bytes: Int
  }

  /// How a process ended, and who took it out of the process table.
  struct Reaping: Decodable {
    /// In the order of the report's fields.
    var pid: Int
    var namespacePid: Int
    var spawnerPid: Int
    var code: Int?
    var signal: Int?
    var dumpedCore: Bool
    var reaped: Bool
    var reapedBy: String?
    var reaperPid: Int?
    var tracerPid: Int?
    var `class`: String
  }

  var pid: Int
  var twins: [Twin]?
  var reapings: [Reaping]?
  var lookups: [Lookups]?
  var truncated: [Lookups]?
  var unreadable: [Lookups]?
  var ttys: [Terminal]?
  var children: Children?
  var exits: [Ended]?
  var processes: [Process]?
  var paths: [Resolved]?
  var executables: [Executable]?
  var exit: Exit?
  var total: Int?
  /// What was drawn on a terminal.
  var screen: Screen?
  /// What was written and must be kept nowhere, every byte one higher.
  var secret: String?
  /// Calls that are counted and not decoded.
  var undecoded: Int?
  /// Whether the machine let it keep its times.
  var isClear: Bool?
  /// Why there is nothing to tell here.
  var skipped: String?
  /// Where the program worked: every lookup below it is its own doing.
  var folder = ""

  private enum CodingKeys: String, CodingKey {
    case pid, reapings, twins, undecoded, skipped, isClear, paths, executables
    case screen, secret
    case lookups, truncated, unreadable, ttys, children, exits, processes, exit, total
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    pid = try container.decode(Int.self, forKey: .pid)
    reapings = try container.decodeIfPresent([Reaping].self, forKey: .reapings)
    lookups = try container.decodeIfPresent([Lookups].self, forKey: .lookups)
    truncated = try container.decodeIfPresent([Lookups].self, forKey: .truncated)
    unreadable = try container.decodeIfPresent([Lookups].self, forKey: .unreadable)
    ttys = try container.decodeIfPresent([Terminal].self, forKey: .ttys)
    children = try container.decodeIfPresent(Children.self, forKey: .children)
    // "exits" is a number where it counts, and a list where it tells them.
    exits = try? container.decodeIfPresent([Ended].self, forKey: .exits)
    processes = try container.decodeIfPresent([Process].self, forKey: .processes)
    paths = try container.decodeIfPresent([Resolved].self, forKey: .paths)
    executables = try container.decodeIfPresent([Executable].self, forKey: .executables)
    exit = try container.decodeIfPresent(Exit.self, forKey: .exit)
    total = try container.decodeIfPresent(Int.self, forKey: .total)
    undecoded = try container.decodeIfPresent(Int.self, forKey: .undecoded)
    isClear = try container.decodeIfPresent(Bool.self, forKey: .isClear)
    twins = try container.decodeIfPresent([Twin].self, forKey: .twins)
    screen = try container.decodeIfPresent(Screen.self, forKey: .screen)
    secret = try container.decodeIfPresent(String.self, forKey: .secret)
    skipped = try container.decodeIfPresent(String.self, forKey: .skipped)
  }
}

/// The parts of spoor.report/1 that the tests compare.
struct Report: Decodable {
  struct Recording: Decodable {
    struct Loss: Decodable {
      var complete: Bool
      var observed: Int
      var delivered: Int
      var dropped: [String: Int]
      var byKind: [String: Kind]
      var notes: [String: Int]
      var gaps: [Gap]

      struct Kind: Decodable {
        var dropped: [String: Int]
      }

      struct Gap: Decodable {
        var startSeconds: Double
        var endSeconds: Double
        var dropped: Int
      }
    }

    struct Overhead: Decodable {
      struct Program: Decodable {
        var name: String
        var runs: Int?
        var runSeconds: Double?
        var recursionMisses: Int
        var verifiedInstructions: Int?
      }

      var cpuSeconds: Double
      var peakRssBytes: Int
      var timedSeconds: Double?
      var untimedSeconds: Double?
      var runs: Int?
      var runSeconds: Double?
      var programs: [Program]

      /// Of the programs with such a name.
      func runs(of name: String) -> Int {
        programs.filter { $0.name.hasPrefix(name) }.reduce(0) { $0 + ($1.runs ?? 0) }
      }
    }

    var loss: Loss
    var durationSeconds: Double
    var overhead: Overhead?
    var finished: Bool
  }

  struct Process: Decodable {
    struct Lookups: Decodable {
      var total: Int
      var failed: Int
      var byOperation: [String: Int]
    }

    struct Children: Decodable, Equatable {
      var spawned: Int
      var alive: Int
      var zombies: Int
      var reaped: Int
      var zombiesPeak: Int
      var oldestZombieSeconds: Double?
      var everWaited: Bool

      /// What a program prints that knows no more.
      var counts: Truth.Children {
        Truth.Children(spawned: spawned, reaped: reaped, zombies: zombies, alive: alive)
      }
    }

    struct Adopted: Decodable, Equatable {
      var alive: Int
      var zombies: Int
    }

    struct Bytes: Decodable {
      var output: Int
      var input: Int
    }

    var pid: Int
    var startTimeNs: Int
    var namespacePid: Int?
    var parentPid: Int?
    var spawnerKnown: Bool
    var state: String
    var reapedBy: String?
    var reaperPid: Int?
    var tracerPid: Int?
    var zombieSeconds: Double?
    var rssBytes: Int?
    var adopted: Adopted
    var exe: String
    var comm: String
    var argv: [String]
    var spawnerPid: Int?
    var uid: Int?
    var exit: Truth.Exit?
    var reaped: Bool
    var lookups: Lookups
    var ttyBytes: Bytes
    var children: Children
    var cpuSeconds: Double
    var peakRssBytes: Int
  }

  struct Path: Decodable {
    var pid: Int
    var path: String
    var absolutePath: String?
    var resolution: String
    var openedPath: String?
    var operation: String
    var count: Int
    var failed: Int
    var byErrno: [String: Int]
    var perFrame: Double?
  }

  struct TTY: Decodable {
    var pid: Int
    var tty: String
    var ttyInstance: Int
    var direction: String
    var bytes: Int
    var writes: Int
    var failed: Int
    var frames: Int?
    var bytesPerFrameP50: Int?
    var bytesPerFrameP95: Int?
    var bytesPerFrameMax: Int?
    var frameSource: String?
    var inspectedBytes: Int?
    var fullClears: Int?
    var cursorMoves: Int?
    var graphemeClusters: Int?
  }

  var recording: Recording
  var processes: [Process]
  var paths: [Path]
  var ttys: [TTY]

  func process(_ pid: Int) -> Process? { processes.first { $0.pid == pid } }
}
