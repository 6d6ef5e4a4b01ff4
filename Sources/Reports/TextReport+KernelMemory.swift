// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording

extension TextReport {
  /// The slab caches that grew or shrank by a hundredth or more, the most changed first; what
  /// caused it is not known.
  var kernelMemorySection: [TextLine] {
    let changed = run.run.kernelMemory.filter { $0.change > $0.start.bytes / 100 }
      .sorted { $0.change > $1.change }
    guard !changed.isEmpty else { return [] }
    var table = TextTable([
      .init(title: "KERNEL MEMORY (whole machine)", isFlexible: true),
      .init(title: "START", isRight: true),
      .init(title: "END", isRight: true),
      .init(title: "CHANGE/S", isRight: true),
      .init(title: "OBJECTS", isRight: true),
    ])
    for trend in changed.prefix(6) {
      table.append([
        .init(shown(trend.cache)),
        .init(Figures.bytes(trend.start.bytes)),
        .init(Figures.bytes(trend.end.bytes)),
        .init(Self.signed(trend.bytesPerSecond)),
        .init(Figures.count(trend.end.objects)),
      ])
    }
    return table.lines(width: options.width)
  }

  private static func signed(_ rate: Double?) -> String {
    guard let rate else { return Figures.none }
    return (rate < 0 ? "-" : "+") + Figures.byteRate(abs(rate))
  }
}

extension KernelMemoryTrend {
  fileprivate var change: UInt64 {
    start.bytes > end.bytes ? start.bytes - end.bytes : end.bytes - start.bytes
  }
}
