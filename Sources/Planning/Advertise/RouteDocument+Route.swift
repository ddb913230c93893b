package import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import KubeModel
package import SpeakerAPI

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

extension RouteSourceDocument {
    /// A source as documents show it.
    package init(_ source: RouteSource) {
        self.init(advertisement: source.entry.advertisement, type: source.type.rawValue)
        object = source.object.map { object in object.namespace.map { "\($0)/\(object.name)" } ?? object.name }
        kind = source.type == .podCIDR ? source.object.flatMap { $0.kind == Node.type.kind ? nil : $0.kind } : nil
        address = source.address?.rawValue
        device = source.device
    }
}
