// SPDX-License-Identifier: Apache-2.0

/// What spoor itself took in a time.
public struct Overhead: Hashable, Sendable {
  /// Of all its threads, in nanoseconds; iterators among the eBPF programs run on it.
  public var cpuTime: UInt64
  /// What it had in memory at the end, in bytes, as VmRSS of /proc.
  public var residentBytes: UInt64
  /// The most that it had, in bytes, as VmHWM of /proc.
  public var peakResidentBytes: UInt64
  /// Nil where the kernel did not time the programs, or not all the time that this is of.
  public var timing: Timing?
  /// Its eBPF programs.
  public var programs: [Program]

  public init(
    cpuTime: UInt64, residentBytes: UInt64, peakResidentBytes: UInt64, timing: Timing? = nil,
    programs: [Program] = []
  ) {
    self.cpuTime = cpuTime
    self.residentBytes = residentBytes
    self.peakResidentBytes = peakResidentBytes
    self.timing = timing
    self.programs = programs
  }

  /// How much of the time the programs were timed for, in nanoseconds.
  public struct Timing: Hashable, Sendable {
    public var timed: UInt64
    /// What the programs did in this is estimated from the rest.
    public var untimed: UInt64

    public init(timed: UInt64, untimed: UInt64 = 0) {
      self.timed = timed
      self.untimed = untimed
    }
  }

  /// What one eBPF program did, on all CPUs.
  public struct Program: Hashable, Sendable {
    /// As in the eBPF object.
    public var name: String
    /// Nil where nothing was timed.
    public var runs: UInt64?
    /// Nanoseconds of these; nil like `runs`.
    public var runTime: UInt64?
    /// Runs that the kernel left out, since the program was running on that CPU.
    public var recursionMisses: UInt64
    /// Instructions that the verifier went through as it was loaded; nil before Linux 5.16.
    public var verifiedInstructions: UInt64?

    public init(
      name: String, runs: UInt64? = nil, runTime: UInt64? = nil, recursionMisses: UInt64 = 0,
      verifiedInstructions: UInt64? = nil
    ) {
      self.name = name
      self.runs = runs
      self.runTime = runTime
      self.recursionMisses = recursionMisses
      self.verifiedInstructions = verifiedInstructions
    }
  }

  /// Of all programs together; nil if it is unknown of one.
  public var runs: UInt64? { sum(\.runs) }

  /// Nanoseconds; nil if it is unknown of one program.
  public var runTime: UInt64? { sum(\.runTime) }

  private func sum(_ figure: KeyPath<Program, UInt64?>) -> UInt64? {
    let known = programs.compactMap { $0[keyPath: figure] }
    return known.isEmpty || known.count < programs.count ? nil : known.sum { $0 }
  }

  /// Takes what was taken after that.
  mutating func add(_ next: Overhead) {
    cpuTime = .saturating(cpuTime, next.cpuTime)
    residentBytes = next.residentBytes
    peakResidentBytes = max(peakResidentBytes, next.peakResidentBytes)
    timing = timing.flatMap { timing in next.timing.map { timing.adding($0) } }
    for program in next.programs {
      guard let place = programs.firstIndex(where: { $0.name == program.name }) else {
        programs.append(program)
        continue
      }
      programs[place].add(program)
    }
  }
}

extension Overhead.Timing {
  fileprivate func adding(_ next: Self) -> Self {
    Self(
      timed: .saturating(timed, next.timed), untimed: .saturating(untimed, next.untimed))
  }
}

extension Overhead.Program {
  fileprivate mutating func add(_ next: Overhead.Program) {
    func both(_ figure: KeyPath<Overhead.Program, UInt64?>) -> UInt64? {
      guard let one = self[keyPath: figure], let other = next[keyPath: figure] else { return nil }
      return .saturating(one, other)
    }
    (runs, runTime) = (both(\.runs), both(\.runTime))
    recursionMisses = .saturating(recursionMisses, next.recursionMisses)
    verifiedInstructions = next.verifiedInstructions
  }
}
