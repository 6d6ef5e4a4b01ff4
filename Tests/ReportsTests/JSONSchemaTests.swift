// SPDX-License-Identifier: Apache-2.0

import Findings
import Recording
import Reports
import Testing

@Suite struct JSONSchemaTests {
  private let schema: JSONSchema
  private let text: JSONValue

  init() throws {
    schema = try JSONSchema(ReportDocument.schema)
    text = try JSONValue(ReportDocument.schema)
  }

  @Test(arguments: [0, 1, 2])
  func everyReportIsOfTheSchema(_ place: Int) throws {
    let run = [RecordedRun.nothing, .agent, .hostile][place]
    let judgement = [Judgement.nothing, .agent, .hostile][place]
    let document = try JSONValue(ReportDocument(run, judgement: judgement).encoded())
    #expect(schema.problems(document).map(\.description) == [])
  }

  @Test func aBrokenDocumentIsRejected() throws {
    let good = try JSONValue(ReportDocument(.agent, judgement: .agent).encoded())
    func problems(_ change: (inout JSONValue) -> Void) -> [String] {
      var broken = good
      change(&broken)
      return schema.problems(broken).map(\.description).sorted()
    }
    #expect(problems { $0["schema"] = .string("spoor.report/2") }.count == 1)
    #expect(problems { $0["extra"] = .null } == ["/: has extra besides"])
    #expect(problems { $0["ttys"] = nil } == ["/: lacks ttys"])
    #expect(problems { $0["findings"]?[0]?["kind"] = .string("odd") }.count == 1)
    #expect(problems { $0["findings"]?[0]?["evidence"]?[0]?["unit"] = nil }.count == 1)
    #expect(problems { $0["phases"]?[0]?["lookupsSeries"]?[0] = .null }.count == 1)
    #expect(problems { $0["processes"]?[0]?["uid"] = nil } == ["/processes/0: lacks uid"])
    #expect(problems { $0["processes"]?[0]?["pid"] = .string("7") }.count == 1)
    #expect(problems { $0["processes"]?[0]?["pid"] = .integer(-1) }.count == 1)
    #expect(problems { $0["processes"]?[0]?["state"] = .string("dead") }.count == 1)
    #expect(problems { $0["processes"]?[0]?["children"]?["alive"] = .number(1.5) }.count == 1)
    #expect(problems { $0["paths"]?[1]?["byErrno"]?["ENOENT"] = .null }.count == 1)
    #expect(problems { $0["recording"]?["unseen"]?[0] = .integer(1) }.count == 1)
    #expect(problems { $0["recording"]?["finished"] = .integer(1) }.count == 1)
  }

  @Test func anUnknownKeywordIsAProblem() throws {
    let schema = try JSONSchema(#"{"type": "string", "pattern": "a"}"#)
    #expect(schema.problems(.string("a")).count == 1)
  }

  @Test func everyObjectIsClosedAndEveryFieldIsRequiredAndDescribed() throws {
    var open: [JSONValue] = [text]
    var fields = 0
    while let schema = open.popLast() {
      open += (schema.object ?? [:]).filter { $0.key != "enum" }.values
      open += schema.array ?? []
      guard let properties = schema["properties"]?.object else { continue }
      #expect(schema["additionalProperties"] == .bool(false))
      let required = (schema["required"]?.array ?? []).compactMap(\.string)
      #expect(required.sorted() == properties.keys.sorted())
      for (name, field) in properties {
        fields += 1
        let isDescribed = field["description"] != nil || field["$ref"] != nil
        #expect(isDescribed, "\(name) has no description")
      }
    }
    #expect(fields > 50)
  }
}
