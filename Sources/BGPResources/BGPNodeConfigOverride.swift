package import BGPTypes
package import KubeModel

/// What differs on one node from its ClusterConfig; the object's name is the node's.
package struct BGPNodeConfigOverride: KubeObject {
    package static let type = ResourceType.martlet(kind: "BGPNodeConfigOverride", plural: "bgpnodeconfigoverrides")

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

extension BGPNodeConfigOverride {
    /// What the user asks for.
    package struct Spec: Codable, Hashable, Sendable {
        /// The instances that differ, 1 to 16, by name.
        package var bgpInstances: [Instance]

        /// Changes these instances.
        package init(bgpInstances: [Instance]) {
            self.bgpInstances = bgpInstances
        }
    }

    /// What differs in one instance; what is absent stays as the ClusterConfig says.
    package struct Instance: Codable, Hashable, Sendable {
        /// The instance of the ClusterConfig, 1 to 255 characters.
        package var name: String
        /// The BGP identifier on this node.
        package var routerID: RouterID?
        /// The TCP port the instance listens on, 1 to 65535.
        package var localPort: Int?
        /// The AS of the instance on this node, 1 to 4294967295.
        package var localASN: ASNumber?
        /// The peers that differ, by name.
        @EmptyWhenAbsent package var peers: [Peer]

        /// Changes the instance of this name.
        package init(
            name: String,
            routerID: RouterID? = nil,
            localPort: Int? = nil,
            localASN: ASNumber? = nil,
            peers: [Peer] = []
        ) {
            self.name = name
            self.routerID = routerID
            self.localPort = localPort
            self.localASN = localASN
            self.peers = peers
        }
    }

    /// What differs for one peer.
    package struct Peer: Codable, Hashable, Sendable {
        /// The peer of the ClusterConfig, 1 to 255 characters.
        package var name: String
        /// The source address of the session.
        package var localAddress: ScopedAddress?
        /// Accepted so that older manifests apply, 1 to 65535; without effect.
        package var localPort: Int?

        /// Changes the peer of this name.
        package init(name: String, localAddress: ScopedAddress? = nil, localPort: Int? = nil) {
            self.name = name
            self.localAddress = localAddress
            self.localPort = localPort
        }
    }

    /// What the operator found.
    package struct Status: Codable, Hashable, Sendable {
        /// Verdicts by type, sorted by type.
        @EmptyWhenAbsent package var conditions: [Condition]

        /// A status.
        package init(conditions: [Condition] = []) {
            self.conditions = conditions
        }
    }
}
