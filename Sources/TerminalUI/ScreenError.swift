// SPDX-License-Identifier: Apache-2.0

/// A terminal that cannot show the view: one sentence with a remedy.
package struct ScreenError: Error, Sendable, CustomStringConvertible {
  package var description: String

  init(_ sentence: String) {
    description = sentence
  }
}
