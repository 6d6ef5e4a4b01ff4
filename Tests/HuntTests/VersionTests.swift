// SPDX-License-Identifier: Apache-2.0

import Hunt
import Testing

@Suite struct VersionTests {
  @Test(arguments: [
    ("a=app", ["app"]), ("a=app  -x\ty ", ["app", "-x", "y"]),
    ("a=app 'one word' \"two words\"", ["app", "one word", "two words"]),
    ("a=app --x=a' b 'c", ["app", "--x=a b c"]), ("a=app '' \"\"", ["app", "", ""]),
    (#"a=app \"a\ b \\"#, ["app", "\"a b", #"\"#]),
    (#"a=app "a\"b\c $x""#, ["app", #"a"b\c $x"#]), ("a=A=b env", ["A=b", "env"]),
  ])
  func aCommandIsSplitAsAShellSplitsIt(_ text: String, _ words: [String]) throws {
    let version = try Version(text)
    #expect(version.name == "a")
    #expect(version.command == words)
  }

  @Test(arguments: [
    ("app", "takes NAME=COMMAND"), ("=app", "takes NAME=COMMAND"),
    ("a/b=app", "'a/b' names files"), (".a=app", "'.a' names files"),
    ("a=", "'a' has no command"), ("a=  ", "'a' has no command"),
    ("a=app 'x", "the command of 'a' has a quote that does not end"),
    (#"a=app \"#, "the command of 'a' has a quote that does not end"),
  ])
  func whatIsNoVersionIsAnError(_ text: String, _ problem: String) {
    do {
      _ = try Version(text)
      Issue.record("no error")
    } catch {
      #expect(error.description.hasPrefix(problem), "\(error)")
    }
  }

  @Test func aListHasAVersionALine() throws {
    let versions = try Version.list("# oldest first\n\n0.1=./app-1 --quiet\n  0.2='./app 2'\n")
    #expect(versions.map(\.name) == ["0.1", "0.2"])
    #expect(versions.map(\.command) == [["./app-1", "--quiet"], ["./app 2"]])
    #expect(try Version.list("# nothing").isEmpty)
  }

  @Test func aMistakeInAListHasItsLine() {
    #expect { try Version.list("a=app\n\nb\n") } throws: { error in
      "\(error)".hasPrefix("line 3 takes NAME=COMMAND")
    }
  }
}
