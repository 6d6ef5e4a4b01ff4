// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Attribution
import Glibc
import Hunt
import Launcher

/// The command line: verbs, and what an error prints and returns.
public struct Spoor: ParsableCommand {
  static let version = "0.1.0"

  public static let configuration = CommandConfiguration(
    commandName: "spoor",
    abstract: "Which process does what to the kernel, live and by name.",
    discussion: """
      Tracing (record, trace, top, hunt) needs root, or CAP_BPF and CAP_PERFMON; what reads \
      recordings needs no privileges.

      Exit status: 0 fine; 1 a finding that --fail-on names, a regression or a broken budget; 2 bad \
      input or missing privileges; 3 inconclusive. `record` and `trace` pass the command's own \
      status on, or 128 and the signal that killed it.
      """,
    version: version,
    subcommands: [
      RecordCommand.self, TopCommand.self, TraceCommand.self, ReportCommand.self, DiffCommand.self,
      CheckCommand.self, HuntCommand.self, MarkCommand.self, DoctorCommand.self,
    ])

  /// What spoor was started with: taken first of all, before anything changes it.
  static let inherited = InheritedState.capture()

  public init() {}

  /// Runs the command line and never returns.
  ///
  /// Exit status: 0 fine, the target's own for `record` and `trace`, 1 and 3 a finding for
  /// `record --fail-on`, `diff` and `check`, 2 bad input.
  public static func start() -> Never {
    _ = inherited
    // A file that reaches ulimit -f is a write that fails, like one to a full disk.
    signal(SIGXFSZ, SIG_IGN)
    do {
      try refuseRepaired()
      var command = try parseAsRoot(DiffCommand.separated(CommandLine.arguments.dropFirst()))
      try command.run()
      Glibc.exit(0)
    } catch let error where isOwn(error) {
      // It may name a file that somebody else named. A screen is lines of its own.
      let hunt = error as? HuntError
      let sentence = hunt?.sentence ?? "\(error)"
      let lines = [ForeignText.visible("spoor: \(sentence)")] + (hunt?.screen ?? [])
      printNotice(lines.joined(separator: "\n"))
      Glibc.exit((error as? CommandFailure)?.status ?? 2)
    } catch {
      leave(error)
    }
  }

  /// Refuses a name that is not UTF-8: another file would be taken for it.
  private static func refuseRepaired() throws {
    let verb = CommandLine.arguments.dropFirst().first ?? ""
    let hasCommand = ["record", "trace", "top"].contains(verb)
    guard let word = RawArguments.firstRepaired(hasCommand: hasCommand) else { return }
    throw ValidationError(
      "the argument \(ForeignText.encode(word)) is not UTF-8; give the file a name that is")
  }

  /// Errors that are sentences already, rather than the argument parser's.
  private static func isOwn(_ error: any Error) -> Bool {
    !(error is CleanExit || error is ExitCode || error is ValidationError)
      && exitCode(for: error) == .failure
  }

  /// The argument parser's way out, with 2 for bad usage.
  private static func leave(_ error: any Error) -> Never {
    let code = exitCode(for: error)
    let message = fullMessage(for: error)
    if code == .success {
      try? printOutput(message.isEmpty ? "" : message + "\n")
      Glibc.exit(0)
    }
    if code == .validationFailure {
      printNotice(ForeignText.visible("spoor: \(Self.message(for: error)); see `spoor help`"))
      Glibc.exit(CheckCommand.isForBisect(CommandLine.arguments) ? 255 : 2)
    }
    if !message.isEmpty { printNotice(message) }
    Glibc.exit(code.rawValue)
  }
}

/// One line to standard error.
func printNotice(_ line: String) {
  printError(line + "\n")
}

/// The same beside a command, which may have set the terminal so that a line feed is no more.
func printNoticeBeside(_ line: String) {
  printError(line + (isatty(STDERR_FILENO) == 1 ? "\r\n" : "\n"))
}

/// All of a text to standard error; where that cannot be written, nobody could be told.
func printError(_ text: String) {
  _ = writeAll(Array(text.utf8), to: STDERR_FILENO)
}

/// All of a text to standard output; a closed pipe ends the program quietly, as in a pipeline.
func printOutput(_ text: String) throws {
  guard let error = writeAll(Array(text.utf8), to: STDOUT_FILENO), error != EPIPE else { return }
  throw CommandFailure.badInput(
    "cannot write to standard output: \(String(cString: strerror(error)))")
}

/// Waits for a reader where the descriptor is one that does not block, as a terminal may be.
///
/// - Returns: what kept it from writing all; nil where nothing did.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
  var rest = bytes[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written > 0 {
      rest = rest.dropFirst(written)
    } else if errno == EAGAIN {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&waiting, 1, -1)
    } else if errno != EINTR {
      return errno
    }
  }
  return nil
}
