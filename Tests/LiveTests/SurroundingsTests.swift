// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What a command is given by spoor, against what it is given without.
@Suite(.serialized, .enabled(if: Spoor.isLive, "tools/test says why"))
struct SurroundingsTests {
  /// One shell starts both, with things of its own that a target must get from it: a umask,
  /// limits, an ignored signal, a nice value, an odd environment. Both write to a file of the
  /// same name.
  private static let script = """
    umask 027; ulimit -S -n 512; ulimit -c 0; trap '' USR2
    unset SUDO_UID SUDO_GID; export ODD="$(printf 'a\\nb=\\377')"
    "$@" ./surroundings one '' 'two words' >output || exit
    mv output plain
    (umask 077; env -0 >environment) && chown "$user:$user" environment
    if [ "$user" -ne 0 ]; then
      export SPOOR_ENVIRONMENT_FILE=environment SUDO_UID="$user" SUDO_GID="$user"
    fi
    ./spoor record -q -o run.spoor -- ./surroundings one '' 'two words' >output || exit
    mv output traced
    """

  /// The one thing that must differ: those that its caller left open, spoor's caller too, end here.
  private static func tellsOfDescriptorAboveTwo(_ line: Substring) -> Bool {
    let number = ["descriptor ", "/proc/self/fd/"].lazy.compactMap { prefix in
      line.hasPrefix(prefix) ? Int(line.dropFirst(prefix.count).prefix { $0 != ":" }) : nil
    }.first
    return number.map { $0 > 2 } ?? false
  }

  private func compare(user: String, by command: [String]) throws {
    let scratch = try Scratch()
    for file in [Spoor.binary, Spoor.conformance + "/surroundings"] {
      let source = URL(filePath: file)
      try FileManager.default.copyItem(at: source, to: scratch.file(source.lastPathComponent))
    }
    try #require(chown(scratch.folder.path, uid_t(user) ?? 0, gid_t(user) ?? 0) == 0)
    let result = try Spoor.run(
      URL(filePath: "/usr/bin/nice"), ["-n", "3", "sh", "-c", Self.script, "sh"] + command,
      in: scratch.folder, environment: ["user": user])
    #expect(result.status == 0)
    #expect(result.errors == "")
    let plain = try scratch.read("plain").split(separator: "\n")
    let traced = try scratch.read("traced").split(separator: "\n")
    #expect(plain.contains { $0 == "Uid:\t\(user)\t\(user)\t\(user)\t\(user)" })
    #expect(traced == plain.filter { !Self.tellsOfDescriptorAboveTwo($0) })
  }

  @Test func theTargetIsGivenWhatItsCallerWouldHaveGivenIt() throws {
    try compare(
      user: "65534", by: ["setpriv", "--reuid", "65534", "--regid", "65534", "--init-groups"])
  }

  @Test func withoutSudoRootsTargetIsGivenWhatRootWouldHaveGivenIt() throws {
    try compare(user: "0", by: ["env"])
  }
}
