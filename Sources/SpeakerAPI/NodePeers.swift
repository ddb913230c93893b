package import BGPResources
package import BGPTypes
package import PlainText

/// What a speaker says of its peers (`GET /v1/peers`).
package struct NodePeers: Codable, Hashable, Sendable {
    /// `martlet.dev/v2`.
    package var apiVersion = DocumentVersion.current
    package var kind = "NodePeers"
    package var node: String
    /// What keeps the node's routes back; absent when unknown.
    package var gates: GatesDocument?
    /// Its instances in the user's order, with where they accept connections; absent when unknown.
    package var instances: [NodeInstance]?
    /// Its peers, instance by instance in the user's order.
    package var peers: [NodePeer]
    /// Prefixes that are wanted and wait because they flap, by time, the first thousand; absent when none waits, or unknown.
    package var paused: [PausedPrefix]?
    /// Why the speaker speaks for no node at all, such as a name that no Node has; absent when it does.
    package var problem: String?

    /// A document.
    package init(
        node: String,
        gates: GatesDocument? = nil,
        instances: [NodeInstance]? = nil,
        peers: [NodePeer],
        paused: [PausedPrefix] = [],
        problem: String? = nil
    ) {
        self.node = node
        self.gates = gates
        self.instances = instances
        self.peers = peers
        self.paused = paused.isEmpty ? nil : Array(paused.prefix(1000))
        self.problem = problem
    }
}

/// A prefix that is wanted and waits because it flaps.
package struct PausedPrefix: Codable, Hashable, Sendable {
    package var prefix: IPPrefix
    /// When it is announced again, if it is still wanted then.
    package var until: Timestamp

    /// Says until when a prefix waits.
    package init(prefix: IPPrefix, until: Timestamp) {
        self.prefix = prefix
        self.until = until
    }
}

/// Where an instance accepts connections.
package struct NodeInstance: Codable, Hashable, Sendable {
    /// The instance.
    package var name: String
    /// The addresses with their port, such as `0.0.0.0:179` and `[::]:179`; empty when it only dials.
    package var listening: [String]
    /// Why an address cannot be listened on, what probably lies behind it and what to do; absent when nothing is wrong.
    package var problem: String?
    /// The case in one word, as in the condition `Ready` of the BGPNodeConfig.
    package var reason: String?
    /// The AS it runs with; absent when unknown.
    package var localASN: ASNumber?
    /// The BGP identifier it runs with; absent when unknown.
    package var routerID: RouterID?

    /// An instance's sockets.
    package init(name: String, listening: [String] = [], problem: String? = nil, reason: String? = nil) {
        self.name = name
        self.listening = listening
        self.problem = problem
        self.reason = reason
    }
}

/// One peer with the instance it belongs to; the fields of `PeerStatus` and `instance` stand side by side.
package struct NodePeer: Codable, Hashable, Sendable {
    package var instance: String
    /// Everything known of the peer.
    package var status: PeerStatus

    package init(instance: String, status: PeerStatus) {
        self.instance = instance
        self.status = status
    }

    private enum CodingKeys: String, CodingKey {
        case instance
    }

    /// Reads both parts from one object.
    package init(from decoder: any Decoder) throws {
        instance = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .instance)
        status = try PeerStatus(from: decoder)
    }

    /// Writes both parts into one object.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(instance, forKey: .instance)
        try status.encode(to: encoder)
    }
}
