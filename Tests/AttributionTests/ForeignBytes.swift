// SPDX-License-Identifier: Apache-2.0

/// NUL-terminated, as the kernel keeps an argument vector.
func vector(_ words: String...) -> [UInt8] {
  words.flatMap { Array($0.utf8) + [0] }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
