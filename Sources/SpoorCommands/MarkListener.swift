// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Where a recorder takes marks from `spoor mark`: a socket in the abstract namespace, named by
/// its process. It leaves no file behind, however the recorder ends, and it cannot be a link.
final class MarkListener {
  /// Bytes of a name that are kept.
  static let longestName = 64

  /// Connections that are waited for at a time.
  private static let mostPeers = 8

  private let descriptor: OwnedDescriptor
  private let owner: UInt32
  /// The longest connected first.
  private var peers: [Int32] = []

  /// - Parameter owner: who may mark, beside root and whoever the recorder runs as.
  init(owner: UInt32) throws(CommandFailure) {
    let descriptor = try OwnedDescriptor(MarkSocket.make(isBlocking: false), "make a socket")
    guard MarkSocket.bind(descriptor.raw, to: getpid()), listen(descriptor.raw, 8) == 0 else {
      throw .badInput("cannot listen for marks: \(String(cString: strerror(errno)))")
    }
    self.descriptor = descriptor
    self.owner = owner
  }

  var raw: Int32 { descriptor.raw }

  deinit {
    for peer in peers { close(peer) }
  }

  /// Takes one connection: the descriptor by which the name will come; nil when there is none, or
  /// it is another user's. It stays this value's.
  func takePeer() -> Int32? {
    let peer = accept(descriptor.raw, nil, nil)
    guard peer >= 0 else { return nil }
    guard let user = MarkSocket.peerUser(of: peer), [0, owner, geteuid()].contains(user) else {
      close(peer)
      return nil
    }
    // `spoor mark` says the name right after it has connected: who has waited longest says nothing.
    if peers.count == Self.mostPeers { close(peers.removeFirst()) }
    peers.append(peer)
    return peer
  }

  /// The name that came from a peer, and the peer's end; nil when it is none, or went without a word.
  func name(from peer: Int32) -> String? {
    guard let place = peers.firstIndex(of: peer) else { return nil }
    var bytes = [UInt8](repeating: 0, count: Self.longestName)
    let count = recv(peer, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    if count < 0 && errno == EAGAIN { return nil }
    peers.remove(at: place)
    defer { close(peer) }
    guard count > 0 else { return nil }
    // So that `spoor mark` knows that it was kept.
    var answer: UInt8 = 1
    send(peer, &answer, 1, Int32(MSG_NOSIGNAL))
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}

/// The socket's name, and who is at its other end.
enum MarkSocket {
  static let prefix = "spoor-mark-"

  static func make(isBlocking: Bool) -> Int32 {
    let flags = SOCK_CLOEXEC.rawValue | (isBlocking ? 0 : SOCK_NONBLOCK.rawValue)
    return socket(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue | flags), 0)
  }

  static func bind(_ descriptor: Int32, to processID: Int32) -> Bool {
    withAddress(of: processID) { Glibc.bind(descriptor, $0, $1) } == 0
  }

  static func connect(_ descriptor: Int32, to processID: Int32) -> Bool {
    withAddress(of: processID) { Glibc.connect(descriptor, $0, $1) } == 0
  }

  /// Who made the other end, or listens there.
  static func peerUser(of descriptor: Int32) -> UInt32? {
    var peer = PeerCredentials()
    var length = socklen_t(MemoryLayout<PeerCredentials>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 else { return nil }
    return peer.userID
  }

  /// struct ucred, which Glibc's module leaves out.
  private struct PeerCredentials {
    var processID: Int32 = 0
    var userID: UInt32 = .max
    var groupID: UInt32 = .max
  }

  private static func withAddress(
    of processID: Int32, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = [0] + Array("\(prefix)\(processID)".utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
    let length = MemoryLayout<sa_family_t>.size + name.count
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
    }
  }
}
