package import BGPTypes
import FoundationEssentials

/// ExaBGP on a host.
///
/// ExaBGP keeps no table: it hands every message to a program. Here that program writes them down, and the table is what
/// they add up to while the session lasts.
package actor ExaBGP: Router {
    private let host: NetworkHost
    private let directory: TemporaryDirectory
    private let environment: [String: String]
    private var daemon: RunningProcess?
    private var journal = Journal()

    /// An ExaBGP with this one `neighbor` section, not yet started; it listens on `address`, or only dials.
    package init(on host: NetworkHost, listeningOn address: String?, neighbor: String) throws {
        self.host = host
        directory = try TemporaryDirectory("exabgp")
        var environment = [
            "exabgp.api.ack": "false", "exabgp.api.cli": "false", "exabgp.daemon.user": "root",
            "exabgp.daemon.drop": "false", "exabgp.log.level": "INFO",
        ]
        if let address {
            environment["exabgp.tcp.bind"] = address
            environment["exabgp.tcp.port"] = "179"
        }
        self.environment = environment
        try directory.write("", to: "commands")
        let script = try directory.write(
            """
            #!/bin/sh
            exec 3<&0
            cat <&3 >>\(directory.path("journal")) &
            exec tail -n 0 -f \(directory.path("commands"))

            """,
            to: "program"
        )
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        try directory.write("process journal { run \(script); encoder json; }\n\(neighbor)\n", to: "exabgp.conf")
    }

    /// Starts it with an empty journal.
    package func start() async throws {
        journal = Journal()
        try directory.write("", to: "journal")
        let command = ["/usr/bin/python3", "/usr/sbin/exabgp", directory.path("exabgp.conf")]
        let daemon = try host.command(command, environment: environment).start(log: directory.path("output"))
        self.daemon = daemon
        try await daemon.writes("loaded new configuration successfully")
    }

    /// Ends it with SIGTERM.
    package func stop() async {
        await daemon?.stop()
        daemon = nil
    }

    /// Gives it one command of its API: the program follows the end of this file.
    private func command(_ text: String) async throws {
        try await Command(["tee", "-a", directory.path("commands")], input: "\(text)\n").run()
    }

    private func readJournal() throws {
        let data = try Data(contentsOf: URL(filePath: directory.path("journal")))
        try journal.read(data)
    }

    /// What the messages add up to.
    package func table(_ family: IPFamily) throws -> RouterTable {
        try readJournal()
        return RouterTable(journal.routes.filter { IPPrefix($0.key)?.family == family }.mapValues { [$0] })
    }

    /// `Established` between `up` and `down`.
    package func neighbors() throws -> [String: String] {
        try readJournal()
        return journal.states
    }

    /// `announce route-refresh` for both families.
    package func askRefresh() async throws {
        for family in ["ipv4", "ipv6"] { try await command("announce route-refresh \(family) unicast") }
    }

    /// `teardown 4`, which ExaBGP tells as Administrative Reset.
    package func reset() async throws {
        try await tearDown(4)
    }

    /// Ends all sessions with a Cease of any subcode; no other router here can be asked for that.
    package func tearDown(_ subcode: UInt8) async throws {
        for neighbor in try neighbors().keys.sorted() { try await command("neighbor \(neighbor) teardown \(subcode)") }
    }

    /// What the daemon wrote to its output.
    package var log: String {
        (try? String(contentsOfFile: directory.path("output"), encoding: .utf8)) ?? ""
    }
}
