import BGPEngine
import BGPTypes
import BGPWire

extension NodePolicy {
    /// The merged attributes of a set of entries.
    func attributes(_ entries: [Int]) -> RouteAttributes {
        var merged = EntryAttributes()
        for entry in entries { merged.merge(self.entries[entry].attributes) }
        let attributes = merged.routeAttributes
        guard standing.gates.drain != .none, entries.contains(where: { self.entries[$0].concernsServices })
        else { return attributes }
        // What a draining node still announces asks routers to prefer anybody else (RFC 8326).
        var leaving = attributes.adding([.gracefulShutdown])
        leaving.localPreference = 0
        return leaving
    }
}
