// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Glibc

/// Which events `trace` prints.
struct TraceFilter {
  /// Only calls that failed.
  var failedOnly = false
  /// Only paths that match this shell pattern, as given or absolute; `*` matches slashes too.
  var pathPattern: String?
  /// Only these operations, or all.
  var operations: Set<String> = []

  /// Names of what is no lookup.
  static let otherOperations = ["tty", "fork", "exec", "exit", "reaped"]

  /// Nothing is left out.
  var wantsEverything: Bool {
    !failedOnly && pathPattern == nil && operations.isEmpty
  }

  /// - Parameter ledger: has taken the event in.
  func accepts(_ event: Event, _ ledger: borrowing Ledger) -> Bool {
    if wantsEverything { return true }
    switch event {
    case .lookup(let lookup):
      return (!failedOnly || lookup.result < 0) && accepts(lookup.operation)
        && acceptsPath(lookup.path, ledger)
    case .terminalWrite(let write):
      return (!failedOnly || write.result < 0) && accepts("tty") && pathPattern == nil
    case .exec(let exec):
      let isNamed = accepts("exec") || exec.operation.map(accepts) ?? false
      return !failedOnly && isNamed && acceptsPath(exec.path, ledger)
    case .fork: return acceptsStep("fork")
    case .exit: return acceptsStep("exit")
    case .release: return acceptsStep("reaped")
    case .wait, .terminalText, .resize, .master: return false
    }
  }

  private func acceptsStep(_ name: String) -> Bool {
    !failedOnly && pathPattern == nil && accepts(name)
  }

  private func accepts(_ operation: Operation) -> Bool {
    operations.isEmpty || operations.contains(operation.name)
  }

  private func accepts(_ operation: String) -> Bool {
    operations.isEmpty || operations.contains(operation)
  }

  private func acceptsPath(
    _ path: UnsafeRawBufferPointer, _ ledger: borrowing Ledger
  ) -> Bool {
    guard let pathPattern else { return true }
    return Self.matches(pathPattern, path)
      || ledger.withPath(ledger.lastPath) { absolute, _, _ in
        absolute.map { Self.matches(pathPattern, $0) } ?? false
      }
  }

  private static func matches(_ pattern: String, _ path: UnsafeRawBufferPointer) -> Bool {
    withUnsafeTemporaryAllocation(byteCount: path.count + 1, alignment: 1) { text in
      text.copyMemory(from: path)
      text[path.count] = 0
      return fnmatch(pattern, text.baseAddress, 0) == 0
    }
  }
}
