package import BGPTypes
package import KubeModel

/// One thing that brings a prefix, and the groups of peers that get it for that.
package struct RouteOrigin: Sendable {
    let prefix: IPPrefix
    let source: RouteSource
    let groups: [Int]
}

/// Where routes come from, collected in pieces, so that nobody who decides has to wait for whoever asks.
package struct RouteOrigins: Sendable {
    private var origins: [IPPrefix: [RouteOrigin]] = [:]

    /// Knows nothing yet.
    package init() {}

    /// Takes what the condition holds for.
    package mutating func add(_ more: some Sequence<RouteOrigin>, where isWanted: (IPPrefix) -> Bool) {
        for origin in more where isWanted(origin.prefix) { origins[origin.prefix, default: []].append(origin) }
    }

    /// Where a group's route to a prefix comes from, in the order of entry and object.
    package func sources(of prefix: IPPrefix, group: Int) -> [RouteSource] {
        guard let found = origins[prefix] else { return [] }
        return Set(found.lazy.filter { $0.groups.contains(group) }.map(\.source)).sorted()
    }
}

/// What the configuration alone brings, apart from Services: to be worked out away from where the decision is kept.
package struct ConfiguredOrigins: Sendable {
    let policy: NodePolicy
    let configuration: NodeConfiguration

    /// All of it, one after the other.
    package var all: some Sequence<RouteOrigin> {
        policy.candidates(configuration).lazy.map {
            policy.origin($0, nil, node: configuration.nodeName)
        }
    }
}

extension Advertiser {
    /// What the configuration alone brings.
    package var configured: ConfiguredOrigins { ConfiguredOrigins(policy: policy, configuration: configuration) }

    /// The Services that bring anything, in no order.
    package var announcedServices: [ObjectKey] { services.candidates.map(\.service) }

    /// What some Services bring.
    package func origins(of services: some Sequence<ObjectKey>) -> [RouteOrigin] {
        services.flatMap { service in
            self.services.candidates(of: service).map { policy.origin($0, service, node: configuration.nodeName) }
        }
    }
}

extension NodePolicy {
    fileprivate func origin(_ candidate: RouteCandidate, _ service: ObjectKey?, node: String) -> RouteOrigin {
        RouteOrigin(
            prefix: candidate.prefix,
            source: source(candidate, service, node: node),
            groups: groups(of: candidate.rule, candidate.prefix.family)
        )
    }

    /// Where a candidate comes from.
    func source(_ candidate: RouteCandidate, _ service: ObjectKey?, node: String) -> RouteSource {
        let entry = rules[candidate.rule].reference
        return RouteSource(entry: entry, origin: candidate.origin, service: service, node: node)
    }
}
