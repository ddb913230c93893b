package import BGPTypes
import FoundationEssentials

/// OpenBGPD (`bgpd`) on a host; on Linux it installs nothing in the host's routing table.
package actor OpenBGPD: Router {
    private let host: NetworkHost
    private let directory: TemporaryDirectory
    private var daemon: RunningProcess?

    /// An OpenBGPD with this configuration, not yet started.
    package init(on host: NetworkHost, _ configuration: String) throws {
        self.host = host
        directory = try TemporaryDirectory("openbgpd")
        let text = "socket \"\(directory.path("control"))\"\n\(configuration)\n"
        // It refuses a file that others may read: there are passwords in it.
        let file = try directory.write(text, to: "bgpd.conf")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }

    /// Starts bgpd.
    package func start() async throws {
        // Its processes give up root and lock themselves into this folder, which a system start would make.
        try FileManager.default.createDirectory(atPath: "/run/openbgpd", withIntermediateDirectories: true)
        let daemon = try host.command(["/usr/sbin/bgpd", "-d", "-f", directory.path("bgpd.conf")])
            .start(log: directory.path("output"))
        self.daemon = daemon
        _ = try await eventually("bgpd of \(host.name) answers") {
            guard daemon.exitStatus == nil else { return true }
            return try await neighbors().isEmpty ? nil : true
        }
        guard daemon.exitStatus == nil else { throw Overdue(description: "bgpd of \(host.name) ended:\n\(log)") }
    }

    /// Ends it with SIGTERM.
    package func stop() async {
        await daemon?.stop()
        daemon = nil
    }

    /// Sends one command through bgpctl and returns the answer as JSON.
    package func ask(_ command: String) async throws -> String {
        let words = command.split(separator: " ").map(String.init)
        return try await Command(["bgpctl", "-j", "-s", directory.path("control")] + words).run()
    }

    /// Reads `bgpctl show rib detail`.
    package func table(_ family: IPFamily) async throws -> RouterTable {
        let words = family == .ipv4 ? "inet" : "inet6"
        return try Self.table(fromJSON: try await ask("show rib \(words) detail"))
    }

    /// Reads `bgpctl show neighbor`.
    package func neighbors() async throws -> [String: String] {
        try Self.neighbors(fromJSON: try await ask("show neighbor"))
    }

    /// `neighbor … refresh`.
    package func askRefresh() async throws {
        for neighbor in try await neighbors().keys.sorted() { _ = try await ask("neighbor \(neighbor) refresh") }
    }

    /// `neighbor … clear`, which OpenBGPD tells as Administrative Reset with the message `cleared`.
    package func reset() async throws {
        for neighbor in try await neighbors().keys.sorted() { _ = try await ask("neighbor \(neighbor) clear cleared") }
    }

    /// What the daemon wrote to its output.
    package var log: String {
        (try? String(contentsOfFile: directory.path("output"), encoding: .utf8)) ?? ""
    }
}
