// SPDX-License-Identifier: Apache-2.0

import Attribution
import Testing

/// What is taken out of /proc/slabinfo.
struct SlabInfoTests {
  private func sample(_ text: String) -> [SlabCache] {
    KernelMemorySample(time: 5, slabinfo: Array(text.utf8), pageBytes: 4_096).caches
  }

  private let tail = "1 : tunables    0    0    0 : slabdata"

  @Test func cachesOfPathsAndTerminalsAreTakenAndNoOthers() {
    let text = """
      slabinfo - version: 2.1
      # name  <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables
      dentry            521589 522858    192   21    \(tail)  24898  24898      0
      names_cache           32     64   4096    8    8 : tunables 0 0 0 : slabdata  8 8 0
      ext4_inode_cache  100 112 1128 14 4 : tunables 0 0 0 : slabdata 8 9 0
      task_struct       100 112 1128 14 4 : tunables 0 0 0 : slabdata 8 8 0
      kmalloc-2k        300 320 2048 16 8 : tunables 0 0 0 : slabdata 20 20 0
      kmalloc-cg-2k     250 400 2048 16 8 : tunables 0 0 0 : slabdata 25 25 0
      """
    #expect(
      sample(text) == [
        SlabCache(name: "dentry", objects: 521_589, bytes: 24_898 * 4_096),
        SlabCache(name: "ext4_inode_cache", objects: 100, bytes: 9 * 4 * 4_096),
        SlabCache(name: "kmalloc-2k", objects: 300, bytes: 20 * 8 * 4_096),
        SlabCache(name: "names_cache", objects: 32, bytes: 8 * 8 * 4_096),
      ])
  }

  @Test func theCopiesOfAHardenedKernelAreOneCache() {
    let lines = (1...16).map { "kmalloc-rnd-\($0)-1k 2 4 1024 16 \(tail) 1 1 0" }
    #expect(
      sample(lines.joined(separator: "\n")) == [
        SlabCache(name: "kmalloc-1k", objects: 32, bytes: 16 * 4_096)
      ])
  }

  @Test(arguments: [
    "", "\n\n", "dentry", "dentry 1 2 3 4 5 : slabdata", "dentry 1 2 3 4 5 : slabdata 6",
    "dentry x 2 3 4 5 : tunables 0 0 0 : slabdata 1 1 0",
    "dentry 1 2 3 4 18446744073709551615 : tunables 0 0 0 : slabdata 1 18446744073709551615 0",
    "slabdata slabdata slabdata",
  ])
  func whatIsNoCacheIsPassedOver(text: String) {
    #expect(sample(text) == [])
  }
}
