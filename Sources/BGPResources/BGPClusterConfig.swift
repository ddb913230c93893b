package import BGPTypes
package import KubeModel

/// The wish for a set of nodes: which BGP instances they run and with whom these peer.
package struct BGPClusterConfig: KubeObject {
    package static let type = ResourceType.martlet(kind: "BGPClusterConfig", plural: "bgpclusterconfigs")

    /// Name, labels and the rest of the object's metadata.
    package var metadata: ObjectMeta
    /// What the user asks for.
    package var spec: Spec
    /// What the operator found; absent until its first look.
    package var status: Status?

    /// An object of this kind.
    package init(metadata: ObjectMeta, spec: Spec, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

extension BGPClusterConfig {
    /// What the user asks for.
    package struct Spec: Codable, Hashable, Sendable {
        /// The nodes this applies to; absent and `{}` are every node.
        package var nodeSelector: LabelSelector?
        /// Whether nodes labelled to be left out by load balancers announce service addresses; absent is `Honor`.
        package var nodeExclusion: NodeExclusion?
        /// The BGP routers each of the nodes runs, 1 to 16, by name.
        package var bgpInstances: [Instance]

        /// A wish for the nodes of `nodeSelector`.
        package init(
            nodeSelector: LabelSelector? = nil,
            nodeExclusion: NodeExclusion? = nil,
            bgpInstances: [Instance]
        ) {
            self.nodeSelector = nodeSelector
            self.nodeExclusion = nodeExclusion
            self.bgpInstances = bgpInstances
        }

        /// `nodeExclusion` with its default.
        package var effectiveNodeExclusion: NodeExclusion { nodeExclusion ?? .honor }
    }

    /// One BGP router on a node.
    package struct Instance: Codable, Hashable, Sendable {
        /// Unique in the object, 1 to 255 characters.
        package var name: String
        /// Its AS, 1 to 4294967295; may come from an override instead.
        package var localASN: ASNumber?
        /// The TCP port it listens on, 1 to 65535; absent is dialling only.
        package var localPort: Int?
        /// Its neighbours, by name.
        @EmptyWhenAbsent package var peers: [Peer]

        /// A BGP router.
        package init(name: String, localASN: ASNumber? = nil, localPort: Int? = nil, peers: [Peer] = []) {
            self.name = name
            self.localASN = localASN
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
        /// The session's settings; absent is all defaults, which announce nothing.
        package var peerConfigRef: PeerConfigReference?

        /// A neighbour.
        package init(
            name: String,
            peerAddress: ScopedAddress? = nil,
            peerASN: ASNumber? = nil,
            autoDiscovery: AutoDiscovery? = nil,
            peerConfigRef: PeerConfigReference? = nil
        ) {
            self.name = name
            self.peerAddress = peerAddress
            self.peerASN = peerASN
            self.autoDiscovery = autoDiscovery
            self.peerConfigRef = peerConfigRef
        }
    }
}
