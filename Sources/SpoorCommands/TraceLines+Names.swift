// SPDX-License-Identifier: Apache-2.0

import Attribution
import Events
import Reports

/// What things are called in a line; names that come often are kept as bytes.
extension TraceLines {
  static func name(of status: TextStatus) -> StaticString {
    switch status {
    case .whole: "whole"
    case .truncated: "truncated"
    case .unreadable: "unreadable"
    }
  }

  func terminal(_ write: TerminalWrite) -> Terminal {
    Terminal(instance: write.instance, major: write.major, minor: write.minor)
  }

  mutating func errnoName(_ number: Int) -> [UInt8] {
    guard errnoNames.indices.contains(number) else { return Array(ErrnoName.of(number).utf8) }
    if errnoNames[number].isEmpty { errnoNames[number] = Array(ErrnoName.of(number).utf8) }
    return errnoNames[number]
  }

  mutating func name(of operation: Operation) -> [UInt8] {
    let number = Int(operation.rawValue)
    guard operationNames.indices.contains(number) else { return Array(operation.name.utf8) }
    if operationNames[number].isEmpty { operationNames[number] = Array(operation.name.utf8) }
    return operationNames[number]
  }

  /// A column of text, or a JSON string of the executable.
  mutating func processName(_ key: ProcessKey, _ ledger: borrowing Ledger) -> [UInt8] {
    if key == lastProcess, !lastName.isEmpty { return lastName }
    let name = processNames[key] ?? newName(key, ledger)
    lastProcess = key
    lastName = name
    return name
  }

  mutating func newName(_ key: ProcessKey, _ ledger: borrowing Ledger) -> [UInt8] {
    let process = ledger.process(key)
    let name =
      isJSON
      ? Self.literal(process?.executable ?? [])
      : column(process, depth: tree?.depth(of: key, ledger) ?? 0)
    if processNames.count > 10_000 { processNames.removeAll() }
    processNames[key] = name
    return name
  }

  mutating func forgetName(_ key: ProcessKey) {
    processNames[key] = nil
    if key == lastProcess { lastName = [] }
  }

  /// Processes may have got names from elsewhere, and others are gone.
  mutating func forgetNames(_ ledger: borrowing Ledger) {
    dropNames()
    tree?.forgetEnded(ledger)
  }

  mutating func dropNames() {
    processNames.removeAll(keepingCapacity: true)
    lastName = []
  }

  static func literal(_ bytes: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { Array(JSONText.literal($0).utf8) }
  }

  /// The last component of the executable, or the thread's name, as deep as it stands in the tree;
  /// as wide as its column.
  func column(_ process: TracedProcess?, depth: Int) -> [UInt8] {
    guard let process else { return column("?", depth: depth) }
    let file = process.executable.split(separator: UInt8(ascii: "/")).last.map(Array.init)
    return column(ForeignText.encode(file ?? process.comm), depth: depth)
  }

  private func column(_ name: String, depth: Int) -> [UInt8] {
    let indent = TraceTree.indent(depth, within: columns.process)
    let text = indent + ForeignText.fit(name, columns.process - ForeignText.width(indent))
    let missing = max(0, columns.process - ForeignText.width(text))
    return Array(text.utf8) + Array(repeating: UInt8(ascii: " "), count: missing)
  }

  func describe(_ status: ExitStatus) -> String {
    if let signal = status.signal { return "by \(SignalName.of(signal))" }
    return "\(status.code ?? 0)"
  }
}
