// SPDX-License-Identifier: Apache-2.0

import Attribution

extension History {
  /// What all the others that were alive did meanwhile, as one sentence; empty where there is
  /// nobody else. Half of what the process itself did is about as much.
  ///
  /// - Parameters:
  ///   - among: whom to compare with, and as what: `("wrote to a terminal", …)`. Where none of them
  ///     did, all are told.
  ///   - figure: of one process, over the window.
  ///   - tell: what they did, from the sum: `wrote 0 B/s`.
  func control(
    beside life: Life, over window: Range<Int>,
    among: (did: String, belongs: (Life) -> Bool)? = nil,
    figure: (Life) -> Double, tell: (Double) -> String
  ) -> String {
    var others = lives.filter {
      $0.index != life.index && $0.presence.overlaps(window)
    }
    var who = ""
    if let among {
      let narrow = others.filter(among.belongs)
      if !narrow.isEmpty {
        others = narrow
        who = " that \(among.did)"
      }
    }
    guard !others.isEmpty else { return "" }
    // Who did about as much is no control, and is told as what it is.
    let own = figure(life)
    let alike = others.map(figure).filter { $0 > 0 && $0 >= own / 2 }
    if let most = alike.max() {
      let all = Wording.others(others.count) + who
      if others.count == 1 { return "\(all) \(tell(most)), too" }
      return alike.count == 1
        ? "one of \(all) \(tell(most)), too"
        : "\(Figures.grouped(UInt64(alike.count))) of \(all) did about as much, "
          + "and one of them \(tell(most))"
    }
    let sum = others.reduce(0) { $0 + figure($1) }
    let isTogether = sum > 0 && others.count > 1
    return "\(Wording.others(others.count))\(who) \(tell(sum))" + (isTogether ? " together" : "")
  }

  /// The others that wrote to a terminal at any time.
  static var writers: (did: String, belongs: (Life) -> Bool) {
    ("wrote to a terminal", { !$0.outputs.isEmpty })
  }
}

extension Life {
  /// What was written to terminals in the window.
  func outputs(in window: Range<Int>) -> ArraySlice<Timeline.Output> {
    outputs.within(window, by: \.interval)
  }

  /// The same, but for what it drew as its terminal had got another size.
  func unresizedOutputs(in window: Range<Int>) -> [Timeline.Output] {
    outputs(in: window).filter { !resized.contains($0.interval) }
  }
}

extension [Life.LookupSum] {
  /// Those of the window.
  func within(_ window: Range<Int>) -> ArraySlice<Life.LookupSum> {
    within(window, by: \.interval)
  }
}

extension Array {
  /// Those of the window, of rows sorted by interval.
  fileprivate func within(_ window: Range<Int>, by interval: (Element) -> Int) -> ArraySlice<
    Element
  > {
    let start = partition { interval($0) >= window.lowerBound }
    let end = partition { interval($0) >= window.upperBound }
    return self[start..<end]
  }
}
