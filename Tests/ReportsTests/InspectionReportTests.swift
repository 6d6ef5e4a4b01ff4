// SPDX-License-Identifier: Apache-2.0

import Reports
import Testing

@Suite struct InspectionReportTests {
  @Test func figuresAreNullWhereNothingWasExamined() throws {
    let rows = ReportDocument(.agent, judgement: .nothing).ttys
    #expect(rows.map(\.frameSource) == [.clusters, nil])
    #expect(rows.allSatisfy { $0.inspectedBytes == nil && $0.cursorMoves == nil })
  }

  @Test func figuresStandInTheRowOfTheirTerminal() throws {
    let row = try #require(
      ReportDocument(.hostile, judgement: .nothing).ttys.first { $0.pid == 4_201 })
    #expect(row.frameSource == .markers)
    #expect(row.inspectedBytes == 177_900)
    #expect(row.fullClears == 17)
    #expect(row.cursorMoves == 1_779)
    #expect(row.graphemeClusters == 177)
  }
}
