// SPDX-License-Identifier: Apache-2.0

import Attribution
import Foundation

/// The path as the user would type it here, fit for a terminal.
func shownPath(_ path: String) -> String {
  let here = FileManager.default.currentDirectoryPath + "/"
  return ForeignText.encode(
    Array((path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path).utf8))
}
