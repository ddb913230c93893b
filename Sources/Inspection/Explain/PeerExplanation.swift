package import BGPResources
package import BGPTypes
import SpeakerAPI

/// How the session of a node with a peer stands and what it carries (`kubectl bgp explain peer`).
package struct PeerExplanation: Codable, Hashable, Sendable {
    /// `martlet.dev/v2`.
    package var apiVersion = DocumentVersion.current
    package var kind = "PeerExplanation"
    package var node: String
    package var instance: String
    package var peer: String
    /// The instance's AS.
    package var localASN: ASNumber?
    /// The AS the configuration expects; absent when any is accepted.
    package var configuredASN: ASNumber?
    /// The BGPPeerConfig with the session's settings; absent when the peer names none.
    package var peerConfig: String?
    /// The session as its speaker sees it: state, since when, what was agreed on, the last error with cause and fix.
    package var session: PeerStatus
    /// What keeps the session down, or what its peer is told differently than one might expect.
    package var reasons: [ExplainedReason]
    /// The families in the order of the BGPPeerConfig.
    package var families: [ExplainedFamily]
    /// Where wire and decision differ; empty when they agree, absent when the speaker could not be asked.
    package var differences: [ExplainedDifference]?
}

/// What one family of a session carries.
package struct ExplainedFamily: Codable, Hashable, Sendable {
    /// `ipv4/unicast` or `ipv6/unicast`.
    package var family: String
    /// Whether both sides agreed on it; absent without a session.
    package var negotiated: Bool?
    /// The labels by which BGPAdvertisements are chosen, as a selector; absent when there is none.
    package var selector: String?
    /// The BGPAdvertisements that it chooses, by name.
    package var advertisements: [ExplainedAdvertisement]
    /// How many routes the node wants announced.
    package var wanted: Int
    /// How many are; absent when the speaker did not say.
    package var announced: Int?
    /// How many the peer announced to us; absent without a session.
    package var received: Int?
    /// How many of these are counted and not kept; absent when there are none.
    package var notKept: Int?
    /// The address of the node that announced routes name; absent without a session, or when there is none.
    package var nextHop: IPAddress?
    /// Why nothing, or less than one might expect, is carried.
    package var reasons: [ExplainedReason]
}

/// One BGPAdvertisement that a family carries.
package struct ExplainedAdvertisement: Codable, Hashable, Sendable {
    package var name: String
    /// How many of the wanted routes it takes part in.
    package var routes: Int
}

/// Routes of which the wire says something else than the decision, for one and the same reason.
package struct ExplainedDifference: Codable, Hashable, Sendable {
    /// Why.
    package var reason: ExplainedReason
    /// How many routes.
    package var count: Int
    /// The first ten of them.
    package var prefixes: [IPPrefix]
}
