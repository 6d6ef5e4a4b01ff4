// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import Probe
import Testing

/// What the one reader makes of several rings, whose memory the tests write as the kernel would.
@Suite struct RingsTests {
  @Test func recordsComeByTimeWhateverRingTheyAreIn() {
    let rings = WrittenRings(3)
    for time in 1...9 { rings.write(time, to: time % 3) }
    #expect(rings.drain() == Array(1...9))
    #expect(rings.drain() == [])
    rings.write(10, to: 2)
    #expect(rings.drain() == [10])
  }

  @Test func aRingKeepsItsOrder() {
    let rings = WrittenRings(2)
    // The first writer took the time and was held up; the second came before it into the ring.
    for time in [2, 1, 5] { rings.write(time, to: 0) }
    for time in [3, 4] { rings.write(time, to: 1) }
    #expect(rings.drain() == [2, 1, 3, 4, 5])
  }

  @Test func whatIsBeingWrittenHoldsUpWhatMayHaveComeOfIt() {
    let rings = WrittenRings(2)
    rings.write(1, to: 0)
    let busy = rings.begin(2, to: 0)
    rings.write(3, to: 0)
    rings.write(4, to: 1)
    #expect(rings.drain() == [1])
    rings.commit(busy, to: 0)
    #expect(rings.drain() == [2, 3, 4])
  }

  @Test func aCauseThatCameAsTheReaderLookedComesBeforeWhatCameOfIt() {
    let rings = WrittenRings(2)
    rings.write(1, to: 1)
    // The first ring has been looked at when these come.
    rings.onTake = { time in
      guard time == 1 else { return }
      rings.write(2, to: 0)
      rings.write(3, to: 1)
    }
    #expect(rings.drain() == [1, 2, 3])
  }

  @Test func aRingIsReadAroundItsEndAndItsPlaceIsKept() {
    let rings = WrittenRings(1)
    for time in 1...1000 {
      rings.write(time, to: 0)
      #expect(rings.drain() == [time])
    }
    #expect(rings.position(of: 0) == 1000 * WrittenRings.room)
  }

  @Test(arguments: [(0, 1), (1, 1), (15, 1), (16, 2), (48, 4), (64, 8), (128, 16), (4096, 16)])
  func thereIsARingForEveryEightProcessors(processors: Int, rings: UInt32) {
    #expect(ProbeConfiguration.defaultRings(processors: processors) == rings)
  }
}

/// Rings in memory of the tests' own.
private final class WrittenRings {
  /// A record that is no more than its time, with the header before it.
  static let room = 16
  private static let page = 4096

  var onTake: (Int) -> Void = { _ in }
  private var taken: [Int] = []
  private let rings: UnsafeMutableBufferPointer<spoor_ring>

  init(_ count: Int) {
    rings = .allocate(capacity: count)
    for place in 0..<count {
      var ring = spoor_ring()
      ring.consumer = Self.pages(1)
      ring.producer = Self.pages(2)
      (ring.page, ring.bytes) = (Self.page, Self.page)
      rings.initializeElement(at: place, to: ring)
    }
  }

  deinit {
    for ring in rings {
      ring.consumer.deallocate()
      ring.producer.deallocate()
    }
    rings.deallocate()
  }

  private static func pages(_ count: Int) -> UnsafeMutablePointer<CChar> {
    let memory = UnsafeMutablePointer<CChar>.allocate(capacity: count * page)
    memory.initialize(repeating: 0, count: count * page)
    return memory
  }

  func write(_ time: Int, to ring: Int) {
    commit(begin(time, to: ring), to: ring)
  }

  /// Takes a place, as a writer that is not done; returns it.
  func begin(_ time: Int, to ring: Int) -> Int {
    let raw = UnsafeMutableRawPointer(rings[ring].producer!)
    let place = raw.load(as: Int.self)
    let record = raw + Self.page + place % Self.page
    record.storeBytes(of: 8 | UInt32(BPF_RINGBUF_BUSY_BIT), as: UInt32.self)
    record.storeBytes(of: time, toByteOffset: 8, as: Int.self)
    raw.storeBytes(of: place + Self.room, as: Int.self)
    return place
  }

  func commit(_ place: Int, to ring: Int) {
    let record = UnsafeMutableRawPointer(rings[ring].producer!) + Self.page + place % Self.page
    record.storeBytes(of: 8, as: UInt32.self)
  }

  /// How far the reader has come.
  func position(of ring: Int) -> Int {
    UnsafeRawPointer(rings[ring].consumer!).load(as: Int.self)
  }

  /// The times of what was handed over.
  func drain() -> [Int] {
    taken = []
    let context = Unmanaged.passUnretained(self).toOpaque()
    let count = spoor_rings_drain(
      rings.baseAddress!, Int32(rings.count),
      { context, record, bytes in
        guard let context, let record, bytes == 8 else { return -1 }
        let owner = Unmanaged<WrittenRings>.fromOpaque(context).takeUnretainedValue()
        let time = record.load(as: Int.self)
        owner.taken.append(time)
        owner.onTake(time)
        return 0
      }, context)
    #expect(count == taken.count)
    return taken
  }
}
