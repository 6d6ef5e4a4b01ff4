// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The view on a thread of its own: letters and keys in, screen out.
final class TopView: Sendable {
  private let mailbox: TopMailbox
  private let makeSession: @Sendable () throws -> TopScreenSession
  private let end = DispatchSemaphore(value: 0)
  private let ending = Ending()

  /// - Parameter session: called on the view's thread.
  init(_ mailbox: TopMailbox, session: @escaping @Sendable () throws -> TopScreenSession) {
    self.mailbox = mailbox
    makeSession = session
  }

  /// Takes the terminal over, and returns when it has.
  func start() throws {
    // The caller waits meanwhile, so that an error is still its own.
    let opening = Opening()
    let isOpen = DispatchSemaphore(value: 0)
    let thread = Thread { [self] in
      do {
        let session = try makeSession()
        isOpen.signal()
        session.run()
        ending.notice = session.printed
      } catch {
        opening.failure = error
        isOpen.signal()
      }
      end.signal()
    }
    thread.name = "spoor-view"
    thread.start()
    isOpen.wait()
    if let failure = opening.failure { throw failure }
  }

  /// Ends the view, and returns when the terminal is as it was.
  ///
  /// - Returns: what is left to tell.
  func stop() -> String? {
    mailbox.post { $0.isClosed = true }
    end.wait()
    // A second stop finds it ended, too.
    end.signal()
    return ending.notice
  }

  /// Written before `end` is signalled, and read after.
  private final class Ending: @unchecked Sendable {
    var notice: String?
  }

  /// Written before `isOpen` is signalled, and read after.
  private final class Opening: @unchecked Sendable {
    var failure: (any Error)?
  }
}
