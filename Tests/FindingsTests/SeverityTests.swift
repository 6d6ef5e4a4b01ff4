// SPDX-License-Identifier: Apache-2.0

import Findings
import Testing

@Suite struct SeverityTests {
  @Test func severitiesAreOrdered() {
    #expect(Finding.Severity.allCases == [.notice, .warning, .critical])
    #expect(Finding.Severity.allCases.sorted() == [.notice, .warning, .critical])
  }
}
