import FoundationEssentials
import TestSupport

/// The router of a row, with the configuration that does not fit the node's.
enum WrongRouter: Sendable {
    /// Nobody is there.
    case none
    /// FRR in AS 65000 with these lines in `router bgp`, or in another AS or with another identifier.
    case frr(String, asNumber: Int = 65000, routerID: String = "10.0.0.254")
    /// BIRD 2 with these lines in the protocol for the node.
    case bird(String, port: Int = 179, neighbor: String = "10.0.0.1", family: String = "ipv4")
    /// GoBGP with these lines in `[[neighbors]]`.
    case goBGP(String, neighbor: String = "10.0.0.1")
    /// OpenBGPD with these lines in its configuration.
    case openBGPD(String)
    /// ExaBGP with nothing wrong.
    case exaBGP

    /// A router that runs.
    enum Running: Sendable {
        case frr(FRR)
        case bird(BIRD)
        case exaBGP(ExaBGP)
        case program(RunningProcess, TemporaryDirectory)

        /// Carries out lines of configuration (FRR) or one command (BIRD), or ends the session with a subcode (ExaBGP).
        func tell(_ text: String) async throws {
            switch self {
            case .frr(let frr): _ = try await frr.ask(text)
            case .bird(let bird): _ = try await bird.ask(text)
            case .exaBGP(let exaBGP):
                guard let subcode = UInt8(text) else { return }
                // Its journal tells of the session a moment later than the session is up.
                _ = try await eventually("ExaBGP knows of its session") { try await exaBGP.neighbors().first }
                try await exaBGP.tearDown(subcode)
            case .program: break
            }
        }

        func stop() async {
            switch self {
            case .frr(let frr): await frr.stop()
            case .bird(let bird): await bird.stop()
            case .exaBGP(let exaBGP): await exaBGP.stop()
            case .program(let process, _): await process.stop()
            }
        }
    }

    func start(on host: NetworkHost) async throws -> Running? {
        switch self {
        case .none:
            return nil
        case .frr(let lines, let asNumber, let routerID):
            let frr = try FRR(
                on: host,
                """
                router bgp \(asNumber)
                 bgp router-id \(routerID)
                 no bgp ebgp-requires-policy
                 no bgp network import-check
                \(lines)
                """
            )
            try await frr.start()
            return .frr(frr)
        case .bird(let lines, let port, let neighbor, let family):
            let bird = try BIRD(.two, on: host, Self.bird(lines, port: port, neighbor: neighbor, family: family))
            try await bird.start()
            return .bird(bird)
        case .goBGP(let lines, let neighbor):
            return try await Self.launch(
                ["gobgpd", "-f"],
                """
                [global.config]
                as = 65000
                router-id = "10.0.0.254"
                [[neighbors]]
                [neighbors.config]
                neighbor-address = "\(neighbor)"
                peer-as = 65001
                \(lines)
                """,
                on: host
            )
        case .exaBGP:
            let exaBGP = try ExaBGP(on: host, listeningOn: "10.0.0.254", neighbor: Self.exaBGPNeighbor)
            try await exaBGP.start()
            return .exaBGP(exaBGP)
        case .openBGPD(let lines):
            // Its programs change to this folder, which Debian's unit makes.
            try FileManager.default.createDirectory(atPath: "/run/openbgpd", withIntermediateDirectories: true)
            return try await Self.launch(
                ["bgpd", "-d", "-f"],
                "AS 65000\nrouter-id 10.0.0.254\nfib-update no\nsocket \"SOCKET\"\n\(lines)\nallow from any\n",
                on: host
            )
        }
    }

    private static let exaBGPNeighbor = """
        neighbor 10.0.0.1 {
          router-id 10.0.0.254; local-address 10.0.0.254; local-as 65000; peer-as 65001;
          family { ipv4 unicast; }
          api { processes [ journal ]; neighbor-changes; receive { parsed; update; } }
        }
        """

    /// BIRD's configuration in AS 65000.
    private static func bird(_ lines: String, port: Int, neighbor: String, family: String) -> String {
        """
        router id 10.0.0.254;
        protocol device { }
        protocol bgp node {
          local \(port == 179 ? "" : "port \(port) ")as 65000; neighbor \(neighbor) as 65001;
          \(lines)
          \(family) { import all; export none; \(neighbor.contains(":") ? "extended next hop on;" : "") };
        }
        """
    }

    private static func launch(_ program: [String], _ configuration: String, on host: NetworkHost) async throws
        -> Running
    {
        let directory = try TemporaryDirectory("router")
        let file = try directory.write(
            configuration.replacing("SOCKET", with: directory.path("control")),
            to: "configuration"
        )
        // OpenBGPD reads no configuration that others could.
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        let process = try host.command(program + [file]).start(log: directory.path("output"))
        _ = try await eventually("\(process.name) listens") {
            guard process.exitStatus == nil else {
                throw Overdue(description: "\(process.name) ended:\n\(process.output)")
            }
            let sockets = try await host.command("ss", "-tlnH", "sport = :179").run()
            return sockets.isEmpty ? nil : true
        }
        return .program(process, directory)
    }
}
