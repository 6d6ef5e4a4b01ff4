// SPDX-License-Identifier: Apache-2.0

import Attribution
import Reports
import Testing

@Suite struct NameTests {
  private func name(
    _ executable: String, _ arguments: [UInt8], comm: String = ""
  ) -> ProcessName {
    ProcessName(TracedProcess(.git, executable, arguments, comm: comm))
  }

  @Test func aProcessIsItsFileAndItsArguments() {
    #expect(name("/usr/bin/git", vector("git", "status")).command == "git status")
    #expect(name("/usr/bin/git", vector("/usr/bin/git", "a b")).command == "git 'a b'")
    #expect(name("/bin/bash", vector("-bash")).command == "bash")
    #expect(name("/bin/true", []).command == "true")
    #expect(name("", vector("/opt/tool", "x")).command == "tool x")
  }

  @Test func aScriptIsNamedWithItsInterpreter() {
    let arguments = vector("/usr/bin/python3", "/usr/bin/pip", "list")
    #expect(name("/usr/bin/pip", arguments).command == "python3 pip list")
  }

  @Test func aSentenceNamesTheScriptAndNoOptionsValue() {
    func title(_ program: String, _ words: String...) -> String {
      name("/usr/bin/\(program)", ([program] + words).flatMap { Array($0.utf8) + [0] }).title
    }
    #expect(
      title("python3", "-W", "ignore", "-X", "dev", "/opt/redraw.py", "a") == "python3 redraw.py")
    #expect(
      title("python3.11", "-W", "ignore::DeprecationWarning", "-c", "import a") == "python3.11")
    #expect(title("python3", "-W", "ignore", "-m", "http.server") == "python3 -m http.server")
    #expect(title("python3", "-u", "redraw.py") == "python3 redraw.py")
    #expect(title("node", "--require", "./hook.js", "app.js") == "node app.js")
    #expect(title("bash", "-euo", "pipefail", "-c", "exit 1") == "bash")
    #expect(title("bash", "+o", "posix", "run.sh") == "bash run.sh")
    #expect(title("bash", "-l", "run.sh") == "bash run.sh")
    #expect(title("python3", "-W") == "python3")
  }

  @Test func aProgramUnderAnotherNameSaysBoth() {
    #expect(name("/bin/busybox", vector("ls", "-l")).command == "busybox as ls -l")
  }

  @Test func aProcessWithoutAFileIsItsThreadInBrackets() {
    #expect(name("", [], comm: "kworker/0:1").command == "[kworker/0:1]")
    #expect(name("", []).command == "?")
  }

  @Test func commIsToldWhereItSaysSomethingElse() {
    #expect(name("/usr/bin/node", vector("node"), comm: "MainThread").comm == "[MainThread]")
    #expect(name("/usr/bin/node", vector("node"), comm: "node").comm == nil)
    let long = "a-name-of-more-than-15-bytes"
    #expect(name("/bin/" + long, vector(long), comm: "a-name-of-more-").comm == nil)
  }

  @Test func theArgumentsGiveWayBeforeTheThreadsName() {
    let long = name("/usr/bin/node", vector("node", "--a-long-option"), comm: "MainThread")
    #expect(long.fitted(100) == "node --a-long-option [MainThread]")
    #expect(long.fitted(24) == "node --a-lo… [MainThread]".replacing("lo…", with: "l…"))
    #expect(long.fitted(12) == "node --a-lo…")
  }

  @Test func truncatedArgumentsSaySo() {
    var process = TracedProcess(.git, "/bin/a", vector("a", "b"), comm: "a")
    process.argumentsTruncated = true
    #expect(ProcessName(process).command == "a b …")
  }

  @Test func errorsAndSignalsHaveTheirNames() {
    let errors = [
      1: "EPERM", 2: "ENOENT", 11: "EAGAIN", 13: "EACCES", 20: "ENOTDIR", 36: "ENAMETOOLONG",
      40: "ELOOP", 42: "ENOMSG", 59: "EBFONT", 95: "EOPNOTSUPP", 110: "ETIMEDOUT",
      116: "ESTALE", 133: "EHWPOISON", 512: "ERESTARTSYS", 0: "errno0", 41: "errno41",
      134: "errno134", -2: "errno-2",
    ]
    for (number, name) in errors { #expect(ErrnoName.of(number) == name) }
    let signals = [
      1: "SIGHUP", 9: "SIGKILL", 11: "SIGSEGV", 15: "SIGTERM", 31: "SIGSYS", 34: "SIGRTMIN",
      64: "SIGRTMIN+30", 0: "signal 0", 99: "signal 99",
    ]
    for (number, name) in signals { #expect(SignalName.of(number) == name) }
  }
}
