import BGPResources
package import BGPTypes
package import KubeModel
package import PlainText
package import Planning
import SpeakerAPI

/// Which node announces which address of a Service to whom, and why (`kubectl bgp explain service`).
package struct ServiceExplanation: Codable, Hashable, Sendable {
    /// `martlet.dev/v2`.
    package var apiVersion = DocumentVersion.current
    package var kind = "ServiceExplanation"
    /// The Service and its policies.
    package var service: ExplainedService
    /// The policy that was asked about, for which the verdicts `asked` and the reasons hold; absent when none was.
    package var asPolicy: String?
    /// What is wrong with the Service itself.
    package var findings: [ExplainedReason]
    /// Its addresses by kind and value.
    package var addresses: [ExplainedAddress]
    /// Every node, by name.
    package var nodes: [ExplainedNode]
}

/// A Service as far as announcing it goes.
package struct ExplainedService: Codable, Hashable, Sendable {
    package var namespace: String
    package var name: String
    package var type: String
    /// Who implements the load balancer, if it says so.
    package var loadBalancerClass: String?
    /// True where another implementation serves load balancers of this class, or without one; else absent.
    package var isForeign: Bool?
    /// Governs LoadBalancerIP and ExternalIP.
    package var externalTrafficPolicy: Service.TrafficPolicy
    /// Governs ClusterIP.
    package var internalTrafficPolicy: Service.TrafficPolicy
}

/// One address and where it stands.
package struct ExplainedAddress: Codable, Hashable, Sendable {
    package var address: IPAddress
    package var kind: AddressKind
    /// The Service field that lists it.
    package var origin: String
    /// The policy that governs it.
    package var policy: Service.TrafficPolicy
}

package struct ExplainedNode: Codable, Hashable, Sendable {
    package var name: String
    /// The ClusterConfig it belongs to; absent when it has no part in BGP.
    package var clusterConfig: String?
    /// The Service's endpoints on it, by family, for the families of the addresses.
    package var endpoints: [ExplainedEndpoints]
    /// What holds for all addresses, such as that no ClusterConfig selects the node.
    package var reasons: [ExplainedReason]
    /// The verdict on every address.
    package var addresses: [ExplainedVerdict]
}

/// Endpoints on a node, counted.
package struct ExplainedEndpoints: Codable, Hashable, Sendable {
    /// `IPv4` or `IPv6`.
    package var family: String
    package var onNode: EndpointCounts
    /// In the whole cluster.
    package var inCluster: EndpointCounts
}

/// What a node does with one address.
package struct ExplainedVerdict: Codable, Hashable, Sendable {
    package var address: IPAddress
    package var kind: AddressKind
    /// As things are.
    package var now: Verdict
    /// If the governing policy were the one asked about; absent when none was.
    package var asked: Verdict?
    /// If the governing policy were Cluster.
    package var underCluster: Verdict
    /// If the governing policy were Local.
    package var underLocal: Verdict
    /// Every reason that holds for some peer, each once, under the policy asked about if one was.
    package var reasons: [ExplainedReason]
    /// Peer by peer, as things are.
    package var peers: [ExplainedPeer]
}

/// What one peer is told about one address.
package struct ExplainedPeer: Codable, Hashable, Sendable {
    package var instance: String
    package var peer: String
    /// Whether some entry chooses the address for the peer.
    package var selected: Bool
    /// Whether Service, endpoints and node allow it.
    package var eligible: Bool
    /// Both.
    package var verdict: Verdict
    package var prefixes: [IPPrefix]
    /// Whether it is on the wire; absent when the speaker could not be asked.
    package var wire: ExplainedWire?
}

/// What stands on the wire to one peer.
package struct ExplainedWire: Codable, Hashable, Sendable {
    /// The session's state.
    package var sessionState: SessionState
    /// Whether one of the prefixes is announced on it; absent when the speaker did not say.
    package var announced: Bool?
    /// Since when.
    package var since: Timestamp?
    /// Why decision and wire differ; absent when they agree.
    package var difference: ExplainedReason?
}
