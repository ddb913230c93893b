package import BGPTypes
import FoundationEssentials

/// GoBGP (`gobgpd`) on a host; it installs nothing in the host's routing table.
package actor GoBGP: Router {
    private let host: NetworkHost
    private let directory: TemporaryDirectory
    private var daemon: RunningProcess?
    /// Whether it knows neighbours before they dial.
    private let hasNeighbors: Bool

    /// A GoBGP with this configuration (TOML), not yet started.
    package init(on host: NetworkHost, _ configuration: String) throws {
        self.host = host
        hasNeighbors = configuration.contains("[[neighbors]]")
        directory = try TemporaryDirectory("gobgp")
        try directory.write(configuration, to: "gobgpd.toml")
    }

    /// Starts gobgpd.
    package func start() async throws {
        let command = [
            "gobgpd", "-f", directory.path("gobgpd.toml"), "--api-hosts", "unix://\(directory.path("api"))",
            "--pprof-disable",
        ]
        let daemon = try host.command(command).start(log: directory.path("output"))
        self.daemon = daemon
        let answers = try await eventually("gobgpd of \(host.name) answers") {
            guard daemon.exitStatus == nil else { return false }
            // It answers before it has read its configuration.
            guard try await self.ask("global").contains("Router-ID") else { return nil }
            guard self.hasNeighbors else { return true }
            return try await self.neighbors().isEmpty ? nil : true
        }
        guard answers else { throw Overdue(description: "gobgpd of \(host.name) ended:\n\(log)") }
    }

    /// Ends it with SIGTERM.
    package func stop() async {
        await daemon?.stop()
        daemon = nil
    }

    /// Sends one command through gobgp and returns the answer.
    package func ask(_ command: String) async throws -> String {
        let words = command.split(separator: " ").map(String.init)
        return try await Command(["gobgp", "--target", "unix://\(directory.path("api"))"] + words).run()
    }

    /// Reads `gobgp global rib -j`.
    package func table(_ family: IPFamily) async throws -> RouterTable {
        try Self.table(fromJSON: try await ask("global rib -a \(family == .ipv4 ? "ipv4" : "ipv6") -j"))
    }

    /// Reads `gobgp neighbor -j`.
    package func neighbors() async throws -> [String: String] {
        try Self.neighbors(fromJSON: try await ask("neighbor -j"))
    }

    /// GoBGP keeps what it received and reads it again; 3.10.0 never sends a ROUTE-REFRESH.
    package func askRefresh() async throws {
        _ = try await ask("neighbor all softresetin")
    }

    /// `neighbor reset`, which GoBGP tells as Administrative Reset.
    package func reset() async throws {
        for neighbor in try await neighbors().keys.sorted() { _ = try await ask("neighbor \(neighbor) reset") }
    }

    /// What the daemon wrote to its output.
    package var log: String {
        (try? String(contentsOfFile: directory.path("output"), encoding: .utf8)) ?? ""
    }
}
