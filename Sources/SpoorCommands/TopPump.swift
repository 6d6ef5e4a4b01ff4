// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Launcher

/// Hands each interval over to the view; what it hands over never changes.
final class TopPump: EventPump {
  private let mailbox: TopMailbox
  private let slabs = SlabReader()
  /// Takes the terminal over, once nothing can go wrong any more that would be printed.
  private let show: () throws -> Void
  /// The command's terminal; nil for -p and -a.
  private let terminal: HiddenTerminal?
  /// The command's process ID as spoor's pid namespace knows it, until it was seen.
  private var targetID: UInt32?

  init(
    mailbox: TopMailbox, terminal: HiddenTerminal?, show: @escaping () throws -> Void
  ) {
    self.mailbox = mailbox
    self.terminal = terminal
    self.show = show
    super.init()
  }

  override var surroundings: Surroundings { terminal?.surroundings ?? Surroundings() }

  override func attached(unseen: [String]) throws {
    let all = unseen + (slabs.unseen.map { [$0] } ?? [])
    mailbox.post { $0.unseen = all }
  }

  override func started(target: UInt32?) throws {
    terminal?.start()
    targetID = target
    try show()
  }

  override func take(_ interval: Interval) {
    var interval = interval
    if let sample = slabs.sample(at: interval.end) { interval.kernelMemory = [sample] }
    mailbox.post(interval)
    guard let targetID, let target = ledger.process(namespaceID: targetID) else { return }
    mailbox.post { $0.target = target }
    self.targetID = nil
  }

  override func targetsEnded(status: Int32?) {
    let what = status.map { "the command has ended with status \($0)" } ?? "they have all ended"
    mailbox.post { $0.notice = "\(what); q quits" }
  }

  override func letTargetGo() { terminal?.hangUp() }

  /// The command's process ID, where it outlives its terminal.
  private(set) var leftID: Int32?

  override func targetStays(processID: Int32) { leftID = processID }

  override var isWatched: Bool { true }
  override var wantsToStop: Bool { mailbox.wantsToQuit }
  override var wakeDescriptor: Int32? { mailbox.quitting.descriptor }
}
