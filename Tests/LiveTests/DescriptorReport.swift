// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a conformance program says of its descriptors, and what a report says: the same words.
struct HeldTruth: Decodable {
  struct Process: Decodable {
    var pid: Int
    var descriptors: [String: Int]?
    var ptyMasters: PTYMasters?
  }

  var pid: Int
  var processes: [Process]
  /// Nanoseconds since boot: from here on nothing changes.
  var ready: Int
  var inFlight: Int?
  var limit: Int?
  var instances: Int?
  var watches: Int?
  var repeated: Int?
  var path: String?
}

struct PTYMasters: Decodable, Equatable {
  var descriptors: Int
  var masters: Int
  var slaveOpen: Int
  var slaveClosed: Int
  var slaveNeverOpened: Int
}

/// The parts of spoor.report/1 that tell of descriptors.
struct DescriptorReport: Decodable {
  struct Recording: Decodable {
    struct PTYs: Decodable {
      var used: Int
      var limit: Int
      var explained: Int
      var unexplained: Int
      var unexplainedPeak: Int
      var followed: Int
    }

    struct Census: Decodable {
      var passes: Int
    }

    struct User: Decodable {
      var uid: Int
      var instances: Int
      var watches: Int
      var watchLimit: Int
    }

    var ptys: PTYs
    var census: Census
    var inotifyUsers: [User]
    var loss: Report.Recording.Loss
  }

  struct Process: Decodable {
    struct Inotify: Decodable {
      var instances: Int
      var watches: Int
    }

    struct Repeated: Decodable {
      var path: String
      var count: Int
    }

    var pid: Int
    var descriptors: [String: Int]?
    var descriptorsPeak: [String: Int]?
    var descriptorLimit: Int?
    var ptyMasters: PTYMasters?
    var inotify: Inotify?
    var repeatedPath: Repeated?
  }

  struct Master: Decodable {
    struct Holder: Decodable, Equatable {
      var pid: Int
      var descriptors: Int
    }

    var tty: String
    var slave: String
    var openerPid: Int
    var openerSeen: Bool
    var held: Bool
    var ageSeconds: Double
    var holders: [Holder]
  }

  var recording: Recording
  var processes: [Process]
  var ptyMasters: [Master]

  func process(_ pid: Int) -> Process? { processes.first { $0.pid == pid } }
}

extension Scratch {
  func descriptorReport(_ name: String) throws -> DescriptorReport {
    let result = try Spoor.run(["report", "--json", file(name).path])
    #expect(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(DescriptorReport.self, from: result.output)
  }

  /// Waits until the recording holds a pass that began after this time.
  func awaitPass(after time: Int, in name: String = "run.spoor") throws {
    let later = "SELECT count(*) FROM descriptor_pass WHERE time_ns > \(time)"
    try waitUntil("a later pass over descriptors") { try query(name, later) != "0" }
  }
}

/// A conformance program beside the test, that goes on until the test opens its gate.
final class HeldProgram {
  let truth: HeldTruth
  private let process = Process()
  private let output = Pipe()

  /// Returns when the program has said what it holds.
  init(_ name: String, _ arguments: [String], in folder: URL) throws {
    // Between the two: Foundation takes a descriptor that the program inherits, and closes, for
    // its life. A program that hangs ends by itself.
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments =
      ["--foreground", "-k", "5", "60", Spoor.conformance + "/" + name] + arguments
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    Spoor.unblockSignals()
    try process.run()
    var text = Data()
    while true {
      let more = output.fileHandleForReading.availableData
      text += more
      if let truth = try? JSONDecoder().decode(HeldTruth.self, from: text) {
        self.truth = truth
        return
      }
      try #require(!more.isEmpty, "\(name) ended early")
    }
  }

  deinit {
    if process.isRunning { process.terminate() }
  }

  func wait() {
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
