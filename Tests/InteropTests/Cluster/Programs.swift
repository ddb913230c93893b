import FoundationEssentials
import TestSupport

/// The operator and the speakers that a test runs, by name.
actor Programs {
    private let directory: TemporaryDirectory
    private var running: [String: RunningProcess] = [:]

    init() throws {
        directory = try TemporaryDirectory("programs")
    }

    /// Starts a built program; its log goes on in the same file when it is started again.
    ///
    /// With a wrapper such as `setpriv` and its options, that starts it.
    func start(
        _ program: String,
        as name: String,
        on host: NetworkHost,
        _ arguments: [String],
        by wrapper: [String] = []
    ) throws {
        running[name] = try host.command(wrapper + [try Checkout.program(program)] + arguments)
            .start(log: directory.path("\(name).log"))
    }

    /// Starts a speaker that reads a directory of manifests and no API.
    func startSpeaker(_ node: String, on host: NetworkHost, manifests: String) throws {
        try start(
            "bgp-speaker",
            as: node,
            on: host,
            [
                "--node", node, "--manifests", manifests, "--datapath-probe", "none",
                "--admin-address", "\(host.managementAddress):9179", "--admin-plain",
                "--state-dir", try stateDirectory(of: node),
                "--log-level", "debug",
            ]
        )
    }

    /// Where a speaker keeps its last good state; it outlives the process.
    nonisolated func stateDirectory(of name: String) throws -> String {
        let path = directory.path("\(name)-state")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Ends a program with SIGKILL.
    func kill(_ name: String) {
        running.removeValue(forKey: name)?.kill()
    }

    /// Ends a program with SIGTERM, as a node that drains its pods.
    func stop(_ name: String) async {
        await running.removeValue(forKey: name)?.stop()
    }

    /// Ends everything at once.
    func stopAll() {
        for name in running.keys.sorted() { kill(name) }
    }

    /// What a program wrote.
    func log(of name: String) -> String {
        (try? String(contentsOfFile: directory.path("\(name).log"), encoding: .utf8)) ?? ""
    }

    /// The end of every log, without the long lines in which a service group lists its members.
    var logs: String {
        running.keys.sorted().map { name in
            let lines = log(of: name).split(separator: "\n").filter { !$0.contains("[ServiceLifecycle]") }
            return "--- \(name)\n\(lines.suffix(40).joined(separator: "\n"))"
        }.joined(separator: "\n")
    }
}
