package import BGPEngine
package import BGPTypes
package import KubeModel

extension Advertiser {
    /// The routes of a peer, by prefix; none for a peer the node does not have.
    package func routes(of peer: PeerID) -> [Route] { tables[peer]?.routes ?? [] }

    /// What the resources say of announcing to a peer; nil for a peer the node does not have.
    package func policy(of peer: PeerID) -> PeerPolicy? { policy.peers.first { $0.id == peer } }

    /// The Advertisements that a family of a peer selects, by name.
    package func advertisements(of family: FamilyPolicy) -> [String] { policy.advertisements(family) }

    /// What is known of a Service; nil for one that is not there.
    package func facts(of service: ObjectKey) -> ServiceFacts? { services[service] }

    /// The prefixes that any peer is to get.
    package var wantedPrefixes: Set<IPPrefix> {
        var prefixes: Set<IPPrefix> = []
        for group in tables.groups {
            for family in IPFamily.allCases { prefixes.formUnion(group.table.allPrefixes(family)) }
        }
        return prefixes
    }

    package func route(to prefix: IPPrefix, of peer: PeerID) -> Route? {
        tables[peer]?.attributes(of: prefix).map { Route(prefix: prefix, attributes: $0) }
    }

    /// Where a group's routes come from, in the order of entry and object.
    package func sources(ofGroup group: Int) -> [IPPrefix: [RouteSource]] {
        guard candidateTables.indices.contains(group) else { return [:] }
        var sources: [IPPrefix: [RouteSource]] = [:]
        func add(_ candidate: RouteCandidate, _ service: ObjectKey?) {
            guard isAnnounced(candidate, of: service, to: group) else { return }
            sources[candidate.prefix, default: []].append(source(candidate, service))
        }
        for candidate in policy.candidates(configuration) { add(candidate, nil) }
        for (service, list) in services.candidates {
            for candidate in list { add(candidate, service) }
        }
        return sources.mapValues { Array(Set($0)).sorted() }
    }

    /// Where the routes to one prefix come from, for a peer.
    package func sources(of prefix: IPPrefix, to peer: PeerID) -> [RouteSource] {
        guard let group = policy.peers.first(where: { $0.id == peer })?.group else { return [] }
        var sources: Set<RouteSource> = []
        func add(_ candidate: RouteCandidate, _ service: ObjectKey?) {
            guard candidate.prefix == prefix, isAnnounced(candidate, of: service, to: group) else { return }
            sources.insert(source(candidate, service))
        }
        for candidate in policy.candidates(configuration) { add(candidate, nil) }
        for (service, list) in services.candidates {
            for candidate in list { add(candidate, service) }
        }
        return sources.sorted()
    }

    /// Whether a candidate makes a route of a group.
    func isAnnounced(_ candidate: RouteCandidate, of service: ObjectKey?, to group: Int) -> Bool {
        guard policy.groups(of: candidate.rule, candidate.prefix.family).contains(group) else { return false }
        guard let held = service.flatMap({ tenants.held[$0] })?[group] else { return true }
        return !held.contains(candidate.prefix)
    }

    private func source(_ candidate: RouteCandidate, _ service: ObjectKey?) -> RouteSource {
        policy.source(candidate, service, node: configuration.nodeName)
    }
}
