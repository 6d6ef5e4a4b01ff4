// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation
import GRDB

/// Why a recording could not be made or read: one sentence with its remedy.
public struct RecordingError: Error, CustomStringConvertible, Sendable {
  /// The sentence; it holds the path as given, unencoded.
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  /// What kept a new recording from being set up.
  init(creating path: String, _ error: any Error) {
    if let error = error as? RecordingError {
      self = error
      return
    }
    self.init(
      "cannot create \(path): \(Self.cause(of: error));"
        + " free some space, or use -o to choose another directory")
  }

  /// What stopped a write to a recording.
  init(writing path: String, _ error: any Error) {
    if let error = error as? RecordingError {
      self = error
      return
    }
    let kept = "what was recorded before that stays readable"
    let remedy =
      switch (error as? DatabaseError)?.resultCode.primaryResultCode {
      case .SQLITE_FULL:
        "the disk is full; \(kept): free some space, or use -o to write to another disk"
      case .SQLITE_IOERR:
        "the disk refused it (\(Self.cause(of: error))); \(kept): check the disk, its quota and"
          + " ulimit -f"
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        "another program keeps it locked; \(kept): end that program, then record again"
      case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
        "it, or its directory, is no longer writable (\(Self.cause(of: error))); \(kept):"
          + " leave it in its place while recording"
      default:
        "\(Self.cause(of: error)); \(kept): record again, with -o in another directory"
      }
    self.init("cannot write \(path): \(remedy)")
  }

  /// What stopped the reading of a recording.
  init(reading path: String, _ error: any Error) {
    if let error = error as? RecordingError {
      self = error
      return
    }
    let remedy =
      switch (error as? DatabaseError)?.resultCode.primaryResultCode {
      case .SQLITE_NOTADB:
        "it is not a spoor recording; give a .spoor file that spoor record wrote"
      // The tables are as they should be when rows are read, so an error is in the rows.
      case .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_TOOBIG, .SQLITE_MISMATCH:
        "it is damaged or cut short; copy it again from where it was made,"
          + " together with \(path)-wal if that exists"
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        "another program keeps it locked; end that program, or try again"
      default:
        "\(Self.cause(of: error)); check that you may read it and its directory"
      }
    self.init("cannot read \(path): \(remedy)")
  }

  private static func cause(of error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(error)" }
    // SQLite quotes what it stumbled over in the file.
    return ForeignText.visible(error.message ?? error.resultCode.description)
  }
}

/// The system's words for an errno.
func systemMessage(_ number: Int32) -> String {
  String(cString: strerror(number))
}
