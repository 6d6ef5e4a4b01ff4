// SPDX-License-Identifier: Apache-2.0

/// The thresholds of all findings: the defaults, or what a settings file says.
///
/// Source of the defaults: reports to the trackers of agent CLIs, calibrated on healthy programs.
public struct FindingSettings: Sendable, Hashable {
  public var phases = Phases()
  public var ttyOutput = TTYOutput()
  public var repaint = Repaint()
  public var frameRate = FrameRate()
  public var hotPath = HotPath()
  public var idleLookups = IdleLookups()
  public var failingLookups = FailingLookups()
  public var execStorm = ExecStorm()
  public var unreaped = Unreaped()
  public var leakedChildren = LeakedChildren()
  public var orphan = Orphan()
  public var ptyLeak = PTYLeak()
  public var descriptorGrowth = DescriptorGrowth()
  public var spin = Spin()
  public var diff = Diff()

  public init() {}

  public struct Phases: Sendable, Hashable {
    /// A process's first seconds.
    public var startUpSeconds = 5.0
    /// Seconds without input on the master's side, after which a terminal is idle.
    public var idleAfterSeconds = 2.0
  }

  public struct TTYOutput: Sendable, Hashable {
    public var idleBytesPerSecond = 512.0
    public var idleSeconds = 10.0
    /// In any phase.
    public var bytesPerSecond = 65_536.0
    public var seconds = 5.0
  }

  public struct Repaint: Sendable, Hashable {
    /// Frames with a full clear, of all frames.
    public var clearsPercent = 5.0
    /// Frames that there must be.
    public var frames = 100
  }

  public struct FrameRate: Sendable, Hashable {
    /// A clock's 1, and some: now and then a frame of its is torn in two.
    public var idleFramesPerSecond = 1.5
    /// In any phase.
    public var framesPerSecond = 65.0
    public var seconds = 10.0
  }

  public struct HotPath: Sendable, Hashable {
    /// Of one path by one process.
    public var lookupsPerSecond = 10.0
    public var seconds = 10.0
    /// Of all lookups of the process, unless it is idle.
    public var percent = 50.0
    /// Where somebody types meanwhile.
    public var typedLookupsPerSecond = 100.0
    public var lookupsPerFrame = 0.8
    /// Frames that there must be for it.
    public var frames = 100
    /// And lookups a second.
    public var frameLookupsPerSecond = 2.0
    /// Of a path below /proc or /sys.
    public var pseudoLookupsPerSecond = 1_000.0
  }

  public struct IdleLookups: Sendable, Hashable {
    public var noticePerSecond = 25.0
    public var warningPerSecond = 100.0
    public var seconds = 10.0
  }

  public struct FailingLookups: Sendable, Hashable {
    public var failedPerSecond = 200.0
    public var failedPercent = 50.0
    /// After start-up.
    public var seconds = 5.0
    /// Failures of one path that go on and on.
    public var onePathPerSecond = 0.5
    public var onePathSeconds = 600.0
  }

  public struct ExecStorm: Sendable, Hashable {
    public var idleSpawnsPerSecond = 2.0
    public var idleSeconds = 30.0
    /// In any phase.
    public var spawnsPerSecond = 20.0
    public var seconds = 5.0
  }

  public struct Unreaped: Sendable, Hashable {
    /// Of any one zombie.
    public var ageSeconds = 60.0
    /// Zombies at once.
    public var zombies = 20
    public var noticeAgeSeconds = 5.0
    public var noticeZombies = 3
  }

  public struct LeakedChildren: Sendable, Hashable {
    /// Of one spawner and one command, alive.
    public var alive = 3
    public var oldestSeconds = 300.0
  }

  public struct Orphan: Sendable, Hashable {
    /// Alive after its parent or its terminal was gone.
    public var seconds = 30.0
    /// Of one core: above it, it is critical.
    public var criticalCPUPercent = 20.0
  }

  public struct PTYLeak: Sendable, Hashable {
    /// Masters whose slave is closed.
    public var masters = 5
    /// Of kernel.pty.max.
    public var limitPercent = 60.0
    /// Spawns after each of which one more master was there.
    public var cycles = 10
  }

  public struct DescriptorGrowth: Sendable, Hashable {
    /// Of RLIMIT_NOFILE, and of what a user may have of inotify.
    public var limitPercent = 60.0
    /// Passes over which a class only grows.
    public var passes = 10
    /// Descriptors of that class more than at the first of them.
    public var growth = 20
  }

  public struct Spin: Sendable, Hashable {
    /// Of one core, idle.
    public var cpuPercent = 25.0
    public var seconds = 30.0
    /// Terminal writes that fail.
    public var failedWritesPerSecond = 1_000.0
    public var failedWritesSeconds = 5.0
  }

  /// What makes a difference between two sets of recordings one that is told.
  public struct Diff: Sendable, Hashable {
    /// Below it, the permutation test does not put it down to chance.
    public var p = 0.01
    /// The greater median by the smaller one, at least.
    public var ratio = 1.25
    /// The change, at least; in the first seconds, which compare as totals, that of all of them.
    public var lookupsPerSecond = 1.0
    public var bytesPerSecond = 64.0
    public var framesPerSecond = 0.5
    public var bytesPerFrame = 64.0
    public var spawnsPerSecond = 0.2
    public var cpuPercent = 2.0
    /// Zombies, survivors or pty masters.
    public var processes = 1
    /// Of one class.
    public var descriptors = 3
  }
}
