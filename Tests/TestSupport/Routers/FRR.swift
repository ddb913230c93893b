package import BGPTypes
import FoundationEssentials

/// FRR (`zebra` and `bgpd`) on a host; what it learns is in the host's own routing table too.
package actor FRR: Router {
    private let host: NetworkHost
    private let directory: TemporaryDirectory
    private var daemons: [RunningProcess] = []

    /// An FRR with this configuration of bgpd (`router bgp …`), not yet started.
    package init(on host: NetworkHost, _ configuration: String) throws {
        self.host = host
        directory = try TemporaryDirectory("frr")
        try directory.write(
            """
            frr defaults traditional
            log file \(directory.path("frr.log")) informational
            \(configuration)

            """,
            to: "bgpd.conf"
        )
    }

    /// Starts zebra and bgpd.
    package func start() async throws {
        let folder = directory.path
        let common = ["--vty_socket", folder, "-z", "\(folder)/zserv.api", "-P", "0"]
        try launch(["/usr/lib/frr/zebra", "-f", "/dev/null", "-i", "\(folder)/zebra.pid"] + common)
        _ = try await eventually("zebra of \(host.name) listens") {
            FileManager.default.fileExists(atPath: "\(folder)/zserv.api") ? true : nil
        }
        try launch(["/usr/lib/frr/bgpd", "-f", "\(folder)/bgpd.conf", "-i", "\(folder)/bgpd.pid"] + common)
        _ = try await eventually("bgpd of \(host.name) answers") { try await neighbors() }
    }

    private func launch(_ arguments: [String]) throws {
        daemons.append(try host.command(arguments).start(log: directory.path("output")))
    }

    /// Ends both daemons with SIGTERM.
    package func stop() async {
        for daemon in daemons.reversed() { await daemon.stop() }
        daemons = []
    }

    /// Sends one command through vtysh and returns the answer.
    package func ask(_ command: String) async throws -> String {
        try await Command("vtysh", "--vty_socket", directory.path, "-d", "bgpd", "-c", command).run()
    }

    /// Reads `show bgp … json detail`.
    package func table(_ family: IPFamily) async throws -> RouterTable {
        let answer = try await ask("show bgp \(family == .ipv4 ? "ipv4" : "ipv6") unicast json detail")
        return try Self.table(fromJSON: answer)
    }

    /// Reads `show bgp summary json`, all families.
    package func neighbors() async throws -> [String: String] {
        try Self.neighbors(fromJSON: try await ask("show bgp summary json"))
    }

    /// Has no Adj-RIB-In unless told to keep one, so that a soft reset asks the neighbours.
    package func askRefresh() async throws {
        for family in ["ipv4", "ipv6"] { _ = try await ask("clear bgp \(family) unicast * soft in") }
    }

    /// `clear bgp *`, which FRR tells as Administrative Reset without a message.
    package func reset() async throws {
        _ = try await ask("clear bgp *")
    }

    /// The lines of the IPv4 table with paths that are held over from a session that went.
    package func stalePaths() async throws -> [String] {
        try await ask("show bgp ipv4 unicast").split(separator: "\n")
            .filter { ["S ", "S>", "S="].contains($0.prefix(2)) }
            .map(String.init)
    }

    /// The log file and what the daemons wrote to their output.
    package var log: String {
        ["frr.log", "output"]
            .map { (try? String(contentsOfFile: directory.path($0), encoding: .utf8)) ?? "" }
            .joined()
    }
}
