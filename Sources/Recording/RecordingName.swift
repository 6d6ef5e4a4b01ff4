// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The name of a recording that nobody named.
public enum RecordingName {
  /// `COMMAND-YYYYMMDD-HHMMSS.spoor`, of the command's base name and the local time.
  ///
  /// What is no letter, digit, `.`, `_` or `-` of ASCII becomes `_`, and so does a leading
  /// `.` or `-`; at most 200 bytes of the command are kept.
  public static func standard(
    command: String, at date: Date, in zone: TimeZone = .current
  ) -> String {
    folder(of: command, at: date, in: zone) + ".spoor"
  }

  /// The same, or the first of `…-2.spoor`, `…-3.spoor` that is not taken: in a loop there may
  /// be more than one a second.
  ///
  /// - Parameter isTaken: of a name in the working directory.
  public static func free(
    command: String, at date: Date, in zone: TimeZone = .current,
    isTaken: (String) -> Bool = { FileManager.default.fileExists(atPath: $0) }
  ) -> String {
    let folder = folder(of: command, at: date, in: zone)
    var name = standard(command: command, at: date, in: zone)
    var number = 1
    while isTaken(name) {
      number += 1
      name = "\(folder)-\(number).spoor"
    }
    return name
  }

  /// The same without the extension: for a folder of recordings.
  public static func folder(
    of command: String, at date: Date, in zone: TimeZone = .current
  ) -> String {
    let base = command.split(separator: "/").last ?? "recording"
    var name = base.utf8.prefix(200).map { isPlain($0) ? $0 : UInt8(ascii: "_") }
    if name.first == UInt8(ascii: ".") || name.first == UInt8(ascii: "-") {
      name[0] = UInt8(ascii: "_")
    }
    return "\(String(decoding: name, as: UTF8.self))-\(stamp(date, zone))"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default:
      false
    }
  }

  private static func stamp(_ date: Date, _ zone: TimeZone) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: date)
    let day = padded(parts.year, 4) + padded(parts.month, 2) + padded(parts.day, 2)
    let time = padded(parts.hour, 2) + padded(parts.minute, 2) + padded(parts.second, 2)
    return "\(day)-\(time)"
  }

  private static func padded(_ number: Int?, _ width: Int) -> String {
    let digits = String(number ?? 0)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
