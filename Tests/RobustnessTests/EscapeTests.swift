// SPDX-License-Identifier: Apache-2.0

import Comparison
import Foundation
import FoundationXML
import Robustness
import Testing

/// Text of somebody else in every field of a recording, in every form in which one is printed.
@Suite struct EscapeTests {
  /// Commands of a terminal in 7 and 8 bits, marks of direction, lines, and what is no UTF-8.
  private static let terminal: [UInt8] =
    Array("/\u{1b}]52;c;aGk=\u{7}\u{1b}[31m\u{9b}2J\u{85}\u{202e}\u{2066}\u{200f}\u{61c}".utf8)
    + Array("\u{2028}\u{feff}\u{e0041}\r\n::error::x\u{7f}\t\u{8}".utf8)
    + [0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x9b, 0x33, 0x31, 0x6d]

  /// What Markdown, XML and workflow commands take for their own.
  private static let markup: [UInt8] = Array(
    """
    /|`` ``` | \n# h\n<script>&amp;</code>[x](javascript:1)![i](u) @me #1 ~~ *** %0A::stop-commands\
    ::z\n::error file=x,line=1,title=y::z\r::debug::]]>--><!--"'/><testcase name="x"/>&#27;&x;,:
    """.utf8)

  private func forms(_ text: [UInt8]) throws -> [EveryForm.Text] {
    let scratch = try Scratch()
    let good = scratch.file("good.spoor")
    try ExampleRecording.write(to: good)
    let hostile = scratch.file("hostile.spoor")
    _ = try HostileRecording(text, at: hostile)
    return try EveryForm.of(hostile, against: EveryForm.figures(of: good))
  }

  private func form(_ name: String, _ text: [UInt8]) throws -> String {
    try #require(try forms(text).first { $0.form == name }).text
  }

  @Test func everyColumnThatHoldsTextIsHostileOrRefused() throws {
    let scratch = try Scratch()
    let recording = try HostileRecording(Self.terminal, at: scratch.file("a.spoor"))
    for (column, sentence) in recording.refusals {
      #expect(Foreign.isSentence(sentence), "\(column): \(sentence)")
    }
    // What a recording may say there is a list of words, or a date.
    #expect(
      recording.refusals.keys.sorted() == [
        "descriptor.class", "loss.category", "process_event.kind", "pty_master.slave",
        "recording.started",
      ])
    #expect(recording.columns.count >= 18)
  }

  @Test(arguments: [terminal, markup])
  func nothingThatATerminalObeysComesOut(_ text: [UInt8]) throws {
    for form in try forms(text) {
      let scalar = Foreign.firstUnsafe(in: form.text)
      #expect(scalar == nil, "\(form.form): U+\(String(scalar?.value ?? 0, radix: 16))")
    }
  }

  /// Else the tests above would test nothing.
  @Test func theTextDoesComeOutEncoded() throws {
    // Of top's screens, one has room for such a path.
    for form in try forms(Self.terminal)
    where form.form != "budget" && (!form.form.hasPrefix("top") || form.form.contains("paths")) {
      #expect(form.text.contains("52;c;") || form.text.contains("]0;"), "\(form.form)")
    }
  }

  @Test func aLineOfTextIsAsLongAsThePage() throws {
    for name in ["text", "diff as text", "check as text"] {
      for line in try form(name, Self.markup).split(separator: "\n") {
        #expect(line.count <= 100, "\(line)")
      }
    }
  }

  @Test(arguments: [terminal, markup])
  func jsonStaysJSON(_ text: [UInt8]) throws {
    for form in try forms(text) where form.form.contains("JSON") {
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(form.text.utf8))
      }
    }
  }

  @Test func everyLineOfAnnotationsIsOneOfSpoors() throws {
    let lines = try form("check as annotations", Self.markup).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count > 10)
    let command = /::(error|warning) file=budget\.yaml,line=[0-9]+,title=[^:,\r]*::[^\r]*/
    for line in lines.dropLast(2) { #expect(line.wholeMatch(of: command) != nil, "\(line)") }
    #expect(try #require(lines.dropLast().last).contains("broken"))
  }

  @Test(arguments: [terminal, markup])
  func junitHasNoElementsButItsOwn(_ text: [UInt8]) throws {
    let xml = try form("check as JUnit", text)
    let parser = XMLParser(data: Data(xml.utf8))
    let elements = Elements()
    parser.delegate = elements
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    let own: Set = ["testsuites", "testsuite", "testcase", "failure", "error"]
    #expect(own.isSuperset(of: elements.names))
    #expect(elements.names.count { $0 == "testcase" } == xml.ranges(of: "<testcase ").count)
    #expect(elements.values.contains { $0.contains("]]>") })
  }

  @Test(arguments: ["Markdown", "Markdown, redacted", "diff as Markdown"])
  func markdownHasNoMarksButItsOwn(_ name: String) throws {
    let text = try form(name, Self.markup)
    var columns: Int?
    var isBlock = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isBlock.toggle()
      } else if !isBlock {
        let plain = Markdown.withoutCode(line)
        for mark in ["<script", "![", "](", "</", "@me", "#1", "***", "~~"] {
          #expect(!plain.contains(mark), "\(mark) in \(line)")
        }
        // A row has as many cells as its table's first line.
        let cells = line.hasPrefix("|") ? Markdown.cells(line) : nil
        if let cells, let columns { #expect(cells == columns, "\(line)") }
        columns = cells
      }
    }
    #expect(!isBlock)
    #expect(text.contains("stop-commands"))
  }
}

/// What a parser meets.
private final class Elements: NSObject, XMLParserDelegate {
  var names: [String] = []
  var values: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    names.append(name)
    values += attributes.values
  }
}

/// Enough of GitHub's Markdown to see what is code, and what is a cell.
private enum Markdown {
  /// The cells of a table's row: a pipe after a backslash is none's end, also in code.
  static func cells(_ line: Substring) -> Int {
    var count = -1
    var before: Character?
    for character in line {
      if character == "|" && before != "\\" { count += 1 }
      before = before == "\\" && character == "\\" ? nil : character
    }
    return count
  }

  /// A line without what is escaped, and its code spans: a run of backticks up to the next run of the same length.
  static func withoutCode(_ line: Substring) -> String {
    var plain = ""
    var rest = line
    while let tick = rest.firstIndex(of: "`") {
      if tick > rest.startIndex, rest[rest.index(before: tick)] == "\\" {
        plain += rest[...tick]
        rest = rest[rest.index(after: tick)...]
        continue
      }
      plain += rest[..<tick]
      rest = rest[tick...]
      let fence = rest.prefix { $0 == "`" }
      rest = rest[fence.endIndex...]
      guard let end = end(of: fence.count, in: rest) else {
        plain += fence
        continue
      }
      rest = rest[end...]
    }
    // A mark after a backslash is none.
    return (plain + rest).replacing(/\\./, with: "")
  }

  private static func end(of length: Int, in text: Substring) -> Substring.Index? {
    var rest = text
    while let tick = rest.firstIndex(of: "`") {
      let run = rest[tick...].prefix { $0 == "`" }
      if run.count == length { return run.endIndex }
      rest = rest[run.endIndex...]
    }
    return nil
  }
}
