import BGPEngine
import BGPTypes
import BGPWire

extension NodePolicy {
    /// The merged attributes of a set of rules.
    func attributes(_ places: [Int]) -> RouteAttributes {
        var merged = EntryAttributes()
        for place in places { merged.merge(rules[place].attributes) }
        let attributes = merged.routeAttributes
        guard standing.gates.drain != .none, places.contains(where: { rules[$0].concernsServices })
        else { return attributes }
        // What a draining node still announces asks routers to prefer anybody else (RFC 8326).
        var leaving = attributes.adding([.gracefulShutdown])
        leaving.localPreference = 0
        return leaving
    }
}
