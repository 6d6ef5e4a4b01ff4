// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Another program that looks at a recording, and stays.
final class HeldReader {
  private let queue: DatabaseQueue

  init(_ path: String) throws {
    var configuration = Configuration()
    configuration.readonly = true
    queue = try DatabaseQueue(path: path, configuration: configuration)
    _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM lookup") }
  }
}
