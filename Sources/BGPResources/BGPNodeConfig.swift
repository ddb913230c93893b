package import BGPTypes
package import KubeModel

/// What one node runs; the object's name is the node's, the operator writes `spec`, the node's speaker `status`.
package struct BGPNodeConfig: KubeObject {
    package static let type = ResourceType.martlet(kind: "BGPNodeConfig", plural: "bgpnodeconfigs")

    /// Name, labels and the rest of the object's metadata.
    package var metadata: ObjectMeta
    /// What the operator rendered.
    package var spec: Spec
    /// What the speaker sees; absent until its first report.
    package var status: Status?

    /// An object of this kind.
    package init(metadata: ObjectMeta, spec: Spec, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

extension BGPNodeConfig {
    /// What the operator rendered.
    package struct Spec: Codable, Hashable, Sendable {
        /// As in the ClusterConfig; absent is `Honor`.
        package var nodeExclusion: NodeExclusion?
        /// The BGP routers the node runs, 1 to 16, by name.
        package var bgpInstances: [Instance]

        /// A node's configuration.
        package init(nodeExclusion: NodeExclusion? = nil, bgpInstances: [Instance]) {
            self.nodeExclusion = nodeExclusion
            self.bgpInstances = bgpInstances
        }

        /// `nodeExclusion` with its default.
        package var effectiveNodeExclusion: NodeExclusion { nodeExclusion ?? .honor }
    }

    /// One BGP router on the node.
    package struct Instance: Codable, Hashable, Sendable {
        /// Unique in the object, 1 to 255 characters.
        package var name: String
        /// Its AS, 1 to 4294967295; without one the instance does not run.
        package var localASN: ASNumber?
        /// Its BGP identifier; without one the speaker takes the node's IPv4 address.
        package var routerID: RouterID?
        /// Where `routerID` came from; absent without one.
        package var routerIDSource: RouterIDSource?
        /// The TCP port it listens on, 1 to 65535; absent is dialling only.
        package var localPort: Int?
        /// Its neighbours, by name.
        @EmptyWhenAbsent package var peers: [Peer]

        /// A BGP router.
        package init(
            name: String,
            localASN: ASNumber? = nil,
            routerID: RouterID? = nil,
            routerIDSource: RouterIDSource? = nil,
            localPort: Int? = nil,
            peers: [Peer] = []
        ) {
            self.name = name
            self.localASN = localASN
            self.routerID = routerID
            self.routerIDSource = routerIDSource
            self.localPort = localPort
            self.peers = peers
        }
    }

    /// One neighbour of an instance.
    package struct Peer: Codable, Hashable, Sendable {
        /// Unique in the instance, 1 to 255 characters.
        package var name: String
        /// Where it is; exactly one of this and `autoDiscovery` is set.
        package var peerAddress: ScopedAddress?
        /// Its AS; absent and 0 accept whatever AS it says.
        package var peerASN: ASNumber?
        /// How its address is found.
        package var autoDiscovery: AutoDiscovery?
        /// The source address of the session, from an override.
        package var localAddress: ScopedAddress?
        /// The session's settings; absent is all defaults, which announce nothing.
        package var peerConfigRef: PeerConfigReference?

        /// A neighbour.
        package init(
            name: String,
            peerAddress: ScopedAddress? = nil,
            peerASN: ASNumber? = nil,
            autoDiscovery: AutoDiscovery? = nil,
            localAddress: ScopedAddress? = nil,
            peerConfigRef: PeerConfigReference? = nil
        ) {
            self.name = name
            self.peerAddress = peerAddress
            self.peerASN = peerASN
            self.autoDiscovery = autoDiscovery
            self.localAddress = localAddress
            self.peerConfigRef = peerConfigRef
        }
    }
}
