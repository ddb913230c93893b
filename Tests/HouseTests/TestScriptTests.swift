import FoundationEssentials
import TestSupport
import Testing

/// `Tests/run` on a machine that lacks what the tests need, with programs that only note how they are called.
@Suite struct TestScriptTests {
    @Test func `without --setup the script names what is missing, installs nothing and counts what is skipped`()
        async throws
    {
        let machine = try Machine()
        let result = try await machine.run("Tests/run", "HouseTests")
        #expect(result.succeeded, "\(result.errors)\(result.output)")
        for line in ["kubectl ", "helm ", "python:celpy "] {
            #expect(result.output.contains("\n  \(line)"), "\(line): \(result.output)")
        }
        #expect(!result.output.contains("\n  curl "))
        #expect(result.output.contains("2 tests and suites were skipped"))
        #expect(result.output.contains("Test run with 5 tests"))
        let calls = try machine.calls()
        #expect(calls.contains { $0.hasPrefix("swift build --build-tests") })
        #expect(calls.contains { $0.hasPrefix("tests ") && $0.hasSuffix("--filter HouseTests") })
        #expect(calls.filter { !$0.hasPrefix("swift ") && !$0.hasPrefix("tests ") } == [])
    }

    @Test func `what is missing is named without a build`() async throws {
        let machine = try Machine()
        let result = try await machine.run("Tests/run", "--missing")
        #expect(result.succeeded)
        #expect(result.output.contains("  kubectl                      LabAPIServerTests, InteropTests"))
        #expect(try machine.calls() == [])
    }

    @Test func `the script explains its options and refuses others`() async throws {
        let machine = try Machine()
        #expect(try await machine.run("Tests/run", "--help").output.contains("--setup"))
        let wrong = try await machine.run("Tests/run", "--set-up")
        #expect(wrong.status == .exited(2))
        #expect(wrong.errors == "Tests/run: unknown option --set-up; see Tests/run --help\n")
        #expect(try machine.calls() == [])
    }

    @Test func `the lab's script says what it installs as root, and without root only names it`() async throws {
        for (user, installs) in [("0", true), ("1000", false)] {
            let machine = try Machine(user: user)
            let result = try await machine.run("config/lab/up")
            #expect(result.status == .exited(1))
            #expect(result.errors.contains("kubectl is \(installs ? "needed" : "missing")"), "\(result.errors)")
            #expect(result.output.contains("Installing kubectl with apt-get") == installs)
            #expect(try machine.calls().contains { $0.hasPrefix("apt-get -qq install ") } == installs)
        }
    }

    /// A `PATH` with a few tools of the shell and stand-ins for everything that would build, install or stop something.
    private struct Machine {
        private let directory: TemporaryDirectory

        init(user: String = "1000") throws {
            directory = try TemporaryDirectory("machine")
            let tools = [
                "bash", "cat", "chmod", "dirname", "grep", "head", "mkdir", "mktemp", "nproc", "rm", "sed", "sh",
                "tee",
            ]
            for tool in tools {
                let place = try #require(["/usr/bin", "/bin"].map { "\($0)/\(tool)" }.first(where: Self.isThere))
                try FileManager.default.createSymbolicLink(atPath: directory.path(tool), withDestinationPath: place)
            }
            for name in ["apt-get", "apt-cache", "dpkg-query", "curl", "systemctl", "service", "pip"] { try note(name) }
            try note("swift", then: "case $* in *--show-bin-path*) echo \(directory.path) ;; esac")
            try directory.write("#!/bin/bash\necho \(user)\n", to: "id")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path("id"))
            try note(
                "martletPackageTests.xctest",
                as: "tests",
                then: """
                    echo '➜ Test one() skipped: "needs kubectl"'
                    echo '➜ Suite Two skipped'
                    echo '✔ Test run with 5 tests in 2 suites passed'
                    """
            )
        }

        func run(_ words: String...) async throws -> Command.Result {
            let path = words[0]
            return try await Command(
                ["/bin/bash", Checkout.path(path)] + words.dropFirst(),
                environment: ["PATH": directory.path, "XDG_CACHE_HOME": directory.path("cache")]
            ).result()
        }

        /// What was called, a line each: the program and its arguments.
        func calls() throws -> [Substring] {
            guard FileManager.default.fileExists(atPath: directory.path("calls")) else { return [] }
            return try String(contentsOfFile: directory.path("calls"), encoding: .utf8).split(separator: "\n")
        }

        private func note(_ name: String, as shown: String? = nil, then more: String = "") throws {
            let path = try directory.write(
                "#!/bin/bash\necho \"\(shown ?? name) $*\" >>\(directory.path("calls"))\n\(more)\n",
                to: name
            )
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }

        private static func isThere(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }
    }
}
