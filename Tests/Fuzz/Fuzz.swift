// SPDX-License-Identifier: Apache-2.0

import Foundation
import Robustness

/// The target that SPOOR_FUZZ_TARGET names; tools/fuzz runs one process for each.
nonisolated(unsafe) private let target: (name: Targets.Name, all: Targets) = {
  let environment = ProcessInfo.processInfo.environment
  guard let name = environment["SPOOR_FUZZ_TARGET"].flatMap(Targets.Name.init) else {
    fatalError("SPOOR_FUZZ_TARGET must be one of \(Targets.Name.allCases.map(\.rawValue))")
  }
  guard let folder = environment["SPOOR_FUZZ_FOLDER"] else {
    fatalError("SPOOR_FUZZ_FOLDER must name a folder for files")
  }
  do { return (name, try Targets(in: folder)) } catch { fatalError("\(error)") }
}()

/// What libFuzzer calls, instead of a main function.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target.all.run(target.name, Array(UnsafeBufferPointer(start: bytes, count: count)))
  } catch {
    fatalError("\(error)")
  }
  return 0
}
