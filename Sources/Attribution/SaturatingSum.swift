// SPDX-License-Identifier: Apache-2.0

extension UInt64 {
  /// A sum that ends at the largest number: a damaged recording is no reason to trap.
  @inlinable
  package static func saturating(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let (sum, hasOverflown) = one.addingReportingOverflow(other)
    return hasOverflown ? .max : sum
  }
}

extension Sequence {
  /// The sum of a count over all elements.
  @inlinable
  package func sum(_ count: (Element) -> UInt64) -> UInt64 {
    reduce(0) { .saturating($0, count($1)) }
  }
}
