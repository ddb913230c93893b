import BGPResources
import BGPTypes
import FoundationEssentials
import KubeJSON
import KubeModel
import Planning
import SpeakerAPI
import TestSupport
import Testing

/// One router and one node on a segment of their own; the node runs the built `bgp-speaker` on a directory of manifests.
struct Topology: Sendable {
    let peering: Peering
    let network: VirtualNetwork
    let router: any Router
    private let programs: Programs
    private let manifests: TemporaryDirectory

    /// Brings the cell's session up, calls `body` once it is established, and takes everything down.
    ///
    /// The cell counts as passed when `body` has not thrown and Wireshark finds nothing wrong with any packet.
    static func with(_ cell: MatrixCell, _ body: (Topology) async throws -> Void) async throws {
        let peering = cell.peering
        try await VirtualNetwork.with(peering.plan) { network in
            let rack = Topology(
                peering: peering,
                network: network,
                router: try cell.kind.router(on: network["router"], peering),
                programs: try Programs(),
                manifests: try TemporaryDirectory("manifests")
            )
            let capture = try await Capture(network["node"])
            do {
                try await rack.start()
                try await body(rack)
            } catch {
                let peer = (try? await rack.peer()).map { "\($0)" } ?? "the speaker does not answer"
                let logs = [peer, await rack.programs.logs, String(await rack.router.log.suffix(4000))]
                await rack.stop()
                throw Cluster.Failure(description: "\(error)\n\(logs.joined(separator: "\n"))")
            }
            await rack.stop()
            await capture.end()
            let malformed = try await capture.malformedPackets()
            try #require(malformed.isEmpty, "Wireshark finds fault with \(malformed)")
        }
        try await MatrixTable.passed(cell)
    }

    private func start() async throws {
        try announce([])
        // Some routers dial at once and then not again for long, so the node that only listens is there first.
        if peering.opener == .router {
            try await startSpeaker()
            _ = try await eventually("the speaker answers") { try await peer() }
            try await router.start()
        } else {
            try await router.start()
            try await startSpeaker()
        }
        try await established()
    }

    private func stop() async {
        await programs.stopAll()
        await router.stop()
    }

    /// Makes these all that the node announces.
    func announce(_ announcements: [Announcement]) throws {
        try manifests.write(peering.manifests(announcing: announcements), to: "objects.yaml")
    }

    /// Takes away every object of ours, and the peer with them.
    func removeConfiguration() throws {
        try manifests.write("", to: "objects.yaml")
    }

    /// Starts `bgp-speaker`.
    func startSpeaker() async throws {
        try await programs.startSpeaker("node", on: network["node"], manifests: manifests.path)
    }

    /// Ends it as a crash would, once it has noted for the next start that it ran.
    func killSpeaker() async throws {
        let notes = try programs.stateDirectory(of: "node")
        _ = try await eventually("the speaker keeps its state") {
            FileManager.default.fileExists(atPath: "\(notes)/last-good-node.json") ? true : nil
        }
        await programs.kill("node")
    }

    /// The router as the speaker sees it (`GET /v1/peers`).
    func peer() async throws -> PeerStatus {
        let address = try network["node"].managementAddress
        let answer = try await network.control.command("curl", "-sf", "http://\(address):9179/v1/peers").run()
        guard let peer = try JSON.decode(NodePeers.self, from: answer).peers.first else {
            throw Overdue(description: "the speaker has no peer yet")
        }
        return peer.status
    }

    /// Waits until both sides say that the session is up.
    func established() async throws {
        try await eventually("the speaker's session", is: .established, within: .seconds(90)) {
            try await peer().peeringState
        }
        try await eventually("the router's session", is: "Established") { try await routerState() }
    }

    /// The state of the session in the router's words.
    func routerState() async throws -> String? {
        try await router.neighbors()[peering.nodeAddress]
    }

    /// Waits until the router's tables hold exactly these.
    func routerHas(_ announcements: [Announcement]) async throws {
        for family in IPFamily.allCases {
            let expected = announcements.table(family, peering)
            try await eventually("the router's \(family) table", is: expected, within: .seconds(60)) {
                try await table(family)
            }
        }
    }

    /// The router's table; where LOCAL_PREF was not on the wire, without the one that some routers add.
    func table(_ family: IPFamily) async throws -> RouterTable {
        let table = try await router.table(family)
        return peering.relation == .external ? table.withoutLocalPreference : table
    }
}
