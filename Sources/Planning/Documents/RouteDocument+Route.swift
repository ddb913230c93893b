package import BGPEngine
import BGPTypes
import BGPWire

extension RouteDocument {
    /// A decided route, before any session adds next hop and path.
    package init(_ route: SourcedRoute, to peer: PeerID) {
        let attributes = route.route.attributes
        self.init(
            instance: peer.instance,
            peer: peer.peer,
            prefix: route.route.prefix,
            origin: attributes.origin.description
        )
        localPreference = attributes.localPreference
        med = attributes.med
        asPathPrepend = attributes.asPathPrepend > 0 ? attributes.asPathPrepend : nil
        communities = attributes.communities.isEmpty ? nil : attributes.communities.map(\.description)
        largeCommunities = attributes.largeCommunities.isEmpty ? nil : attributes.largeCommunities.map(\.description)
        sources = route.sources.map(RouteSourceDocument.init)
    }
}
