// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import Foundation
import Probe
import Testing

private let kernel = FileManager.default.contents(atPath: "/sys/kernel/btf/vmlinux").map(Array.init)

/// The kernel's own types, which everybody may read, and libbpf as the one who knows the format.
@Suite(.enabled(if: kernel != nil, "this kernel has no BTF"))
struct BTFTests {
  /// Deep ones, an enumeration, a union, and two that a kernel may do without.
  private static let names: Set<String> = [
    "task_struct", "dentry", "file", "mount", "tty_struct", "io_kiocb", "pid_type", "sigval",
    "u64", "no_such_type",
  ]

  private let bytes: [UInt8]
  private let types: BTF
  private let wanted: [UInt32]

  init() throws {
    bytes = try #require(kernel)
    types = try #require(BTF(bytes))
    wanted = types.numbers { Self.names.contains(String(cString: $1)) }
  }

  @Test func readsAsManyTypesAsLibBPF() throws {
    let all = try Parsed(bytes)
    #expect(types.count == all.count)
    for number in wanted { #expect(Self.names.contains(all.name(number))) }
    #expect(Set(wanted.map(all.name)).isSuperset(of: ["task_struct", "dentry", "pid_type", "u64"]))
  }

  @Test func aSubsetHasTheSameTypesByTheSameNumbers() throws {
    let all = try Parsed(bytes)
    let subset = try Parsed(types.subset(wanted))
    for number in wanted {
      #expect(subset.name(number) == all.name(number))
      #expect(subset.size(number) == all.size(number))
      #expect(try subset.members(number) == all.members(number), "\(all.name(number))")
    }
    #expect(subset.count < all.count)
    // It is BTF for this reader, too.
    #expect(BTF(types.subset(wanted))?.count == subset.count)
  }

  @Test func aSubsetOfNothingIsBTF() throws {
    #expect(try Parsed(types.subset([])).count == 1)
  }

  @Test func aMemberIsFoundByItsPathAlsoInOneWithoutAName() throws {
    let information = try #require(
      types.numbers { $0 == .structure && String(cString: $1) == "bpf_link_info" }.first)
    for path in [["prog_id"], ["raw_tracepoint", "tp_name"], ["cgroup"]] {
      let isFound = types.hasMember(path[...], of: information)
      #expect(isFound, "\(path)")
    }
    for path in [["tp_name"], ["prog_id", "tp_name"], ["cgroup", "tp_name"]] {
      let isFound = types.hasMember(path[...], of: information)
      #expect(!isFound, "\(path)")
    }
  }

  @Test func functionsAreFoundByHowTheyBegin() throws {
    let found = types.functions(withPrefixes: ["vfs_rea", "vfs_wri"])
    #expect(Set(found).isSuperset(of: ["vfs_read", "vfs_write"]))
    #expect(found.allSatisfy { $0.hasPrefix("vfs_rea") || $0.hasPrefix("vfs_wri") })
    let none = types.functions(withPrefixes: [])
    #expect(none == [])
  }

  @Test func whatIsCutOffOrBrokenHasNoTypes() {
    #expect(BTF([]) == nil)
    for length in stride(from: 1, to: bytes.count, by: bytes.count / 50) {
      #expect(BTF(Array(bytes[..<length])) == nil, "\(length) bytes")
    }
    var unknownKind = bytes
    unknownKind[24 + 7] = 0x1f
    #expect(BTF(unknownKind) == nil)
    var otherMagic = bytes
    otherMagic[0] ^= 1
    #expect(BTF(otherMagic) == nil)
  }
}

/// Types as libbpf reads them.
private final class Parsed {
  private let btf: OpaquePointer

  init(_ bytes: [UInt8]) throws {
    btf = try #require(btf__new(bytes, UInt32(bytes.count)))
  }

  deinit {
    btf__free(btf)
  }

  var count: Int { Int(btf__type_cnt(btf)) }

  func name(_ number: UInt32) -> String {
    btf__type_by_id(btf, number).map { text($0.pointee.name_off) } ?? ""
  }

  func size(_ number: UInt32) -> Int64 { btf__resolve_size(btf, number) }

  struct Member: Equatable {
    var name: String
    var bitOffset: UInt32
    var size: Int64
  }

  /// Of a structure or a union.
  func members(_ number: UInt32) throws -> [Member] {
    let type = try #require(btf__type_by_id(btf, number))
    guard [BTF.Kind.structure, .union].contains(BTF.Kind(rawValue: type.pointee.info >> 24 & 0x1f))
    else { return [] }
    let members = UnsafeRawPointer(type + 1).assumingMemoryBound(to: btf_member.self)
    return UnsafeBufferPointer(start: members, count: Int(type.pointee.info & 0xffff)).map {
      Member(name: text($0.name_off), bitOffset: $0.offset, size: size($0.type))
    }
  }

  private func text(_ offset: UInt32) -> String {
    btf__name_by_offset(btf, offset).map { String(cString: $0) } ?? ""
  }
}
