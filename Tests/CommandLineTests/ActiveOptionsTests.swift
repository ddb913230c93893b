import CommandLine
import KubeJSON
import KubeModel
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ActiveOptionsTests {
    /// Every option of the program itself, by its long name.
    private func options(of program: String) async throws -> Set<String> {
        let help = try await Command([try Checkout.program(program), "--experimental-dump-help"]).run()
        let arguments = try #require(try JSON.read(help.utf8)["command"]?["arguments"]?.array)
        let names = arguments.flatMap { $0["names"]?.array ?? [] }.filter { $0["kind"] == "long" }
            .compactMap { $0["name"]?.string }
        return Set(names.filter { !$0.hasPrefix("no-") }).subtracting(["help", "version"])
    }

    /// Starts a program on a folder without objects, and ends it; what it said first, by name.
    private func begin(_ program: String, _ words: [String]) async throws -> [String: JSONValue] {
        let directory = try TemporaryDirectory("log")
        let manifests = try TemporaryDirectory("manifests")
        let process = try Command(
            [try Checkout.program(program), "--manifests", manifests.path, "--admin-address", "127.0.0.1:0"]
                + ["--log-format", "json"] + words
        ).start(log: directory.path("log"))
        try await process.writes("\n")
        await process.stop()
        let first = try #require(process.output.split(separator: "\n").first)
        return try #require(try JSON.read(first.utf8).object)
    }

    @Test(arguments: [("bgp-speaker", ["--node", "n1"]), ("bgp-operator", [])])
    func `the first line of the log has every option with its value, and the version`(program: String, words: [String])
        async throws
    {
        let said = try await begin(program, words)
        #expect(said["message"] == "starting with these options")
        #expect(said["label"] == .string(program))
        #expect(said["version"] == .string(MartletVersion.current))
        #expect(
            Set(said.keys).subtracting(["time", "level", "label", "message", "version"])
                == (try await options(of: program))
        )
        #expect(said["admin-address"] == "127.0.0.1:0")
        #expect(said["health-address"] == "none")
        #expect(said["log-format"] == "json")
        #expect(said["log-level"] == "info")
    }

    @Test(arguments: [
        ([], "martlet.dev/bgp", "true"),
        (
            ["--load-balancer-class", "b.example/x", "--load-balancer-class=a.example/x"], "a.example/x,b.example/x",
            "true"
        ),
        (["--unclassed=false"], "martlet.dev/bgp", "false"),
        (["--load-balancer-class", "edge", "--unclassed", "true"], "edge", "true"),
    ])
    func `the first line names the load balancer classes that are served`(
        words: [String],
        classes: String,
        unclassed: String
    ) async throws {
        for (program, own) in [("bgp-speaker", ["--node", "n1"]), ("bgp-operator", [])] {
            let said = try await begin(program, own + words)
            #expect(said["load-balancer-class"] == .string(classes))
            #expect(said["unclassed"] == .string(unclassed))
        }
    }

    @Test func `a log in JSON stays JSON to its last line`() async throws {
        let manifests = try TemporaryDirectory("manifests")
        for (program, words) in [("bgp-speaker", ["--node", "n1"]), ("bgp-operator", [])] {
            let outcome = try await Command(
                [try Checkout.program(program), "--manifests", manifests.path, "--admin-address", "0.0.0.0:0"]
                    + ["--log-format", "json"] + words
            ).result()
            #expect(outcome.status == .exited(1))
            let lines = try outcome.errors.split(separator: "\n").map { try JSON.read($0.utf8) }
            #expect(lines.last?["level"] == "critical")
            #expect(lines.last?["error"]?.string?.hasPrefix("--admin-address 0.0.0.0:0: others reach it") == true)
        }
    }

    @Test func `a failed check is a line of JSON`() async throws {
        let words = ["check", "--log-format", "json", "--kubeconfig", "/absent"]
        let outcome = try await Command([try Checkout.program("bgp-operator")] + words).result()
        #expect(outcome.status == .exited(1))
        let lines = try outcome.errors.split(separator: "\n").map { try JSON.read($0.utf8) }
        #expect(lines.map { $0["error"] } == ["/absent: the kubeconfig cannot be read"])
    }

    /// A reader of the log takes no lines of usage.
    @Test(arguments: [
        (["--log-format=json", "--nope"], "Unknown option '--nope'"),
        (["--log-format", "json", "--admin-address", "x"], "--admin-address: expected host:port"),
        (
            ["--log-format", "json", "--admin-certificate", "c"],
            "--admin-certificate and --admin-key: expected both or neither"
        ),
    ])
    func `a wrong command line is refused in JSON where JSON is asked for`(words: [String], error: String) async throws
    {
        for (program, own) in [("bgp-speaker", ["--node", "n1"]), ("bgp-operator", [])] {
            let outcome = try await Command([try Checkout.program(program)] + own + words).result()
            #expect(outcome.status == .exited(64))
            let lines = try outcome.errors.split(separator: "\n").map { try JSON.read($0.utf8) }
            #expect(lines.map { $0["level"] } == ["critical"], "\(outcome.errors)")
            #expect(lines.last?["error"]?.string?.hasPrefix(error) == true, "\(outcome.errors)")
        }
    }

    /// What is told while the program ends finds no thread to run on, which the library would say in lines of its own; told to be
    /// strict, it ends the program by a trap.
    @Test func `an address that cannot be listened on is named with the reason, in JSON alone`() async throws {
        let manifests = try TemporaryDirectory("manifests")
        for (program, words) in [("bgp-speaker", ["--node", "n1"]), ("bgp-operator", [])] {
            let outcome = try await Command(
                [try Checkout.program(program), "--manifests", manifests.path, "--admin-address", "none"]
                    + ["--health-address", "203.0.113.9:9180", "--log-format", "json"] + words,
                environment: ["SWIFTNIO_STRICT": "1"]
            ).result()
            #expect(outcome.status == .exited(1))
            let lines = try outcome.errors.split(separator: "\n").map { try JSON.read($0.utf8) }
            let fault = "--health-address 203.0.113.9:9180: cannot be listened on: this machine has no such address"
            #expect(lines.last?["error"] == .string(fault), "\(outcome.errors)")
        }
    }

    @Test func `neither the password nor the token of a URL is shown`() async throws {
        let url = "http://user:secret@127.0.0.1:1/healthz?token=secret"
        let said = try await begin("bgp-speaker", ["--node", "n1", "--datapath-probe", url])
        #expect(said["datapath-probe"] == "http://127.0.0.1:1/healthz?…")
    }
}

@Suite(.timeLimit(.minutes(10))) struct ProgramCommandLineTests {
    private static let programs = ["bgp-operator", "bgp-speaker", "bgp-lab", "kubectl-bgp"]

    @Test(arguments: programs)
    func `all programs have the same version`(program: String) async throws {
        let outcome = try await Command([try Checkout.program(program), "--version"]).result()
        #expect(outcome.status == .exited(0))
        #expect(outcome.output == "\(MartletVersion.current)\n")
        #expect(outcome.errors == "")
    }

    @Test(arguments: [
        ("bgp-lab", ["--log-level", "loud"], "--log-level: expected one of trace, debug, info, notice, warning"),
        ("bgp-operator", ["--log-level", "loud"], "--log-level: expected one of trace, debug, info, notice, warning"),
        ("bgp-speaker", ["--log-format", "xml"], "The value 'xml' is invalid for '--log-format <log-format>'"),
        ("bgp-speaker", ["--health-address", "x"], "--health-address: expected host:port, [address]:port"),
        ("bgp-operator", ["--admin-address", "x"], "--admin-address: expected host:port, [address]:port"),
        ("bgp-operator", ["--service-cidr", "x"], "--service-cidr: expected a network such as 10.96.0.0/12"),
        ("bgp-operator", ["--router-id-pool", "x"], "--router-id-pool: expected a network such as 10.96.0.0/12"),
        (
            "bgp-speaker", ["--load-balancer-class", "a/b/c"],
            "--load-balancer-class: expected a name such as martlet.dev/bgp"
        ),
        ("bgp-operator", ["--unclassed=no"], "The value 'no' is invalid for '--unclassed <true|false>'"),
        ("bgp-speaker", ["--datapath-probe", "x"], "--datapath-probe: expected auto, none or an http or https URL"),
        ("bgp-speaker", ["--max-routes-per-service=-1"], "--max-routes-per-service: expected 0 or more, found -1"),
        ("bgp-speaker", ["--received-routes-memory", "x"], "--received-routes-memory: expected"),
        ("bgp-operator", ["--router-id-pool", "fd00::/64"], "--router-id-pool: expected an IPv4 network, found"),
        ("bgp-operator", ["--namespace", "A b"], "--namespace: expected a name such as martlet-system, found \"A b\""),
        ("bgp-speaker", ["--namespace=-x"], "--namespace: expected"),
        ("bgp-operator", ["check", "--namespace", "a.b"], "--namespace: expected a name such as martlet-system"),
        ("bgp-lab", ["--port", "99999"], "--port: expected 0 to 65535, found 99999"),
        ("bgp-operator", ["--admin-key", "k"], "--admin-certificate and --admin-key: expected both or neither"),
        ("bgp-speaker", ["--admin-plain"], "which node? Give --node or set NODE_NAME."),
    ])
    func `a wrong command line is refused before anything starts`(program: String, words: [String], error: String)
        async throws
    {
        let outcome = try await Command([try Checkout.program(program)] + words).result()
        #expect(outcome.status == .exited(64))
        #expect(outcome.errors.hasPrefix("Error: \(error)"), "\(outcome.errors)")
    }
}
