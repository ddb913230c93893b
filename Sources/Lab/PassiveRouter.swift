package import BGPEngine
package import BGPTransport
package import BGPTypes
import BGPWire
package import Logging

/// A router of the engine itself that only listens and remembers, for nodes that dial it on the loopback device.
package struct PassiveRouter: Sendable {
    /// A session that some node may come to have with it.
    package struct Neighbour: Hashable, Sendable {
        /// What the router calls it.
        package var name: String
        /// Where the node dials from.
        package var address: IPv4Address
        /// The AS the node must be in; 0 takes any.
        package var asNumber: ASNumber
        /// The TCP MD5 password (RFC 2385); nil takes no signed segment.
        package var password: Password?

        /// A neighbour.
        package init(name: String, address: IPv4Address, asNumber: ASNumber, password: Password? = nil) {
            self.name = name
            self.address = address
            self.asNumber = asNumber
            self.password = password
        }
    }

    /// Its sessions.
    package let speaker: BGPServer
    /// Where it listens, which is its router id as well.
    package let address: IPv4Address
    package let asNumber: ASNumber
    /// The port it listens on; 179 would need root.
    package let port: UInt16

    /// A router without neighbours; nothing runs before its `speaker` does.
    package init(address: IPv4Address, asNumber: ASNumber, port: UInt16, logger: Logger) {
        self.address = address
        self.asNumber = asNumber
        self.port = port
        speaker = BGPServer(listenAddresses: [.v4(address)], restarted: false, logger: logger)
        speaker.announce([:], isComplete: true)
    }

    /// Takes these neighbours and no others; the sessions of those that stay as they are go on.
    package func expect(_ neighbours: [Neighbour]) {
        guard let routerID = RouterID(rawValue: address.rawValue) else { return }
        let peers = neighbours.map { neighbour in
            InstanceConfiguration.Peer(
                PeerConfiguration(
                    name: neighbour.name,
                    remote: ScopedAddress(.v4(neighbour.address)),
                    remoteAS: neighbour.asNumber,
                    localAS: asNumber,
                    routerID: routerID,
                    families: [.ipv4Unicast, .ipv6Unicast],
                    restartTime: 120,
                    // Sent with a TTL of 255, so that a node may ask for TTL security (RFC 5082) or not.
                    distance: .multihop(255),
                    password: neighbour.password,
                    isPassive: true
                )
            )
        }
        speaker.apply([
            InstanceConfiguration(name: "router", localAS: asNumber, routerID: routerID, localPort: port, peers: peers)
        ])
    }

    /// How a neighbour's session is called.
    package static func id(_ name: String) -> PeerID { PeerID(instance: "router", peer: name) }
}
