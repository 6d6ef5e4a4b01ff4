// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Findings
import Recording

/// A recording as a page of text: what ran, who did what, where, and what is not known.
///
/// Every string of a process or of the file is encoded by `ForeignText`, and no line is wider
/// than `Options.width`.
public struct TextReport: Sendable {
  /// How much to tell.
  public struct Options: Sendable {
    /// Processes, terminals and rows of children at most.
    public var processes = 20
    /// Paths of each process at most.
    public var pathsPerProcess = 10
    /// Processes whose paths are told, at most.
    public var processesWithPaths = 5
    /// Findings at most.
    public var findings = 10
    /// Cells of the terminal; below 80 the tables are cut.
    public var width = 100

    public init() {}
  }

  let run: RankedRun
  let judgement: Judgement
  let options: Options
  let style: TextStyle
  let names: [ProcessKey: ProcessName]

  /// - Parameter judgement: of the same recording.
  public init(
    _ run: RecordedRun, judgement: Judgement, options: Options = Options(), style: TextStyle
  ) {
    self.run = RankedRun(run)
    self.judgement = judgement
    self.options = options
    self.style = style
    names = Dictionary(
      run.processes.map { ($0.key, ProcessName($0)) }, uniquingKeysWith: { $1 })
  }

  /// The whole report, with a newline at its end.
  public var text: String {
    let sections = [
      headline, findingSection, phaseSection, processSection, pathSection, terminalSection,
      inspectionSection, childSection, descriptorSection, masterSection, survivorSection,
      kernelMemorySection, caveatSection,
    ]
    let lines = sections.filter { !$0.isEmpty }.joined(separator: [TextLine()])
    return lines.map { $0.rendered(style, width: options.width) + "\n" }.joined()
  }

  /// A process that only other rows know has no name.
  func name(_ key: ProcessKey) -> ProcessName {
    names[key] ?? ProcessName(TracedProcess(key: key))
  }

  /// A string of the recording's own, which is a file that somebody may have made.
  func shown(_ text: String) -> String {
    ForeignText.encode(Array(text.utf8))
  }
}
