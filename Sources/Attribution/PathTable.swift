// SPDX-License-Identifier: Apache-2.0

import Events

/// Gives each distinct path, as given and as resolved, a number.
///
/// A walk is looked up as an event tells it, so that a path which was looked up before from the
/// same directory is put together no second time.
struct PathTable {
  /// A path as given, and what was made of it: of most, that is all of it again.
  fileprivate struct Row {
    var given: WalkTable.Text
    var resolution: PathResolution
    /// Whether `absolute` is only what comes before `given`, which many paths share.
    var endsAsGiven: Bool
    /// -1 for none, as below.
    var absolute: PathIndex
    var opened: PathIndex
  }

  private var rows: [Row] = []
  private var walks: WalkTable
  /// The names of directories where walks began.
  private var bases = PathInterner()
  /// What no walk has.
  private var texts: PathInterner
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
    let bytes = capacity.bytes + 1 << 16
    walks = WalkTable(bytes: bytes)
    texts = PathInterner(count: capacity.count, bytes: bytes)
    rows.reserveCapacity(capacity.count + 1)
  }

  var count: Int { rows.count }

  /// Each walk adds a handful of strings at most, so that these two bound everything here.
  private var taken: PathCapacity {
    PathCapacity(
      count: walks.count, bytes: walks.byteCount + bases.byteCount + texts.byteCount)
  }

  /// Whether a process may bring a path that is new.
  private func hasRoom(for process: ProcessIndex) -> Bool {
    taken.isBelow(capacity) && (greedy.isEmpty || !greedy.contains(process))
  }

  /// All from a number on.
  func list(from first: Int) -> PathList {
    var list = PathList()
    list.reserve(paths: rows.count - first, bytes: first == 0 ? walks.byteCount : 0)
    for row in rows[first...] {
      walks.withBytes(row.given) { given in
        withTexts(of: row) { absolute, opened in
          list.append(given: given, absolute: absolute, resolution: row.resolution, opened: opened)
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
    return withTexts(of: row) { body($0, row.resolution, $1) }
  }

  private func withTexts<Result>(
    of row: Row, _ body: (UnsafeRawBufferPointer?, UnsafeRawBufferPointer?) -> Result
  ) -> Result {
    texts.withBytes(row.opened) { opened in
      texts.withBytes(row.absolute) { absolute in
        guard let start = absolute, row.endsAsGiven else { return body(absolute, opened) }
        return walks.withBytes(row.given) { given in
          start.isEmpty ? body(given, opened) : Self.withJoined(start, given) { body($0, opened) }
        }
      }
    }
  }

  /// Two texts as one; of up to a kilobyte on the stack.
  private static func withJoined<Result>(
    _ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(byteCount: one.count + other.count, alignment: 1) { joined in
      joined.copyMemory(from: one)
      UnsafeMutableRawBufferPointer(rebasing: joined[one.count...]).copyMemory(from: other)
      return body(UnsafeRawBufferPointer(joined))
    }
  }

  /// The number of a path that a process looked up, that of `other` for a new one without room;
  /// allocates only for one that is new.
  mutating func enter(
    _ path: UnsafeRawBufferPointer, _ status: TextStatus, _ walk: Walk, by process: ProcessIndex
  ) -> PathIndex {
    var key = WalkTable.Key(
      path: path, end: walk.end.names, base: bases.known(walk.base.names) ?? -1,
      facts: Self.facts(status, walk))
    if key.base >= 0, let index = walks[key] { return index }
    guard hasRoom(for: process) else { return enterOther() }
    let before = taken
    key.base = bases.intern(walk.base.names)
    let given = walks.keep(key)
    let index = enter(LookedUpPath(path, status, walk), given)
    walks.insert(key, given, index)
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

  private mutating func enterOther() -> PathIndex {
    if other < 0 {
      other = PathIndex(rows.count)
      rows.append(
        Row(
          given: LookedUpPath.other.given.withUnsafeBytes { walks.keep($0) }, resolution: .other,
          endsAsGiven: false, absolute: -1, opened: -1))
    }
    return other
  }

  private mutating func enter(_ path: LookedUpPath, _ given: WalkTable.Text) -> PathIndex {
    let start = path.startBeforeGiven
    let row = Row(
      given: given, resolution: path.resolution, endsAsGiven: start != nil,
      absolute: (start ?? path.absolute?[...]).map { texts.intern($0) } ?? -1,
      opened: path.opened.map { texts.intern($0[...]) } ?? -1)
    if let index = rowsByText.first(walks.hash(row), where: { isSame(rows[Int($0)], row) }) {
      return index
    }
    let index = PathIndex(rows.count)
    rows.append(row)
    rowsByText.insert(index) { [rows, walks] in walks.hash(rows[Int($0)]) }
    return index
  }

  private func isSame(_ one: Row, _ other: Row) -> Bool {
    one.absolute == other.absolute && one.endsAsGiven == other.endsAsGiven
      && one.opened == other.opened && one.resolution == other.resolution
      && walks.withBytes(one.given) { one in
        walks.withBytes(other.given) { one.hasSameWords(as: $0) }
      }
  }

  /// All that the texts do not say of a walk, in 29 bits: there are 200 names at most.
  private static func facts(_ status: TextStatus, _ walk: Walk) -> UInt32 {
    let base = UInt32(walk.base.status.rawValue) | UInt32(walk.base.deletedNames) << 3
    let end = UInt32(walk.end.status.rawValue) | (walk.end.deletedNames > 0 ? 1 : 0) << 3
    let climb = UInt32(UInt8(clamping: walk.climb))
    return base | climb << 11 | end << 19 | UInt32(status.rawValue) << 23
  }
}

extension WalkTable {
  fileprivate func hash(_ row: PathTable.Row) -> UInt64 {
    let rest =
      UInt64(UInt32(bitPattern: row.absolute)) << 32 | UInt64(UInt32(bitPattern: row.opened))
    return fold(rest ^ withBytes(row.given, \.hashOfWords))
  }
}

extension LookedUpPath {
  /// What the absolute path has before the path as given, often nothing, if it ends with that.
  fileprivate var startBeforeGiven: ArraySlice<UInt8>? {
    guard let absolute, absolute.suffix(given.count) == given[...] else { return nil }
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
