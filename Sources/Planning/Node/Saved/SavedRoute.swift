package import BGPEngine
import BGPTypes
import BGPWire

/// A route as the files of the last good state have it.
package struct SavedRoute: Codable, Equatable, Sendable {
    private var prefix: IPPrefix
    private var origin: UInt8
    private var localPreference: UInt32?
    private var med: UInt32?
    private var prepend: Int?
    private var communities: [UInt32]?
    private var largeCommunities: [String]?

    /// A route as it is written.
    package init(_ route: Route) {
        let attributes = route.attributes
        prefix = route.prefix
        origin = attributes.origin.rawValue
        localPreference = attributes.localPreference
        med = attributes.med
        prepend = attributes.asPathPrepend == 0 ? nil : attributes.asPathPrepend
        communities = attributes.communities.isEmpty ? nil : attributes.communities.map(\.rawValue)
        largeCommunities = attributes.largeCommunities.isEmpty ? nil : attributes.largeCommunities.map(\.description)
    }

    package var route: Route {
        Route(
            prefix: prefix,
            attributes: RouteAttributes(
                origin: Origin(rawValue: origin) ?? .igp,
                localPreference: localPreference,
                med: med,
                asPathPrepend: prepend ?? 0,
                communities: (communities ?? []).map(Community.init(rawValue:)),
                largeCommunities: (largeCommunities ?? []).compactMap { LargeCommunity($0) }
            )
        )
    }
}

/// A peer as the files of the last good state have it.
package struct SavedPeer: Codable, Equatable, Sendable {
    private var instance: String
    private var peer: String

    /// A peer as it is written.
    package init(_ id: PeerID) {
        instance = id.instance
        peer = id.peer
    }

    package var id: PeerID { PeerID(instance: instance, peer: peer) }
}
