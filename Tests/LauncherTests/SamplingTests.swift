// SPDX-License-Identifier: Apache-2.0

import CLauncher
import Testing

/// When the eBPF programs are timed, and what that stands for.
struct SamplingTests {
  private static let millisecond: UInt64 = 1_000_000
  private static let second = 1000 * millisecond

  /// The windows of so many seconds, each as long as it is to be.
  private func windows(seconds: UInt64, random: UInt64) -> [(begin: UInt64, window: spoor_window)] {
    let first = 7 * Self.second
    var begin = first
    var windows: [(UInt64, spoor_window)] = []
    while begin < first + seconds * Self.second {
      var window = spoor_window_of_period(first, begin, random &* begin)
      windows.append((begin, window))
      begin = spoor_next_period(begin, &window, window.start + window.length)
    }
    return windows
  }

  @Test(arguments: [0, 1, 0x9e37_79b9_7f4a_7c15, UInt64.max])
  func aTwentiethIsTimedAndOfALongTimeAFiftieth(random: UInt64) {
    let windows = windows(seconds: 100, random: random)
    for (begin, window) in windows {
      #expect(window.start >= begin)
      #expect(window.start + window.length <= begin + window.period)
    }
    let early = windows.prefix { $0.begin < 8 * Self.second }
    #expect(early.count == 10)
    #expect(early.allSatisfy { $0.window.length == 5 * Self.millisecond })
    let late = windows.filter { $0.begin >= 28 * Self.second }
    #expect(late.allSatisfy { $0.window.period == Self.second })
    #expect(late.allSatisfy { $0.window.length == 20 * Self.millisecond })
    // No time is in two periods, nor in none.
    for (one, next) in zip(windows, windows.dropFirst()) {
      #expect(one.begin + one.window.period == next.begin)
    }
  }

  @Test func aWindowStandsForItsPeriodAndNeverForLessThanItself() {
    var window = spoor_window(
      period: 100 * Self.millisecond, length: 5 * Self.millisecond, start: 0)
    #expect(spoor_window_weight(&window, 5 * Self.millisecond) == 20)
    #expect(spoor_window_weight(&window, 50 * Self.millisecond) == 2)
    #expect(spoor_window_weight(&window, Self.second) == 1)
    #expect(spoor_window_weight(&window, Self.millisecond) == 20)
  }

  @Test func whatPassedWhileItWasStoppedIsNotMadeUpFor() {
    var window = spoor_window_of_period(0, 0, 0)
    let period = window.period
    // A window that ended late, but within the next period, shifts nothing.
    #expect(spoor_next_period(0, &window, 2 * period) == period)
    #expect(spoor_next_period(0, &window, 2 * period + 1) == 2 * period + 1)
    #expect(spoor_next_period(0, &window, 4 * Self.second) == 4 * Self.second)
  }
}
