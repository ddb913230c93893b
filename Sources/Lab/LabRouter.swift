import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import Logging
import Signals

/// The rack's router on 127.0.0.1.
struct LabRouter: Sendable {
    /// Where it listens; port 179 would need root.
    static let port: UInt16 = 1790

    private let router: PassiveRouter

    init(nodes: [LabNode], logger: Logger) {
        router = PassiveRouter(address: IPv4Address(127, 0, 0, 1), asNumber: 65000, port: Self.port, logger: logger)
        router.expect(
            nodes.map { PassiveRouter.Neighbour(name: $0.name, address: $0.address, asNumber: 65001) }
        )
    }

    var speaker: BGPServer { router.speaker }

    /// Waits for the first route of any node.
    func firstRoute() async {
        for await _ in speaker.signal.changes() {
            if speaker.snapshot().contains(where: { $0.families.contains { $0.received > 0 } }) { return }
        }
    }

    /// The router's table as text: a line per prefix and node, the next hop and what came with it.
    func table() async -> String {
        var lines: [(IPPrefix, String)] = []
        for peer in speaker.snapshot() {
            for family in [RouteFamily.ipv4Unicast, .ipv6Unicast] {
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
