// SPDX-License-Identifier: Apache-2.0

import Events

/// Gives each distinct path, as given and as resolved, a number.
///
/// The texts of an event are interned one by one and looked up together, so that a path which
/// was looked up before from the same directory is put together no second time.
struct PathTable {
  /// Paths, by the numbers of their texts.
  private struct Row: Hashable {
    var given: PathIndex
    /// -1 for none, as below. Where it ends as given, as most relative ones do, only what comes
    /// before that: many paths share it.
    var absolute: PathIndex
    var opened: PathIndex
    var resolution: PathResolution
    /// Whether `absolute` is only what comes before `given`.
    var endsAsGiven = false
  }

  private var rows: [Row] = []
  private var texts: PathInterner
  private var places = PathInterner()
  /// Rows by what an event tells.
  private var rowsByWalk = PairTable()
  /// Rows by their texts: several walks may lead to one.
  private var rowsByText = NumberTable()
  private let capacity: PathCapacity
  /// What each process was the first to bring.
  private var brought: [ProcessIndex: PathCapacity] = [:]
  /// Those that have filled the half that one may: mostly nobody.
  private var greedy: Set<ProcessIndex> = []
  /// That of `LookedUpPath.other`; -1 until there is no room.
  private(set) var other: PathIndex = -1

  init(capacity: PathCapacity = .standard) {
    self.capacity = capacity
    // The last walk may add a little more.
    texts = PathInterner(count: capacity.count, bytes: capacity.bytes + 1 << 16)
    rows.reserveCapacity(capacity.count + 1)
  }

  var count: Int { rows.count }

  /// Each walk adds a handful of strings at most, so that these two bound everything here.
  private var taken: PathCapacity {
    PathCapacity(count: rowsByWalk.count, bytes: texts.byteCount + places.byteCount)
  }

  /// Whether a process may bring a path that is new.
  private func hasRoom(for process: ProcessIndex) -> Bool {
    taken.isBelow(capacity) && (greedy.isEmpty || !greedy.contains(process))
  }

  /// All from a number on.
  func list(from first: Int) -> PathList {
    var list = PathList()
    list.reserve(paths: rows.count - first, bytes: first == 0 ? texts.byteCount : 0)
    for row in rows[first...] {
      texts.withBytes(row.given) { given in
        withAbsolute(of: row) { absolute in
          texts.withBytes(row.opened) { opened in
            list.append(
              given: given ?? UnsafeRawBufferPointer(start: nil, count: 0), absolute: absolute,
              resolution: row.resolution, opened: opened)
          }
        }
      }
    }
    return list
  }

  /// The texts: absolute, and opened; nil for what there is not.
  func withTexts<Result>(
    of index: PathIndex,
    _ body: (UnsafeRawBufferPointer?, PathResolution, UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    let row = rows[Int(index)]
    return withAbsolute(of: row) { absolute in
      texts.withBytes(row.opened) { opened in body(absolute, row.resolution, opened) }
    }
  }

  private func withAbsolute<Result>(
    of row: Row, _ body: (UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    guard row.endsAsGiven else { return texts.withBytes(row.absolute, body) }
    return texts.withBytes(row.absolute, and: row.given) { body($0) }
  }

  /// The number of a path that a process looked up, that of `other` for a new one without room;
  /// allocates only for one that is new.
  mutating func enter(
    _ path: UnsafeRawBufferPointer, _ status: TextStatus, _ walk: Walk, by process: ProcessIndex
  ) -> PathIndex {
    if let index = known(path, status, walk) { return index }
    guard hasRoom(for: process) else { return enterOther() }
    let before = taken
    let given = texts.intern(path)
    let pair = Self.pair(
      given, places.intern(walk.base.names), places.intern(walk.end.names), status, walk)
    let index = enter(LookedUpPath(path, status, walk), given)
    rowsByWalk.insert(pair, index)
    note(process, brought: taken, since: before)
    return index
  }

  private mutating func note(
    _ process: ProcessIndex, brought now: PathCapacity, since before: PathCapacity
  ) {
    var own = brought[process] ?? PathCapacity(count: 0, bytes: 0)
    own.count += now.count - before.count
    own.bytes += now.bytes - before.bytes
    brought[process] = own
    if !own.isBelow(capacity.half) { greedy.insert(process) }
  }

  private func known(
    _ path: UnsafeRawBufferPointer, _ status: TextStatus, _ walk: Walk
  ) -> PathIndex? {
    guard let given = texts.known(path), let base = places.known(walk.base.names),
      let end = places.known(walk.end.names)
    else { return nil }
    return rowsByWalk[Self.pair(given, base, end, status, walk)]
  }

  private mutating func enterOther() -> PathIndex {
    if other < 0 {
      other = PathIndex(rows.count)
      rows.append(
        Row(
          given: texts.intern(LookedUpPath.other.given[...]), absolute: -1, opened: -1,
          resolution: .other))
    }
    return other
  }

  private mutating func enter(_ path: LookedUpPath, _ given: PathIndex) -> PathIndex {
    let start = path.startBeforeGiven
    let row = Row(
      given: given, absolute: (start ?? path.absolute?[...]).map { texts.intern($0) } ?? -1,
      opened: path.opened.map { texts.intern($0[...]) } ?? -1, resolution: path.resolution,
      endsAsGiven: start != nil)
    if let index = rowsByText.first(row.hashValue, where: { rows[Int($0)] == row }) { return index }
    let index = PathIndex(rows.count)
    rows.append(row)
    rowsByText.insert(index) { rows[Int($0)].hashValue }
    return index
  }

  private static func pair(
    _ given: PathIndex, _ base: PathIndex, _ end: PathIndex, _ status: TextStatus, _ walk: Walk
  ) -> PairTable.Pair {
    PairTable.Pair(first: join(given, base), second: join(end, facts(status, walk)))
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

extension LookedUpPath {
  /// What the absolute path has before the path as given, if it ends with that.
  fileprivate var startBeforeGiven: ArraySlice<UInt8>? {
    guard let absolute, absolute.count > given.count, absolute.suffix(given.count) == given[...]
    else { return nil }
    return absolute.dropLast(given.count)
  }
}

extension PathCapacity {
  fileprivate var half: PathCapacity {
    PathCapacity(count: (count + 1) / 2, bytes: (bytes + 1) / 2)
  }

  fileprivate func isBelow(_ most: PathCapacity) -> Bool {
    count < most.count && bytes < most.bytes
  }
}
