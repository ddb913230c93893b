package import BGPTypes
import PlainText

/// How a peer's address is found when it is not written down.
package struct AutoDiscovery: Codable, Hashable, Sendable {
    /// Where the address comes from.
    package var mode: Mode
    /// Settings of mode `DefaultGateway`, required with it.
    package var defaultGateway: DefaultGateway?

    /// Where an address comes from.
    package enum Mode: String, ListedValue {
        /// The gateway of the node's default route.
        case defaultGateway = "DefaultGateway"
    }

    /// Which default route's gateway is the peer.
    package struct DefaultGateway: Codable, Hashable, Sendable {
        /// The family of the default route.
        package var addressFamily: IPFamily

        /// Chooses a default route.
        package init(addressFamily: IPFamily) {
            self.addressFamily = addressFamily
        }
    }

    /// Finds the peer by `mode`.
    package init(mode: Mode, defaultGateway: DefaultGateway? = nil) {
        self.mode = mode
        self.defaultGateway = defaultGateway
    }
}
