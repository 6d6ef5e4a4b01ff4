// SPDX-License-Identifier: Apache-2.0

extension Array {
  /// The first place from which on all elements belong; they are sorted so that it is one.
  package func partition(where belongs: (Element) -> Bool) -> Int {
    var low = startIndex
    var high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if belongs(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
