import BGPEngine
package import BGPResources
import BGPTypes
package import KubeModel

/// The decision of one node, kept up to date change by change.
///
/// It always holds exactly what another one finds from scratch for the same objects. A changed Service or EndpointSlice
/// costs what that Service costs, whatever else there is, and a changed Advertisement what it announces; any other change
/// of the configuration costs a pass over everything. Peers whose PeerConfigs select alike share one table of routes, so a
/// further peer costs nothing. The bounds of what a tenant may bring are those of the first configuration, since a speaker gets
/// them as flags.
package struct Advertiser: Sendable {
    /// What the node is asked to do and what it is.
    package internal(set) var configuration: NodeConfiguration
    var policy: NodePolicy
    /// The Services, with their endpoints and what they contribute to the tables.
    var services: KnownServices
    /// Which Services have which address.
    var holdings = AddressHoldings()
    /// Whose addresses are those of no Service, as this node knows it.
    var owners: ClusterAddresses
    /// The Services with an address that is another's or that no proxy serves.
    var withheldServices: Set<ObjectKey> = []
    /// Counts the times that `withheldServices`, or why they are in it, may have changed.
    var withheldVersion = 0
    /// What tenants may bring, and what is held back beyond that.
    private(set) var tenants: TenantRoutes
    /// Why each group of `tables` has its routes.
    private(set) var candidateTables: [CandidateTable] = []
    /// The routes that peers are to have, by group.
    package private(set) var tables = PeerTables()
    /// What is selected of Services and not announced.
    var unannounced = UnannouncedServices()

    /// Decides everything from scratch.
    package init(_ snapshot: NodeSnapshot) {
        self.init(
            snapshot.configuration,
            services: snapshot.services.lazy.map(AnnouncedService.init),
            endpointSlices: snapshot.endpointSlices.lazy.map(ServiceEndpoints.init)
        )
    }

    /// Decides everything from scratch, from what stores keep of Services and EndpointSlices.
    package init(
        _ configuration: NodeConfiguration,
        services allServices: some Sequence<AnnouncedService>,
        endpointSlices: some Sequence<ServiceEndpoints>
    ) {
        self.configuration = configuration
        self.configuration.advertisements = unique(configuration.advertisements)
        policy = NodePolicy(configuration)
        tenants = TenantRoutes(bounds: configuration.gates.bounds)
        services = KnownServices(
            node: configuration.nodeName,
            bounds: configuration.gates.bounds,
            classes: configuration.gates.classes
        )
        owners = configuration.clusterAddresses.seen(by: configuration)
        for service in allServices {
            let before = services[service.key]
            services.put(service, at: service.key)
            _ = claimAddresses(of: service.key, from: before)
        }
        for slice in endpointSlices { _ = services.file(slice, as: slice.key) }
        for key in services.keys { _ = findOwners(of: key) }
        decideEverything()
    }

    /// Takes another configuration, of the same node, decides everything anew and returns `tables`.
    ///
    /// Groups of peers may be others than before. What a group's first peer was to have before is shared with its new table, and
    /// is the very same where it is equal.
    @discardableResult
    package mutating func configure(_ configuration: NodeConfiguration) -> PeerTables {
        let nodeChanged = configuration.nodeName != self.configuration.nodeName
        precondition(!nodeChanged, "an advertiser decides for one node")
        self.configuration = configuration
        self.configuration.advertisements = unique(configuration.advertisements)
        policy = NodePolicy(configuration)
        _ = learn(configuration.clusterAddresses.seen(by: configuration))
        decideEverything()
        return tables
    }

    /// Takes changed objects, nil for those that are gone, and decides what depends on them.
    ///
    /// `addresses` are those of nodes, pods and routers where they are others than before. Returns `tables`: the groups stay as
    /// they are, and a group that nothing changed for keeps the very same table.
    @discardableResult
    package mutating func update(
        addresses: ClusterAddresses? = nil,
        advertisements: [String: BGPAdvertisement?] = [:],
        services changedServices: [ObjectKey: AnnouncedService?] = [:],
        endpointSlices changedSlices: [ObjectKey: ServiceEndpoints?] = [:]
    ) -> PeerTables {
        var concerned = Set(changedServices.keys)
        for (key, slice) in changedSlices { concerned.formUnion(services.file(slice, as: key)) }
        for index in candidateTables.indices { candidateTables[index].startRecording() }
        defer { policy.forgetRetired() }
        exchange(advertisements)
        for key in concerned { removeCandidates(of: key) }
        var claimants: Set<ObjectKey> = []
        var rivals = Set(changedServices.keys)
        for (key, service) in changedServices {
            let before = services[key]
            services.put(service, at: key)
            rivals.formUnion(claimAddresses(of: key, from: before))
            claimants.formUnion(
                tenants.update(key, from: before, to: services[key], under: policy, among: services)
            )
        }
        for key in settleOwners(addresses, of: rivals).subtracting(concerned) {
            removeCandidates(of: key)
            concerned.insert(key)
        }
        for key in claimants.subtracting(concerned) {
            removeCandidates(of: key)
            concerned.insert(key)
        }
        for key in claimants { tenants.hold(key, under: policy, among: services) }
        for key in concerned { addCandidates(of: key) }
        for index in candidateTables.indices {
            candidateTables[index].finishRecording(&tables.groups[index].table, attributes: policy.attributes)
        }
        return tables
    }

    private mutating func decideEverything() {
        services.removeAllCandidates()
        candidateTables = policy.groups.map { _ in CandidateTable() }
        for candidate in policy.candidates(configuration) { add(candidate) }
        tenants.reset(under: policy, among: services)
        unannounced.begin()
        for key in services.keys { addCandidates(of: key) }
        unannounced.end()
        tables = PeerTables(
            zip(policy.groups, candidateTables).map { group, candidates in
                let table = candidates.table(attributes: policy.attributes)
                return PeerTables.Group(peers: group.peers, table: tables[group.peers[0]].map(table.sharing) ?? table)
            }
        )
    }

    mutating func addCandidates(of key: ObjectKey) {
        guard let facts = services[key] else { return unannounced.note(key, []) }
        let (found, kept) = policy.verdicts(facts, by: policy.serviceRules)
        unannounced.note(key, kept)
        guard !found.isEmpty else { return }
        services.setCandidates(found, of: key)
        for candidate in found { add(candidate, of: key) }
    }

    mutating func removeCandidates(of key: ObjectKey) {
        let candidates = services.candidates(of: key)
        guard !candidates.isEmpty else { return }
        services.setCandidates([], of: key)
        for candidate in candidates { remove(candidate, of: key) }
    }

    mutating func add(_ candidate: RouteCandidate, of service: ObjectKey? = nil) {
        let held = service.flatMap { tenants.held[$0] }
        for group in policy.groups(of: candidate.rule, candidate.prefix.family) {
            if let held = held?[group], held.contains(candidate.prefix) { continue }
            candidateTables[group].add(candidate.rule, candidate.prefix)
        }
    }

    mutating func remove(_ candidate: RouteCandidate, of service: ObjectKey? = nil) {
        let held = service.flatMap { tenants.held[$0] }
        for group in policy.groups(of: candidate.rule, candidate.prefix.family) {
            if let held = held?[group], held.contains(candidate.prefix) { continue }
            candidateTables[group].remove(candidate.rule, candidate.prefix)
        }
    }
}

// What one tenant may bring.
extension Advertiser {
    /// Counts the times that `boundExcesses` or `withheldAddresses` may have changed.
    package var boundVersion: Int { tenants.version + withheldVersion }

    /// What is held back because a tenant brings more than it may, Services first, by name.
    package var boundExcesses: [BoundExcess] { tenants.excesses(under: policy, among: services) }

    /// Withdraws what depends on how much there is room for, before entries of type Service come or go.
    mutating func suspendBounded() -> [ObjectKey] {
        let keys = tenants.bounded(among: services)
        for key in keys { removeCandidates(of: key) }
        return keys
    }

    /// Announces what was suspended as there is room for it among the entries of now.
    mutating func resume(_ keys: [ObjectKey]) {
        tenants.reopenLedgers(under: policy, among: services)
        for key in keys {
            tenants.hold(key, under: policy, among: services)
            addCandidates(of: key)
        }
    }
}
