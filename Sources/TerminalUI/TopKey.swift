// SPDX-License-Identifier: Apache-2.0

import Events

/// What a person did.
package enum TopKey: Sendable, Hashable {
  case up, down, left, right, pageUp, pageDown, home, end
  case enter, escape, backspace, tab, backTab
  case function(Int)
  case character(Character)
  /// A click on something that does something.
  case click(TopTarget)
  /// The wheel, by so many lines.
  case scroll(Int)
}

/// What can be clicked.
package enum TopTarget: Sendable, Hashable {
  case row(ProcessKey)
  case column(TopColumn)
  case tab(TopTab)
}

/// What the view cannot do by itself.
package enum TopAction: Sendable, Hashable {
  case quit
  case toggleRecording
  case writeReport
}

/// What is told of one process.
package enum TopTab: Int, CaseIterable, Sendable, Hashable {
  case paths, terminals, children, descriptors, timeline, evidence

  var title: String { "\(self)" }

  /// The one with the digit of a key.
  init?(_ key: TopKey) {
    guard case .character(let digit) = key, let number = digit.wholeNumberValue else { return nil }
    self.init(rawValue: number - 1)
  }

  /// The next one, round about.
  func next(_ step: Int) -> TopTab {
    let count = Self.allCases.count
    return Self.allCases[(rawValue + step + count) % count]
  }
}
