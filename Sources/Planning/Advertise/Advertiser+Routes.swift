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

    /// The route of a peer to one prefix.
    package func route(to prefix: IPPrefix, of peer: PeerID) -> Route? {
        tables[peer]?.attributes(of: prefix).map { Route(prefix: prefix, attributes: $0) }
    }

    /// Where a group's routes come from, in the order of entry and object.
    package func sources(ofGroup group: Int) -> [IPPrefix: [RouteSource]] {
        guard candidates.indices.contains(group) else { return [:] }
        var sources: [IPPrefix: [RouteSource]] = [:]
        func add(_ contribution: RouteCandidate, _ service: ObjectKey?) {
            guard isAnnounced(contribution, of: service, to: group) else { return }
            sources[contribution.prefix, default: []].append(source(contribution, service))
        }
        for contribution in policy.contributions(configuration) { add(contribution, nil) }
        for (service, list) in services.contributions {
            for contribution in list { add(contribution, service) }
        }
        return sources.mapValues { Array(Set($0)).sorted() }
    }

    /// Where the routes to one prefix come from, for a peer.
    package func sources(of prefix: IPPrefix, to peer: PeerID) -> [RouteSource] {
        guard let group = policy.peers.first(where: { $0.id == peer })?.group else { return [] }
        var sources: Set<RouteSource> = []
        func add(_ contribution: RouteCandidate, _ service: ObjectKey?) {
            guard contribution.prefix == prefix, isAnnounced(contribution, of: service, to: group) else { return }
            sources.insert(source(contribution, service))
        }
        for contribution in policy.contributions(configuration) { add(contribution, nil) }
        for (service, list) in services.contributions {
            for contribution in list { add(contribution, service) }
        }
        return sources.sorted()
    }

    /// Whether a contribution makes a route of a group.
    func isAnnounced(_ contribution: RouteCandidate, of service: ObjectKey?, to group: Int) -> Bool {
        guard policy.groups(of: contribution.entry, contribution.prefix.family).contains(group) else { return false }
        guard let held = service.flatMap({ tenants.held[$0] })?[group] else { return true }
        return !held.contains(contribution.prefix)
    }

    private func source(_ contribution: RouteCandidate, _ service: ObjectKey?) -> RouteSource {
        policy.source(contribution, service, node: configuration.nodeName)
    }
}
