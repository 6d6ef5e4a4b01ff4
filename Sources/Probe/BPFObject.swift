// SPDX-License-Identifier: Apache-2.0

import CLibBPF
import CSpoorABI
import Glibc

/// The eBPF programs and maps, loaded into the kernel.
struct BPFObject: ~Copyable {
  let pointer: OpaquePointer
  /// The descriptors of the ring buffers.
  let rings: [Int32]

  init(
    _ plan: AttachPlan, _ configuration: ProbeConfiguration, _ types: KernelTypes
  ) throws(ProbeError) {
    let object = try Self.load(plan, configuration, types)
    do throws(ProbeError) {
      rings = try Self.makeRings(configuration, in: object)
    } catch {
      bpf_object__close(object)
      throw error
    }
    pointer = object
  }

  deinit {
    for ring in rings.dropFirst() { close(ring) }
    bpf_object__close(pointer)
  }

  /// The object has the first ring; others are made like it, and then all are put together.
  private static func makeRings(
    _ configuration: ProbeConfiguration, in object: OpaquePointer
  ) throws(ProbeError) -> [Int32] {
    var rings = [bpf_object__find_map_fd_by_name(object, "events")]
    guard configuration.rings > 1 else { return rings }
    while rings.count < configuration.rings {
      let ring = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "events", 0, 0, configuration.ringBytes, nil)
      if ring < 0 { break }
      rings.append(ring)
    }
    var count = UInt32(rings.count)
    let pool = bpf_object__find_map_fd_by_name(object, "rings")
    // All at once: the kernel waits a grace period after each change.
    guard count == configuration.rings,
      bpf_map_update_batch(pool, Array(0..<count), rings, &count, nil) == 0
    else {
      let error = errno
      for ring in rings.dropFirst() { close(ring) }
      throw .because("make \(configuration.rings) ring buffers", errno: error)
    }
    return rings
  }

  func program(_ name: String) -> OpaquePointer? {
    bpf_object__find_program_by_name(pointer, name)
  }

  /// A program's descriptor; -1 for one that there is not.
  func descriptor(of name: String) -> Int32 {
    program(name).map { bpf_program__fd($0) } ?? -1
  }

  /// What the kernel tells of a program; what it is too old to tell is 0.
  func information(_ name: String) -> bpf_prog_info? {
    var information = bpf_prog_info()
    var length = UInt32(MemoryLayout<bpf_prog_info>.size)
    let status = bpf_obj_get_info_by_fd(descriptor(of: name), &information, &length)
    return status == 0 ? information : nil
  }

  /// A map's descriptor.
  func map(_ name: String) -> Int32 {
    bpf_object__find_map_fd_by_name(pointer, name)
  }

  private static func load(
    _ plan: AttachPlan, _ configuration: ProbeConfiguration, _ types: KernelTypes
  ) throws(ProbeError) -> OpaquePointer {
    let bytes = decodeBase64(SpoorObject.base64)
    let kernelTypes = try MemoryFile(name: "spoor-btf")
    LibBPFLog.forget()
    guard let object = bytes.withUnsafeBytes({ read($0, types: kernelTypes) }) else {
      throw .because("read the embedded eBPF object", errno: errno, details: LibBPFLog.reason())
    }
    do throws(ProbeError) {
      try configure(object, plan, configuration)
      try kernelTypes.write(types.excerpt(named: typeNames(object)))
      // libbpf reads all of them for itself.
      types.forget()
      let status = bpf_object__load(object)
      guard status == 0 else {
        throw .because("load the eBPF programs", errno: -status, details: LibBPFLog.reason())
      }
      LibBPFLog.forget()
      if let cgroup = configuration.cgroup { try want(cgroup: cgroup, in: object) }
    } catch {
      bpf_object__close(object)
      throw error
    }
    return object
  }

  /// - Parameter types: the kernel's, when it is loaded. libbpf would look for some in modules too,
  ///   which takes CAP_SYS_ADMIN; none that spoor reads is a module's.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, types: borrowing MemoryFile
  ) -> OpaquePointer? {
    types.path.withCString { path in
      var options = bpf_object_open_opts()
      options.sz = MemoryLayout<bpf_object_open_opts>.size
      options.btf_custom_path = path
      return bpf_object__open_mem(bytes.baseAddress, bytes.count, &options)
    }
  }

  /// The names of the kernel's types that the programs read: a name may go on after three
  /// underscores, where a kernel has two forms of a type.
  private static func typeNames(_ object: OpaquePointer) -> Set<String> {
    guard let btf = bpf_object__btf(object) else { return [] }
    var names: Set<String> = []
    for number in 1..<max(1, btf__type_cnt(btf)) {
      guard let type = btf__type_by_id(btf, number),
        let kind = BTF.Kind(rawValue: type.pointee.info >> 24 & 0x1f), kind.hasOwnName,
        let name = btf__name_by_offset(btf, type.pointee.name_off)
      else { continue }
      let whole = String(cString: name)
      names.insert(whole.firstRange(of: "___").map { String(whole[..<$0.lowerBound]) } ?? whole)
    }
    names.remove("")
    return names
  }

  private static func configure(
    _ object: OpaquePointer, _ plan: AttachPlan, _ configuration: ProbeConfiguration
  ) throws(ProbeError) {
    let wanted = Set(plan.loaded)
    var program = bpf_object__next_program(object, nil)
    while let each = program {
      bpf_program__set_autoload(each, wanted.contains(String(cString: bpf_program__name(each))))
      program = bpf_object__next_program(object, each)
    }
    if let pool = bpf_object__find_map_by_name(object, "rings"),
      let first = bpf_object__find_map_by_name(object, "events")
    {
      bpf_map__set_max_entries(first, configuration.ringBytes)
      bpf_map__set_max_entries(pool, configuration.rings)
      bpf_map__set_autocreate(pool, configuration.rings > 1)
    }
    var size = 0
    guard let rodata = bpf_object__find_map_by_name(object, ".rodata"),
      let memory = bpf_map__initial_value(rodata, &size),
      let offset = offset(of: "spoor_configuration", in: ".rodata", object),
      offset + MemoryLayout<spoor_configuration>.size <= size
    else { throw ProbeError(.failed, "the embedded eBPF object is damaged; build spoor again") }
    var image = Array(UnsafeRawBufferPointer(start: memory, count: size))
    image.withUnsafeMutableBytes {
      $0.storeBytes(of: configuration.abi, toByteOffset: offset, as: spoor_configuration.self)
    }
    let status = bpf_map__set_initial_value(rodata, image, size)
    guard status == 0 else { throw .because("configure the eBPF programs", errno: -status) }
  }

  /// Bytes of a variable as they are now; zeros if there is none.
  func value(of name: String, in section: String, count: Int) -> [UInt8] {
    let none = [UInt8](repeating: 0, count: count)
    guard let map = bpf_object__find_map_by_name(pointer, section),
      let offset = Self.offset(of: name, in: section, pointer)
    else { return none }
    var image = [UInt8](repeating: 0, count: Int(bpf_map__value_size(map)))
    var key: UInt32 = 0
    let status = bpf_map_lookup_elem(bpf_map__fd(map), &key, &image)
    guard status == 0, offset + count <= image.count else { return none }
    return Array(image[offset..<offset + count])
  }

  /// Where a variable is in its section, by the object's own BTF.
  private static func offset(
    of name: String, in section: String, _ object: OpaquePointer
  ) -> Int? {
    guard let btf = bpf_object__btf(object) else { return nil }
    let found = btf__find_by_name_kind(btf, section, spoor_btf_datasec)
    guard found > 0, let type = btf__type_by_id(btf, UInt32(found)) else { return nil }
    let count = Int(type.pointee.info & 0xffff)
    let variables = UnsafeRawPointer(type + 1).assumingMemoryBound(to: btf_var_secinfo.self)
    for variable in UnsafeBufferPointer(start: variables, count: count) {
      guard let named = btf__type_by_id(btf, variable.type),
        let text = btf__name_by_offset(btf, named.pointee.name_off)
      else { continue }
      if String(cString: text) == name { return Int(variable.offset) }
    }
    return nil
  }

  private static func want(cgroup path: String, in object: OpaquePointer) throws(ProbeError) {
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else {
      throw ProbeError(
        .noSuchCgroup,
        "cannot open the cgroup \(path): \(String(cString: strerror(errno))); give a directory "
          + "of the cgroup v2 hierarchy, such as /sys/fs/cgroup/user.slice")
    }
    defer { close(directory) }
    var key: UInt32 = 0
    var value = UInt32(directory)
    let map = bpf_object__find_map_fd_by_name(object, "wanted_cgroup")
    guard bpf_map_update_elem(map, &key, &value, 0) == 0 else {
      throw ProbeError(
        .noSuchCgroup,
        "\(path) is no cgroup v2 directory; see `mount -t cgroup2` for where that hierarchy is")
    }
  }
}
