// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The built spoor, run as a user would; tools/test says where it is.
enum Spoor {
  static let environment = ProcessInfo.processInfo.environment
  static let binary = environment["SPOOR_BINARY"] ?? ""
  /// The folder of the compiled conformance programs.
  static let conformance = environment["SPOOR_CONFORMANCE"] ?? ""
  /// tools/test sets both where live tests can run, and says why where they cannot.
  static let isLive = !binary.isEmpty && !conformance.isEmpty

  /// The ways to hook system calls that this kernel has.
  static let backends: [String] = {
    let doctor = isLive ? try? run(["doctor"]).text : nil
    let optional = "kretprobe.multi"
    return ["tp_btf", "raw_tp", "tp"]
      + (doctor?.contains("yes, by --backend \(optional)") == true ? [optional] : [])
  }()

  struct Result {
    var status: Int32
    var output: Data
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs spoor to its end.
  static func run(
    _ arguments: [String], in folder: URL? = nil, environment extra: [String: String] = [:]
  ) throws -> Result {
    try run(URL(filePath: binary), arguments, in: folder, environment: extra)
  }

  /// Runs a program to its end, with its output in files so that no pipe fills up.
  static func run(
    _ program: URL, _ arguments: [String], in folder: URL? = nil,
    environment extra: [String: String] = [:]
  ) throws -> Result {
    let scratch = try Scratch()
    let process = Process()
    // A program that hangs must not hang the tests; two minutes are far more than any takes.
    process.executableURL = URL(filePath: "/usr/bin/timeout")
    process.arguments =
      ["--foreground", "-k", "5", "120"] + withoutOtherDescriptors + [program.path] + arguments
    process.currentDirectoryURL = folder ?? scratch.folder
    process.environment = environment.merging(extra) { $1 }
    process.standardInput = FileHandle.nullDevice
    let output = scratch.file("output")
    let errors = scratch.file("errors")
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forAppendingTo: output)
    process.standardError = try FileHandle(forAppendingTo: errors)
    unblockSignals()
    try process.run()
    process.waitUntilExit()
    let status =
      process.terminationReason == .exit
      ? process.terminationStatus : 128 + process.terminationStatus
    return Result(
      status: status, output: try Data(contentsOf: output),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }

  /// Becomes the program that follows, with the three standard streams alone: until it ends, a
  /// program holds a descriptor that tells Foundation of that, and spoor's command, which may live
  /// on, has what spoor was started with.
  static let withoutOtherDescriptors = [
    "/bin/bash", "-c",
    #"for d in /proc/$$/fd/*; do ((${d##*/} > 2)) && eval "exec ${d##*/}>&-"; done; exec "$@""#,
    "bash",
  ]

  /// Test threads block every signal, and what they start would inherit that.
  static func unblockSignals() {
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
  }

  /// Records a conformance program in a fresh folder: what it says of itself, and the report.
  ///
  /// `wrapper` is what runs spoor there, as `unshare` does in a namespace. Where the kernel kept a
  /// release to itself, which spoor says, it is all done again, up to four times.
  static func record(
    _ program: String, _ arguments: [String], folderFirst: Bool = true, options: [String] = [],
    wrapper: [String] = []
  ) throws -> (truth: Truth, report: Report, status: Int32) {
    var found = try recordOnce(program, arguments, folderFirst, options, wrapper)
    for _ in 0..<4 where found.report.recording.loss.notes["releasesMissed", default: 0] > 0 {
      found = try recordOnce(program, arguments, folderFirst, options, wrapper)
    }
    return found
  }

  private static func recordOnce(
    _ program: String, _ arguments: [String], _ folderFirst: Bool, _ options: [String],
    _ wrapper: [String]
  ) throws -> (truth: Truth, report: Report, status: Int32) {
    let scratch = try Scratch()
    let work = scratch.file("work")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: false)
    let recording = scratch.file("run.spoor").path
    let target = [conformance + "/" + program] + (folderFirst ? [work.path] : []) + arguments
    let command =
      wrapper + [binary, "record", "--quiet", "-o", recording] + options + ["--"] + target
    let run = try run(URL(filePath: command[0]), Array(command.dropFirst()))
    #expect(run.errors == "")
    let report = try Spoor.run(["report", "--json", recording])
    #expect(report.status == 0, "\(report.errors)")
    let decoder = JSONDecoder()
    var truth = try decoder.decode(Truth.self, from: run.output)
    truth.folder = work.path
    return (truth, try decoder.decode(Report.self, from: report.output), run.status)
  }
}

/// A folder that goes when this does.
final class Scratch {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(
      path: "spoor-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
  }

  /// By rm where a path is longer than the kernel takes, at which FileManager stops.
  deinit {
    if (try? FileManager.default.removeItem(at: folder)) != nil { return }
    let removal = Process()
    removal.executableURL = URL(filePath: "/bin/rm")
    removal.arguments = ["-rf", "--", folder.path]
    if (try? removal.run()) != nil { removal.waitUntilExit() }
  }

  func file(_ name: String) -> URL { folder.appending(path: name) }
}

extension FileHandle {
  /// For two programs that write to one file: each write goes behind the others', also where a
  /// program copies by other means than write.
  convenience init(forAppendingTo file: URL) throws {
    let descriptor = open(file.path, O_WRONLY | O_APPEND | O_CLOEXEC)
    try #require(descriptor >= 0)
    self.init(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}
