package import BGPTypes
import FoundationEssentials

/// BIRD on a host, of generation 2 or 1.6.
package actor BIRD: Router {
    /// Which BIRD it is.
    package enum Generation: Sendable {
        /// 1.6, whose IPv4 and IPv6 are two programs.
        case one(IPFamily)
        /// 2.
        case two
    }

    private let host: NetworkHost
    private let directory: TemporaryDirectory
    private let generation: Generation
    private var daemon: RunningProcess?

    /// A BIRD with this configuration, not yet started.
    package init(_ generation: Generation, on host: NetworkHost, _ configuration: String) throws {
        self.generation = generation
        self.host = host
        directory = try TemporaryDirectory("bird")
        try directory.write("log \"\(directory.path("bird.log"))\" all;\n\(configuration)\n", to: "bird.conf")
    }

    /// The folder that `Tests/run` unpacks Debian's package `bird` (1.6) into, since it cannot stand beside `bird2`.
    package static let unpackedGenerationOne: String = {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME"] ?? "/root")/.cache"
        return "\(cache)/martlet/bird-1.6"
    }()

    private var folder: String {
        switch generation {
        case .one: "\(Self.unpackedGenerationOne)/usr/sbin"
        case .two: "/usr/sbin"
        }
    }

    private var program: String {
        if case .one(.ipv6) = generation { "\(folder)/bird6" } else { "\(folder)/bird" }
    }

    /// Starts the daemon.
    package func start() async throws {
        try await start([])
    }

    /// Starts the daemon so that it tells its peers that it comes back and that its forwarding went on.
    package func startAgain() async throws {
        try await start(["-R"])
    }

    private func start(_ options: [String]) async throws {
        let files = ["-c", directory.path("bird.conf"), "-s", directory.path("control"), "-P", directory.path("pid")]
        let daemon = try host.command([program, "-f"] + options + files).start(log: directory.path("output"))
        self.daemon = daemon
        _ = try await eventually("bird of \(host.name) answers") {
            guard daemon.exitStatus == nil else { return false }
            _ = try await ask("show status")
            return true
        }
        guard daemon.exitStatus == nil else { throw Overdue(description: "bird of \(host.name) ended:\n\(log)") }
    }

    /// Ends it with SIGTERM.
    package func stop() async {
        await daemon?.stop()
        daemon = nil
    }

    /// Ends it with SIGKILL, as a crash would.
    package func kill() {
        daemon?.kill()
        daemon = nil
    }

    /// Sends one command through birdc and returns the answer.
    package func ask(_ command: String) async throws -> String {
        try await Command(
            ["\(folder)/birdc", "-s", directory.path("control")] + command.split(separator: " ").map(String.init)
        )
        .run()
    }

    /// Reads `show route all`: routes that came over BGP, of one family.
    package func table(_ family: IPFamily) async throws -> RouterTable {
        let table = Self.table(fromText: try await ask("show route all"))
        return RouterTable(table.routes.filter { IPPrefix($0.key)?.family == family })
    }

    /// Reads `show protocols all`: the BGP protocols by neighbour address.
    package func neighbors() async throws -> [String: String] {
        Self.neighbors(fromText: try await ask("show protocols all"))
    }

    /// BIRD keeps no Adj-RIB-In unless told to, so that a reload asks the neighbours.
    package func askRefresh() async throws {
        for name in try await bgpProtocols() { _ = try await ask("reload in \(name)") }
    }

    /// Restarts the protocols, which BIRD tells as Administrative Reset.
    package func reset() async throws {
        for name in try await bgpProtocols() { _ = try await ask("restart \(name)") }
    }

    private func bgpProtocols() async throws -> [String] {
        var names: [String] = []
        for line in try await ask("show protocols").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count > 1, words[1] == "BGP" { names.append(String(words[0])) }
        }
        return names
    }

    /// The log file and what the daemon wrote to its output.
    package var log: String {
        ["bird.log", "output"]
            .map { (try? String(contentsOfFile: directory.path($0), encoding: .utf8)) ?? "" }
            .joined()
    }
}
