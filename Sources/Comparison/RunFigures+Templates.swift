// SPDX-License-Identifier: Apache-2.0

extension RunFigures {
  /// By names that another version, on another machine, may share, and with what only a
  /// comparison needs: the paths one by one, and all processes together.
  func templated(_ names: inout NameTemplates) -> RunFigures {
    if !targetName.isEmpty { names.add(targetName, as: []) }
    var run = self
    run.figures = [:]
    for (measure, literal) in figures {
      var measure = measure
      measure.role = names.template(measure.role)
      var figure = literal
      figure.contributors = [:]
      for (name, part) in literal.contributors {
        let template = names.template(name, of: measure.signal)
        figure.contributors[template, default: 0] += part
      }
      run.add(figure, to: measure)
      guard measure.signal == .lookups else { continue }
      measure.signal = .pathLookups
      for (path, count) in figure.contributors {
        measure.subject = path
        run.add(Figure(total: count), to: measure)
      }
    }
    return run
  }

  /// Also to that of all processes.
  private mutating func add(_ figure: Figure, to measure: Measure) {
    var all = measure
    all.role = .all
    figures[measure, default: Figure()].add(figure)
    figures[all, default: Figure()].add(figure)
  }
}

extension Figure {
  fileprivate mutating func add(_ other: Figure) {
    total += other.total
    if let more = other.divisor { divisor = (divisor ?? 0) + more }
    contributors.merge(other.contributors, uniquingKeysWith: +)
  }
}
