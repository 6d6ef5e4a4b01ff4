// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Launcher
import Probe

/// The tracing thread's loop: the ring, a timer, signals, and the processes whose end ends it.
///
/// `SignalQueue.block` of `SignalQueue.tracing` comes before it. All children of this process but the
/// target are reaped as they end.
struct EventLoop: ~Copyable {
  /// Why the loop ended.
  enum End {
    /// Every watched process has ended.
    case watched
    case signal(Int32)
    case duration
    case pump
  }

  private let epoll: OwnedDescriptor
  private let timer: OwnedDescriptor
  private let signals: SignalQueue
  private let marks: MarkListener?
  private var isAttached = false
  private var watched: Set<Int32> = []
  /// The child that somebody else reaps; 0 for none.
  private var target: Int32 = 0
  /// Marks without a name of the user's.
  private var ownMarks = 0

  /// - Parameters:
  ///   - period: of the timer, in nanoseconds.
  ///   - marks: where names of moments come from.
  init(period: UInt64, marks: MarkListener?) throws(CommandFailure) {
    let signals = try SignalQueue(SignalQueue.tracing)
    let epoll = try OwnedDescriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), "make an epoll")
    let timer = try OwnedDescriptor(
      timerfd_create(CLOCK_BOOTTIME, Int32(TFD_CLOEXEC | TFD_NONBLOCK)), "make a timer")
    let step = timespec(
      tv_sec: Int(period / 1_000_000_000), tv_nsec: Int(period % 1_000_000_000))
    var setting = itimerspec(it_interval: step, it_value: step)
    timerfd_settime(timer.raw, 0, &setting, nil)
    try Self.add(timer.raw, to: epoll)
    try Self.add(signals.raw, to: epoll)
    if let listener = marks?.raw { try Self.add(listener, to: epoll) }
    self.epoll = epoll
    self.timer = timer
    self.signals = signals
    self.marks = marks
  }

  /// Ends the loop when this process, and all others watched, have ended.
  ///
  /// - Parameter pidfd: stays the caller's.
  mutating func watch(pidfd: Int32) throws(CommandFailure) {
    try Self.add(pidfd, to: epoll)
    watched.insert(pidfd)
  }

  /// The same of the target, which its owner reaps, and then `reapSiblings`.
  mutating func watch(_ target: borrowing StartedTarget) throws(CommandFailure) {
    try watch(pidfd: target.descriptor)
    self.target = target.processID
  }

  /// Those that ended with the target, or before it.
  func reapSiblings() {
    StartedTarget.reapSiblings(of: target)
  }

  private static func add(
    _ descriptor: Int32, to epoll: borrowing OwnedDescriptor
  ) throws(CommandFailure) {
    var event = epoll_event(events: UInt32(EPOLLIN.rawValue), data: epoll_data(fd: descriptor))
    guard epoll_ctl(epoll.raw, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
      throw .badInput("cannot watch a descriptor: \(String(cString: strerror(errno)))")
    }
  }

  /// Runs until something ends it.
  ///
  /// - Parameters:
  ///   - interval: between two calls of `endInterval`, in nanoseconds.
  ///   - deadline: nanoseconds since boot.
  ///   - isOver: beside what is watched, ends the loop.
  ///   - onSignal: says whether the signal ends the loop; it gets neither SIGUSR1, which makes a mark,
  ///     nor SIGCHLD.
  mutating func run(
    _ probe: borrowing Probe, _ pump: EventPump, interval: UInt64, deadline: UInt64?,
    isOver: () -> Bool = { false }, onSignal: (SignalQueue.Received) -> Bool
  ) throws(CommandFailure) -> End {
    if !isAttached {
      try Self.add(probe.pollDescriptor, to: epoll)
      if pump.printsToOutput { watchOutput() }
      if let descriptor = pump.wakeDescriptor { try Self.add(descriptor, to: epoll) }
      isAttached = true
    }
    let start = BootClock.now
    var nextInterval = start + interval
    let hadWatched = !watched.isEmpty
    while true {
      let ready = waitReady(
        until: min(nextInterval, deadline ?? .max, pump.nextDescriptors ?? .max))
      probe.drain()
      pump.drained()
      for descriptor in ready {
        if descriptor == signals.raw {
          while let signal = signals.next() {
            if signal.number == SIGUSR1 {
              ownMarks += 1
              pump.mark("mark \(ownMarks)", at: BootClock.now)
            } else if signal.number == SIGCHLD {
              reapSiblings()
            } else if onSignal(signal) {
              return .signal(signal.number)
            }
          }
        } else if let listener = marks?.raw, descriptor == listener {
          if let peer = marks?.takePeer() { try Self.add(peer, to: epoll) }
        } else if let name = marks?.name(from: descriptor) {
          pump.mark(name, at: BootClock.now)
        } else if watched.remove(descriptor) != nil {
          epoll_ctl(epoll.raw, EPOLL_CTL_DEL, descriptor, nil)
        } else if descriptor == STDOUT_FILENO {
          return .pump
        } else if descriptor == timer.raw {
          var expirations: UInt64 = 0
          _ = read(timer.raw, &expirations, MemoryLayout<UInt64>.size)
        }
      }
      let now = BootClock.now
      pump.takeDescriptorsIfDue(probe, at: now)
      if now >= nextInterval {
        pump.endInterval(probe, at: now)
        pump.progress(elapsed: now - start)
        nextInterval += interval * ((now - nextInterval) / interval + 1)
      }
      if hadWatched && watched.isEmpty || isOver() { return .watched }
      if pump.wantsToStop { return .pump }
      if let deadline, now >= deadline { return .duration }
    }
  }

  /// Goes on with signals alone until every watched process has ended.
  mutating func awaitWatched(onSignal: (SignalQueue.Received) -> Void) {
    epoll_ctl(epoll.raw, EPOLL_CTL_DEL, timer.raw, nil)
    epoll_ctl(epoll.raw, EPOLL_CTL_DEL, STDOUT_FILENO, nil)
    if let listener = marks?.raw { epoll_ctl(epoll.raw, EPOLL_CTL_DEL, listener, nil) }
    while !watched.isEmpty {
      for descriptor in waitReady(until: .max) {
        if descriptor == signals.raw {
          while let signal = signals.next() {
            switch signal.number {
            case SIGUSR1: break
            case SIGCHLD: reapSiblings()
            default: onSignal(signal)
            }
          }
        } else {
          watched.remove(descriptor)
          epoll_ctl(epoll.raw, EPOLL_CTL_DEL, descriptor, nil)
        }
      }
    }
  }

  /// Wakes the loop when nobody reads standard output any more; a file never tells.
  private func watchOutput() {
    // No events: EPOLLERR and EPOLLHUP come unasked.
    var event = epoll_event(events: 0, data: epoll_data(fd: STDOUT_FILENO))
    epoll_ctl(epoll.raw, EPOLL_CTL_ADD, STDOUT_FILENO, &event)
  }

  /// Descriptors with something to read; none after an interruption or at the deadline.
  ///
  /// - Parameter deadline: nanoseconds since boot; `.max` for none.
  private func waitReady(until deadline: UInt64) -> [Int32] {
    var events = [epoll_event](repeating: epoll_event(), count: 16)
    let now = BootClock.now
    let milliseconds = Int32(clamping: deadline > now ? (deadline - now) / 1_000_000 + 1 : 0)
    let count = epoll_wait(epoll.raw, &events, Int32(events.count), milliseconds)
    return count > 0 ? events[..<Int(count)].map(\.data.fd) : []
  }
}

/// A descriptor that closes itself.
struct OwnedDescriptor: ~Copyable {
  let raw: Int32

  /// - Parameter raw: what the system call returned; negative throws errno's text.
  init(_ raw: Int32, _ action: String) throws(CommandFailure) {
    guard raw >= 0 else {
      throw .badInput("cannot \(action): \(String(cString: strerror(errno)))")
    }
    self.raw = raw
  }

  deinit {
    close(raw)
  }
}
