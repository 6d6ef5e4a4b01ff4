// SPDX-License-Identifier: Apache-2.0

import Attribution
import Recording
import Reports
import Testing

@Suite struct RedactorTests {
  private let redactor: Redactor

  init() {
    var run = RecordedRun.agent
    run.lookups.append(PathLookups(.codex, "/home/alice/notes", 2))
    run.lookups.append(PathLookups(.codex, "/home/package/json", 2, errors: [2: 2]))
    redactor = Redactor(run, home: "/srv/people/bob/", user: "bob")
  }

  private func path(_ text: String) -> String {
    String(decoding: redactor.path(bytes(text)), as: UTF8.self)
  }

  private func arguments(_ words: String...) -> [String] {
    redactor.arguments(words.map(bytes)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(arguments: [
    ("/home/alice/src/a.c", "~/src/a.c"), ("/home/alice", "~"), ("/root/.npmrc", "~/.npmrc"),
    ("/root", "~"), ("/srv/people/bob/x", "~/x"), ("/Users/eve/x", "~/x"),
    ("/rooted/x", "/rooted/x"), ("/srv/people/bobby/x", "/srv/people/bobby/x"),
    ("/var/home/carol/x", "/var/home/USER/x"), ("/mnt/root/x", "/mnt/root/x"),
    ("/home/node_modules/x", "/home/node_modules/x"), ("/home/.git", "/home/.git"),
    ("/tmp/claude/-home-alice-src/x", "/tmp/claude/-home-USER-src/x"),
    ("/var/mail/bob", "/var/mail/USER"), ("/srv/bobsled/alice1", "/srv/bobsled/alice1"),
    ("/usr/lib/package/json", "/usr/lib/package/json"), ("/dev/tty", "/dev/tty"),
    (
      "/nix/store/0c7pvrkkdpxdrgnpmlk4pzl0ff7b3g8d-bash/bin/bash",
      "/nix/store/0c7pvrkkdpxdrgnpmlk4pzl0ff7b3g8d-bash/bin/bash"
    ),
    ("/tmp/ghp_0123456789abcdefghij", "/tmp/REDACTED"),
  ])
  func aPathTellsNoPerson(_ given: String, _ shown: String) {
    #expect(path(given) == shown)
  }

  @Test(arguments: [
    (["--token", "abc"], ["--token", "REDACTED"]),
    (["--api-key=abc", "x"], ["--api-key=REDACTED", "x"]),
    (["--password", "two words", "x"], ["--password", "REDACTED", "x"]),
    (["-p", "hunter2"], ["-p", "REDACTED"]), (["ssh", "-p", "2222"], ["ssh", "-p", "2222"]),
    (["mysql", "-phunter2"], ["mysql", "-pREDACTED"]),
    (["curl", "-u", "me:pw", "x"], ["curl", "-u", "REDACTED", "x"]),
    (["OPENAI_API_KEY=abc", "env"], ["OPENAI_API_KEY=REDACTED", "env"]),
    (["GITHUB_TOKEN=x;y"], ["GITHUB_TOKEN=REDACTED;y"]),
    (["Authorization: token abc def"], ["Authorization: REDACTED"]),
    (["x-api-key: abc"], ["x-api-key: REDACTED"]),
    ([#"{"apiKey": "abc d", "port": 1}"#], [#"{"apiKey": REDACTED, "port": 1}"#]),
    (["run --token abc --port 1"], ["run --token REDACTED --port 1"]),
    (["run", "--max-tokens=4096", "--author=x"], ["run", "--max-tokens=4096", "--author=x"]),
    (["--max-tokens", "4096"], ["--max-tokens", "4096"]),
    (
      ["https://me:pw@host/x?access_token=abc&y=1"],
      ["https://REDACTED@host/x?access_token=REDACTED&y=1"]
    ),
    (["--url=http://x/?token=abc"], ["--url=http://x/?token=REDACTED"]),
    (
      ["sh", "-c", "curl -d 'a=1' -H \"Authorization: Basic abcdefgh\" --pass x"],
      ["sh", "-c", "curl -d 'a=1' -H \"Authorization: REDACTED\" --pass REDACTED"]
    ),
    (["sk-proj-0123456789abcdef"], ["REDACTED"]), (["xoxb-123-456-abc"], ["REDACTED"]),
    (["AKIAIOSFODNN7EXAMPLE"], ["REDACTED"]), (["sk-learn-project"], ["sk-learn-project"]),
    (["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-_d"], ["REDACTED"]),
    (["d41d8cd98f00b204e9800998ecf8427e"], ["REDACTED"]),
    (["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY1"], ["REDACTED"]),
    (["x=dGhpcyBpcyBhIHNlY3JldCB0aGF0IGlzIGxvbmc5="], ["x=REDACTED"]),
    (
      ["my-branch-with-a-long-name-of-2024-01-02-and-more"],
      ["my-branch-with-a-long-name-of-2024-01-02-and-more"]
    ),
    (
      ["src/components/deeply/nested/Folder2/SomeComponent"],
      ["src/components/deeply/nested/Folder2/SomeComponent"]
    ),
    (["/home/alice/x", "--dir=/home/alice", "alice@host"], ["~/x", "--dir=~", "USER@host"]),
    (["PATH=/bin:/home/alice/bin"], ["PATH=/bin:~/bin"]),
  ])
  func anArgumentTellsNoSecret(_ given: [String], _ shown: [String]) {
    let result = redactor.arguments(given.map(bytes)).map { String(decoding: $0, as: UTF8.self) }
    #expect(result == shown)
  }

  @Test func anyBytesComeThroughAsTheyWere() {
    let all = Array(UInt8.min...UInt8.max)
    #expect(redactor.path(all) == all)
    #expect(redactor.arguments([all, []]) == [all, []])
    #expect(redactor.sentence("wrote “ü” to 日本") == "wrote “ü” to 日本")
  }

  /// A recording is a file that somebody may have made: neither a stack nor a minute is enough for
  /// patterns in a megabyte of signs of equality.
  @Test func whatIsNestedDeeplyOrWithoutEndIsTakenForSecret() {
    let nested = String(repeating: "a=", count: 500_000) + "s3cret"
    let shown = arguments(nested)
    #expect(shown == [String(repeating: "a=", count: 8) + "REDACTED"])
    #expect(path(String(repeating: "/ab", count: 1_000_000)).utf8.count == 4_096)
    #expect(arguments(String(repeating: "a", count: 1_000_000))[0].utf8.count <= 4_096)
  }

  @Test func aSentenceKeepsItsFiguresAndLosesItsPeople() {
    #expect(
      redactor.sentence("opened /home/alice/.npmrc and /etc/passwd: 12 times")
        == "opened ~/.npmrc and /etc/passwd: 12 times")
    #expect(
      redactor.sentence("left 3 of mcp --token abc --url https://a:b@c/d")
        == "left 3 of mcp --token REDACTED --url https://REDACTED@c/d")
  }

  @Test func namesOfAccountsThatEverybodyHasStay() {
    var run = RecordedRun.agent
    run.lookups = [PathLookups(.codex, "/home/node/x", 1)]
    let redactor = Redactor(run)
    #expect(redactor.path(bytes("/home/node/x")) == bytes("~/x"))
    #expect(redactor.path(bytes("/usr/bin/node")) == bytes("/usr/bin/node"))
  }

  @Test func whoWantsAllOfItGetsIt() {
    let words = [bytes("--token"), bytes("/home/alice")]
    #expect(Redactor.none.arguments(words) == words)
    #expect(Redactor.none.path(words[1]) == words[1])
    #expect(Redactor.none.sentence("--token x") == "--token x")
  }
}
