import BGPEngine
import BGPResources
package import BGPTypes
import KubeModel

/// The service prefixes that a node would announce in service and that none of the others announces on an established
/// session: what a drain must keep.
///
/// It is the decision that the others' speakers run. Prefixes are asked after one by one, and once somebody announces
/// one nobody further is asked, so that it costs little more than the node's own decision as long as others are there.
package func lastAnnounced(
    by node: NodeConfiguration,
    others: [OtherNode],
    services: [AnnouncedService],
    endpointSlices: [ServiceEndpoints]
) -> Set<IPPrefix> {
    var configuration = node
    configuration.gates = node.gates.opened
    let own = NodePolicy(configuration)
    let slices = Dictionary(grouping: endpointSlices.filter { $0.serviceKey != nil }) { $0.serviceKey ?? $0.key }
    let facts = services.map { ServiceFacts($0, bounds: node.gates.bounds, classes: node.gates.classes) }
        .withOwners(among: configuration.clusterAddresses.seen(by: configuration))
    var missing: Set<IPPrefix> = []
    for service in facts {
        let seen = service.seen(by: node.nodeName, slices[service.key] ?? [])
        missing.formUnion(own.candidates(seen).map(\.prefix))
    }
    let entries = own.candidates(configuration)
    missing.formUnion(entries.filter { own.rules[$0.rule].concernsServices }.map(\.prefix))
    let deciders = others.map { (name: $0.configuration.nodeName, policy: NodePolicy($0.configuration), other: $0) }
    for (_, policy, other) in deciders where !missing.isEmpty {
        for candidate in policy.candidates(other.configuration)
        where policy.reaches(other.established, candidate) {
            missing.remove(candidate.prefix)
        }
    }
    // Another Service may bring an aggregate that the node announces for this one, so every Service is looked at.
    let lengths = Set(missing.map(\.length))
    for service in facts where !missing.isEmpty {
        let slices = slices[service.key] ?? []
        for (name, policy, other) in deciders where service.mayBring(missing, lengths: lengths) {
            for candidate in policy.candidates(service.seen(by: name, slices))
            where policy.reaches(other.established, candidate) {
                missing.remove(candidate.prefix)
            }
        }
    }
    return missing
}

extension NodePolicy {
    /// Whether a candidate goes to one of these peers.
    fileprivate func reaches(_ peers: Set<PeerID>, _ candidate: RouteCandidate) -> Bool {
        groups(of: candidate.rule, candidate.prefix.family).contains { group in
            groups[group].peers.contains(where: peers.contains)
        }
    }
}

extension ServiceFacts {
    /// The facts with endpoints as a node sees them.
    fileprivate func seen(by node: String, _ slices: [ServiceEndpoints]) -> ServiceFacts {
        var facts = self
        facts.setEndpoints(slices, on: node)
        return facts
    }

    /// Whether an address of the Service lies in one of the prefixes, which have no other lengths than these.
    fileprivate func mayBring(_ prefixes: Set<IPPrefix>, lengths: Set<UInt8>) -> Bool {
        addresses.contains { address in
            lengths.contains { length in
                IPPrefix(masking: address.address, length: length).map(prefixes.contains) ?? false
            }
        }
    }
}
