import Addressing
import BGPEngine
package import BGPResources
package import KubeModel

/// The decision of one node, kept up to date change by change.
///
/// It always holds exactly what `advertise` finds from scratch for the same objects. A changed Service or EndpointSlice
/// costs what that Service costs, whatever else there is, and a changed Advertisement what it announces; any other change
/// of the configuration costs a pass over everything. Peers whose PeerConfigs select alike share one table of routes, so a
/// further peer costs nothing.
package struct Advertiser: Sendable {
    /// What the node is asked to do and what it is.
    package internal(set) var configuration: NodeConfiguration
    var policy: NodePolicy
    private(set) var services: [ObjectKey: ServiceFacts] = [:]
    private var slices: [ObjectKey: [ObjectKey: SliceTally]] = [:]
    private var serviceOfSlice: [ObjectKey: ObjectKey] = [:]
    var contributions: [ObjectKey: [Contribution]] = [:]
    private(set) var tables: [ContributionTable] = []

    /// Decides everything from scratch.
    package init(_ snapshot: NodeSnapshot) {
        configuration = snapshot.configuration
        configuration.advertisements = unique(configuration.advertisements)
        policy = NodePolicy(snapshot.configuration)
        for slice in snapshot.endpointSlices { file(slice, as: slice.key) }
        for service in snapshot.services { services[service.key] = facts(service) }
        decideEverything()
    }

    /// Takes another configuration; everything is decided anew.
    ///
    /// Returns nothing, since groups of peers may have changed: read `routes(of:)`.
    package mutating func configure(_ configuration: NodeConfiguration) {
        let nodeChanged = configuration.nodeName != self.configuration.nodeName
        precondition(!nodeChanged, "an advertiser decides for one node")
        self.configuration = configuration
        self.configuration.advertisements = unique(configuration.advertisements)
        policy = NodePolicy(configuration)
        decideEverything()
    }

    /// Takes changed objects, nil for those that are gone, and decides what depends on them.
    ///
    /// Returns what changed in the routes, for each group of peers that is concerned.
    package mutating func update(
        advertisements: [String: BGPAdvertisement?] = [:],
        services changedServices: [ObjectKey: Service?] = [:],
        endpointSlices changedSlices: [ObjectKey: EndpointSlice?] = [:]
    ) -> [RouteChanges] {
        var concerned = Set(changedServices.keys)
        for (key, slice) in changedSlices {
            if let previous = serviceOfSlice[key] { concerned.insert(previous) }
            if let slice, let service = slice.serviceKey { concerned.insert(service) }
            file(slice, as: key)
        }
        for (key, service) in changedServices {
            services[key] = service.map(facts)
        }
        for index in tables.indices { tables[index].startRecording() }
        defer { policy.forgetRetired() }
        exchange(advertisements)
        for key in concerned {
            let tallies = tallies(of: key)
            services[key]?.setEndpoints(tallies)
            withdrawContributions(of: key)
            announceContributions(of: key)
        }
        return tables.indices.compactMap { index in
            tables[index].finishRecording(peers: policy.groups[index].peers, attributes: policy.attributes)
        }
    }

    private func facts(_ service: Service) -> ServiceFacts {
        var facts = ServiceFacts(service)
        facts.setEndpoints(tallies(of: service.key))
        return facts
    }

    private func tallies(of service: ObjectKey) -> [(family: IPFamily, tally: EndpointTally)] {
        (slices[service] ?? [:]).values.map { ($0.family, $0.tally) }
    }

    private mutating func file(_ slice: EndpointSlice?, as key: ObjectKey) {
        if let previous = serviceOfSlice.removeValue(forKey: key) {
            slices[previous]?[key] = nil
            if slices[previous]?.isEmpty ?? false { slices[previous] = nil }
        }
        guard let slice, let service = slice.serviceKey, let family = slice.family else { return }
        let tally = SliceTally(family: family, tally: slice.tally(node: configuration.nodeName))
        slices[service, default: [:]][key] = tally
        serviceOfSlice[key] = service
    }

    private mutating func decideEverything() {
        contributions = [:]
        tables = policy.groups.map { _ in ContributionTable() }
        for contribution in policy.contributions(configuration) { add(contribution) }
        for key in services.keys { announceContributions(of: key) }
    }

    private mutating func announceContributions(of key: ObjectKey) {
        guard let facts = services[key] else { return }
        let found = policy.contributions(facts)
        guard !found.isEmpty else { return }
        contributions[key] = found
        for contribution in found { add(contribution) }
    }

    private mutating func withdrawContributions(of key: ObjectKey) {
        for contribution in contributions.removeValue(forKey: key) ?? [] { remove(contribution) }
    }

    mutating func add(_ contribution: Contribution) {
        for group in policy.groups(of: contribution.entry, contribution.prefix.family) {
            tables[group].add(contribution.entry, contribution.prefix)
        }
    }

    mutating func remove(_ contribution: Contribution) {
        for group in policy.groups(of: contribution.entry, contribution.prefix.family) {
            tables[group].remove(contribution.entry, contribution.prefix)
        }
    }

    private struct SliceTally {
        let family: IPFamily
        let tally: EndpointTally
    }
}
