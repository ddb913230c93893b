import Addressing
import BGPEngine
import BGPTransport
import BGPWire
import Logging
import ServiceLifecycle

/// The rack's router: the engine itself in passive mode on 127.0.0.1, which only listens and remembers.
struct LabRouter: Sendable {
    /// Where it listens; port 179 would need root.
    static let port: UInt16 = 1790

    let speaker: BGPSpeaker
    private let nodes: [LabNode]

    init(nodes: [LabNode], logger: Logger) {
        self.nodes = nodes
        speaker = BGPSpeaker(listenAddresses: [.v4(IPv4Address(127, 0, 0, 1))], restarted: false, logger: logger)
        guard let routerID = RouterID("127.0.0.1") else { return }
        let peers = nodes.map { node in
            InstanceConfiguration.Peer(
                PeerConfiguration(
                    name: node.name,
                    remote: ScopedAddress(.v4(node.address)),
                    remoteAS: 65001,
                    localAS: 65000,
                    routerID: routerID,
                    families: [.ipv4Unicast, .ipv6Unicast],
                    restartTime: 120,
                    isPassive: true
                )
            )
        }
        speaker.apply([
            InstanceConfiguration(
                name: "router",
                localAS: 65000,
                routerID: routerID,
                localPort: Self.port,
                peers: peers
            )
        ])
        speaker.want([:], isComplete: true)
    }

    /// Waits for the first route of any node.
    func firstRoute() async {
        for await _ in speaker.changes() {
            if speaker.snapshot().contains(where: { $0.families.contains { $0.received > 0 } }) { return }
        }
    }

    /// The router's table as text: a line per prefix and node, the next hop and what came with it.
    func table() async -> String {
        var lines: [(IPPrefix, String)] = []
        for peer in speaker.snapshot() {
            for family in [Family.ipv4Unicast, .ipv6Unicast] {
                for route in await speaker.received(peer.id, family: family) {
                    let path = route.attributes
                    let numbers = path.asPath?.segments.flatMap(\.numbers).map(\.description) ?? []
                    let communities = path.communities.map(\.description)
                    let nextHop = route.nextHop?.address?.description ?? "-"
                    lines.append(
                        (
                            route.prefix,
                            "\(route.prefix) via \(nextHop) from \(peer.id.peer)"
                                + " as-path \(numbers.joined(separator: " "))"
                                + (communities.isEmpty ? "" : " communities \(communities.joined(separator: " "))")
                        )
                    )
                }
            }
        }
        return lines.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { $0.1 + "\n" }.joined()
    }
}
