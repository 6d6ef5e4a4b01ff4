// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events

/// The path of the event that the ledger took in last.
extension TraceLines {
  /// The absolute path where it is known, else as given; an arrow to the file's own path.
  mutating func appendPath(
    _ path: UnsafeRawBufferPointer, _ status: TextStatus, _ ledger: borrowing Ledger
  ) {
    ledger.withPath(ledger.lastPath) { absolute, _, opened in
      if let absolute {
        output.append(foreign: absolute)
      } else {
        appendGiven(path, status)
      }
      if let opened {
        output.append(" → ")
        output.append(foreign: opened)
      }
    }
  }

  private mutating func appendGiven(_ path: UnsafeRawBufferPointer, _ status: TextStatus) {
    switch status {
    case .whole:
      output.append(foreign: path)
    case .truncated:
      output.append(foreign: path)
      output.append("… (truncated)")
    case .unreadable:
      output.append("(unreadable)")
    }
  }

  /// What the kernel made of the path, as members of an object.
  mutating func appendResolutionJSON(_ ledger: borrowing Ledger) {
    ledger.withPath(ledger.lastPath) { absolute, resolution, opened in
      output.append(",\"absolutePath\":")
      appendOptional(absolute)
      output.append(",\"resolution\":\"")
      output.append(Self.name(of: resolution))
      output.append("\",\"openedPath\":")
      appendOptional(opened)
    }
  }

  private mutating func appendOptional(_ text: UnsafeRawBufferPointer?) {
    if let text { output.append(json: text) } else { output.append("null") }
  }

  private static func name(of resolution: PathResolution) -> StaticString {
    switch resolution {
    case .resolved: "resolved"
    case .unresolved: "unresolved"
    case .truncated: "truncated"
    case .other: "other"
    }
  }
}
