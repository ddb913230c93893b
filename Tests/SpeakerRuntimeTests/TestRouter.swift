import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import Lab
import TestCluster

/// A router that only listens, at 127.77.`number`.1 for one node at 127.77.`number`.2.
struct TestRouter: Sendable {
    static let port: UInt16 = 11790

    private let router: PassiveRouter

    init(_ number: UInt8, password: String? = nil) {
        router = PassiveRouter(
            address: IPv4Address(127, 77, number, 1),
            asNumber: 65000,
            port: Self.port,
            logger: TestCluster.logger
        )
        configure(number, password: password)
    }

    var speaker: BGPServer { router.speaker }
    var address: IPv4Address { router.address }

    /// Makes the password this one.
    func configure(_ number: UInt8, password: String?) {
        let node = IPv4Address(127, 77, number, 2)
        router.expect([
            PassiveRouter.Neighbour(
                name: "node",
                address: node,
                asNumber: 65001,
                password: password.flatMap { Password($0) }
            )
        ])
    }

    /// The prefixes it has from the node, as text.
    func routes() async -> [String] {
        await speaker.received(PassiveRouter.id("node"), family: .ipv4Unicast).map(\.prefix.description).sorted()
    }

    /// What it saw of the node last.
    var node: PeerSnapshot? { speaker.snapshot().first }
}
