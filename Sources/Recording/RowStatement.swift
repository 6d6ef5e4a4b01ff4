// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite

/// A statement that takes its values, and gives them, by position.
///
/// GRDB's own arguments and rows make an array and a boxed value for each; a second of
/// tracing is tens of thousands of rows, so these go to SQLite directly.
struct RowStatement {
  /// Keeps the handle alive.
  private let statement: Statement
  private let handle: OpaquePointer
  private var bound: Int32 = 0
  private var failure: Int32 = SQLITE_OK

  /// Takes the statement from the connection's cache.
  init(_ database: Database, _ sql: String) throws {
    statement = try database.cachedStatement(sql: sql)
    handle = statement.sqliteStatement
    sqlite3_reset(handle)
  }

  /// Binds the next value; one too large for SQLite becomes the largest it can keep.
  mutating func bind(_ value: some FixedWidthInteger) {
    bound += 1
    note(sqlite3_bind_int64(handle, bound, Int64(clamping: value)))
  }

  mutating func bind(_ value: (some FixedWidthInteger)?) {
    guard let value else {
      bound += 1
      return note(sqlite3_bind_null(handle, bound))
    }
    bind(value)
  }

  mutating func bind(_ value: Bool) {
    bind(value ? 1 : 0)
  }

  mutating func bind(_ bytes: [UInt8]) {
    bound += 1
    let code = bytes.withUnsafeBytes { buffer in
      // An empty array may have no address, and a blob without one would be NULL.
      buffer.isEmpty
        ? sqlite3_bind_zeroblob(handle, bound, 0)
        : sqlite3_bind_blob64(handle, bound, buffer.baseAddress, UInt64(buffer.count), copied)
    }
    note(code)
  }

  mutating func bind(_ bytes: [UInt8]?) {
    guard let bytes else {
      bound += 1
      return note(sqlite3_bind_null(handle, bound))
    }
    bind(bytes)
  }

  mutating func bind(_ text: String) {
    bound += 1
    var text = text
    let code = text.withUTF8 { buffer in
      buffer.isEmpty
        ? sqlite3_bind_text(handle, bound, "", 0, copied)
        : buffer.withMemoryRebound(to: CChar.self) {
          sqlite3_bind_text64(
            handle, bound, $0.baseAddress, UInt64($0.count), copied, UInt8(SQLITE_UTF8))
        }
    }
    note(code)
  }

  /// Runs a statement without rows, and gets ready for the next values.
  mutating func run() throws {
    let code = failure == SQLITE_OK ? sqlite3_step(handle) : failure
    defer {
      bound = 0
      failure = SQLITE_OK
      sqlite3_reset(handle)
    }
    guard code == SQLITE_DONE else { throw error(code) }
  }

  /// Steps to the next row; false after the last.
  func next() throws -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW:
      return true
    case SQLITE_DONE:
      sqlite3_reset(handle)
      return false
    case let code:
      // The error first: a reset may replace it.
      let error = error(code)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Ends a query before its last row.
  func reset() {
    sqlite3_reset(handle)
  }

  func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  /// A number, or the nearest that the type can hold: a damaged file may hold any.
  func integer<Value: FixedWidthInteger>(_ column: Int32, _: Value.Type = Value.self) -> Value {
    Value(clamping: sqlite3_column_int64(handle, column))
  }

  func optionalInteger<Value: FixedWidthInteger>(_ column: Int32) -> Value? {
    isNull(column) ? nil : integer(column)
  }

  func bytes(_ column: Int32) -> [UInt8] {
    let start = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
  }

  func text(_ column: Int32) -> String {
    String(decoding: bytes(column), as: UTF8.self)
  }

  mutating func bind(_ text: String?) {
    guard let text else {
      bound += 1
      return note(sqlite3_bind_null(handle, bound))
    }
    bind(text)
  }

  private mutating func note(_ code: Int32) {
    if code != SQLITE_OK && failure == SQLITE_OK { failure = code }
  }

  private func error(_ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code),
      message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
  }
}

/// SQLITE_TRANSIENT: SQLite takes a copy.
private var copied: sqlite3_destructor_type {
  unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
