package import BGPTypes
package import KubeModel
package import Planning
package import SpeakerAPI

/// Who announces a prefix, as what, and who does not and why (`kubectl bgp explain route`).
package struct RouteExplanation: Codable, Hashable, Sendable {
    /// `martlet.dev/v2`.
    package var apiVersion = DocumentVersion.current
    package var kind = "RouteExplanation"
    /// The prefix; of an address the longest match among what is announced, or its host route.
    package var prefix: IPPrefix
    /// The addresses of Services in it, by Service.
    package var addresses: [ExplainedPrefixAddress]
    /// What holds for the prefix on every node: pools that hold it, prefixes that cover it, that nobody has it.
    package var findings: [ExplainedReason]
    /// Announced prefixes that cover it, the longest first: where its traffic goes when it is not announced itself.
    package var covering: [ExplainedPrefix]
    /// Announced prefixes inside it, in order, the first hundred.
    package var moreSpecific: [ExplainedPrefix]
    /// Every node, by name.
    package var nodes: [ExplainedRouteNode]
}

/// An address of a Service.
package struct ExplainedPrefixAddress: Codable, Hashable, Sendable {
    /// The Service's namespace.
    package var namespace: String
    /// The Service's name.
    package var name: String
    package var address: IPAddress
    package var kind: AddressKind
    /// The policy that governs it.
    package var policy: Service.TrafficPolicy
}

/// A prefix and the nodes that want it announced.
package struct ExplainedPrefix: Codable, Hashable, Sendable {
    package var prefix: IPPrefix
    /// The nodes, by name.
    package var nodes: [String]
}

/// What one node does with a prefix.
package struct ExplainedRouteNode: Codable, Hashable, Sendable {
    package var name: String
    /// The ClusterConfig it belongs to; absent when it has no part in BGP.
    package var clusterConfig: String?
    /// What holds whatever the peer.
    package var reasons: [ExplainedReason]
    package var peers: [ExplainedRoutePeer]
}

/// What one peer is told about a prefix.
package struct ExplainedRoutePeer: Codable, Hashable, Sendable {
    package var instance: String
    package var peer: String
    /// Whether the node wants the prefix announced to the peer.
    package var verdict: Verdict
    /// The objects and entries that it comes from; empty when withheld.
    package var sources: [RouteSourceDocument]
    /// Its attributes, each with where it comes from; empty when withheld.
    package var attributes: [ExplainedAttribute]
    /// Why, for and against.
    package var reasons: [ExplainedReason]
    /// Whether it is on the wire; absent when the speaker could not be asked.
    package var wire: ExplainedWire?
    /// The route as it stands on the wire, when it does.
    package var sent: RouteDocument?
}
