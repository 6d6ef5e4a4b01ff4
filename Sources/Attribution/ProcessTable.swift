// SPDX-License-Identifier: Apache-2.0

import Events

/// The processes of a ledger, by key and by index.
struct ProcessTable {
  private var places: [ProcessKey: ProcessIndex] = [:]
  private var known: [ProcessIndex: TracedProcess] = [:]
  private var nextIndex: ProcessIndex = 0
  /// The last one seen by the low bits of its id: ids are given out in order, so that those who
  /// are busy together seldom meet here, and most events need no hash.
  private var recent = Array(
    repeating: Recent(key: ProcessKey(processID: 0, startTime: 0), index: -1), count: 256)
  /// Indices that changed since the last interval.
  private var changed: Set<ProcessIndex> = []
  /// New ones that no event has named yet.
  private(set) var nameless: Set<ProcessIndex> = []

  private struct Recent {
    var key: ProcessKey
    /// -1 for nobody.
    var index: ProcessIndex
  }

  var all: Dictionary<ProcessIndex, TracedProcess>.Values { known.values }
  var count: Int { known.count }

  func index(of key: ProcessKey) -> ProcessIndex? {
    let recent = recent[Self.recentPlace(key)]
    return recent.key == key && recent.index >= 0 ? recent.index : places[key]
  }

  private static func recentPlace(_ key: ProcessKey) -> Int { Int(key.processID & 0xff) }

  /// The process's index; it is entered if nobody has heard of it.
  mutating func enter(_ key: ProcessKey) -> ProcessIndex {
    let recentPlace = Self.recentPlace(key)
    let seen = recent[recentPlace]
    if seen.key == key, seen.index >= 0 { return seen.index }
    let index: ProcessIndex
    if let place = places[key] {
      index = place
    } else {
      index = nextIndex
      nextIndex += 1
      places[key] = index
      known[index] = TracedProcess(key: key)
      changed.insert(index)
      nameless.insert(index)
    }
    recent[recentPlace] = Recent(key: key, index: index)
    return index
  }

  subscript(index: ProcessIndex) -> TracedProcess? { known[index] }

  subscript(key: ProcessKey) -> TracedProcess? {
    index(of: key).flatMap { known[$0] }
  }

  /// Changes a process, and remembers that it did; nothing happens for an unknown index.
  mutating func change(_ index: ProcessIndex, _ body: (inout TracedProcess) -> Void) {
    guard let place = known.index(forKey: index) else { return }
    body(&known.values[place])
    changed.insert(index)
    if !known.values[place].executable.isEmpty { nameless.remove(index) }
  }

  /// The same by key.
  mutating func change(_ key: ProcessKey, _ body: (inout TracedProcess) -> Void) {
    if let index = index(of: key) { change(index, body) }
  }

  /// Stops asking for names that nobody could tell.
  mutating func giveUpNaming() {
    nameless.removeAll(keepingCapacity: true)
  }

  /// What changed since the last call, in the order of appearance.
  mutating func takeChanged() -> [(index: ProcessIndex, process: TracedProcess)] {
    defer { changed.removeAll(keepingCapacity: true) }
    return changedOnes
  }

  /// Those that `takeChanged` would take.
  var changedOnes: [(index: ProcessIndex, process: TracedProcess)] {
    changed.sorted().compactMap { index in known[index].map { (index, $0) } }
  }

  /// Forgets a process that is over and told; a long recording must not grow with every child.
  mutating func forget(_ index: ProcessIndex) {
    guard let process = known.removeValue(forKey: index) else { return }
    places[process.key] = nil
    nameless.remove(index)
    let recentPlace = Self.recentPlace(process.key)
    if recent[recentPlace].index == index { recent[recentPlace].index = -1 }
  }
}
