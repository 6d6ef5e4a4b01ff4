// SPDX-License-Identifier: Apache-2.0

/// Paths of the ledger, for who tells an event at once.
extension Ledger {
  /// What is known of a path beside the text given: the absolute path, how far it was resolved,
  /// and the own path of the file that was opened. The bytes are valid during the call.
  public func withPath<Result>(
    _ index: PathIndex,
    _ body: (UnsafeRawBufferPointer?, PathResolution, UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    guard index >= 0 else { return body(nil, .unresolved, nil) }
    return paths.withTexts(of: index, body)
  }
}
