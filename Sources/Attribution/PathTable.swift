// SPDX-License-Identifier: Apache-2.0

import Events

/// Gives each distinct path, as given and as resolved, a number.
///
/// The texts of an event are interned one by one and looked up together, so that a path which
/// was looked up before from the same directory is put together no second time.
struct PathTable {
  /// Paths, by the numbers of their texts.
  private struct Row {
    var given: PathIndex
    /// -1 for none, as below.
    var absolute: PathIndex
    var opened: PathIndex
    var resolution: PathResolution
  }

  private var rows: [Row] = []
  private var texts = PathInterner()
  private var places = PathInterner(capacity: 64)
  /// Rows by what an event tells.
  private var rowsByWalk = PairTable()
  /// Rows by their texts: several walks may lead to one.
  private var rowsByText = PairTable()

  var count: Int { rows.count }

  subscript(index: PathIndex) -> LookedUpPath {
    let row = rows[Int(index)]
    return LookedUpPath(
      given: texts.bytes(row.given), absolute: row.absolute < 0 ? nil : texts.bytes(row.absolute),
      resolution: row.resolution, opened: row.opened < 0 ? nil : texts.bytes(row.opened))
  }

  /// The texts without a copy: absolute, and opened; nil for what there is not.
  func withTexts<Result>(
    of index: PathIndex,
    _ body: (UnsafeRawBufferPointer?, PathResolution, UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    let row = rows[Int(index)]
    return texts.withBytes(row.absolute) { absolute in
      texts.withBytes(row.opened) { opened in body(absolute, row.resolution, opened) }
    }
  }

  /// The number of a path; allocates only for one that is new.
  mutating func enter(
    _ path: UnsafeRawBufferPointer, _ status: TextStatus, _ walk: Walk
  ) -> PathIndex {
    let given = texts.intern(path)
    let pair = PairTable.Pair(
      first: Self.join(given, places.intern(walk.base.names)),
      second: Self.join(places.intern(walk.end.names), Self.facts(status, walk)))
    if let index = rowsByWalk[pair] { return index }
    let index = enter(LookedUpPath(path, status, walk), given)
    rowsByWalk.insert(pair, index)
    return index
  }

  private mutating func enter(_ path: LookedUpPath, _ given: PathIndex) -> PathIndex {
    let row = Row(
      given: given, absolute: path.absolute.map { texts.intern($0) } ?? -1,
      opened: path.opened.map { texts.intern($0) } ?? -1, resolution: path.resolution)
    let pair = PairTable.Pair(
      first: Self.join(row.given, row.absolute),
      second: Self.join(row.opened, Int32(row.resolution.rawValue)))
    if let index = rowsByText[pair] { return index }
    let index = PathIndex(rows.count)
    rows.append(row)
    rowsByText.insert(pair, index)
    return index
  }

  private static func join(_ one: Int32, _ other: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: one)) << 32 | UInt64(UInt32(bitPattern: other))
  }

  /// All that the texts do not say of a walk, in 29 bits: there are 200 names at most.
  private static func facts(_ status: TextStatus, _ walk: Walk) -> Int32 {
    let base = UInt32(walk.base.status.rawValue) | UInt32(walk.base.deletedNames) << 3
    let end = UInt32(walk.end.status.rawValue) | (walk.end.deletedNames > 0 ? 1 : 0) << 3
    let climb = UInt32(UInt8(clamping: walk.climb))
    return Int32(bitPattern: base | climb << 11 | end << 19 | UInt32(status.rawValue) << 23)
  }
}
