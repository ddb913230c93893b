import BGPEngine
package import BGPResources
import BGPTypes
package import KubeModel

/// The decision of one node, kept up to date change by change.
///
/// It always holds exactly what `advertise` finds from scratch for the same objects. A changed Service or EndpointSlice
/// costs what that Service costs, whatever else there is, and a changed Advertisement what it announces; any other change
/// of the configuration costs a pass over everything. Peers whose PeerConfigs select alike share one table of routes, so a
/// further peer costs nothing. The bounds of what a tenant may bring are those of the first configuration, since speakers are
/// told them at their start.
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
    let bounds: RouteBounds
    /// The routes of Services that groups of peers are not told, by group.
    private(set) var held: [ObjectKey: [Int: HeldRoutes]] = [:]
    /// Counts the times that what is held back may have changed.
    package internal(set) var boundVersion = 0
    /// What the Services of every namespace ask room for.
    private var namespaces: [String: NamespaceClaims] = [:]
    /// The Services that list more addresses than were read.
    private var overlong: Set<ObjectKey> = []
    /// Why each group of `tables` has its routes.
    private(set) var candidates: [CandidateTable] = []
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
        bounds = configuration.gates.bounds
        services = KnownServices(
            node: configuration.nodeName,
            bounds: bounds,
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
        for index in candidates.indices { candidates[index].startRecording() }
        defer { policy.forgetRetired() }
        exchange(advertisements)
        for key in concerned { withdrawContributions(of: key) }
        var claimants: Set<ObjectKey> = []
        var rivals = Set(changedServices.keys)
        for (key, service) in changedServices {
            let before = services[key]
            services.put(service, at: key)
            rivals.formUnion(claimAddresses(of: key, from: before))
            claimants.formUnion(settle(key, from: before, to: services[key]))
        }
        for key in settleOwners(addresses, of: rivals).subtracting(concerned) {
            withdrawContributions(of: key)
            concerned.insert(key)
        }
        for key in claimants.subtracting(concerned) {
            withdrawContributions(of: key)
            concerned.insert(key)
        }
        for key in claimants { hold(key) }
        for key in concerned { announceContributions(of: key) }
        for index in candidates.indices {
            candidates[index].finishRecording(&tables.groups[index].table, attributes: policy.attributes)
        }
        return tables
    }

    private mutating func decideEverything() {
        services.removeAllContributions()
        candidates = policy.groups.map { _ in CandidateTable() }
        for contribution in policy.contributions(configuration) { add(contribution) }
        settleEverything()
        unannounced.begin()
        for key in services.keys { announceContributions(of: key) }
        unannounced.end()
        tables = PeerTables(
            zip(policy.groups, candidates).map { group, candidates in
                let table = candidates.table(attributes: policy.attributes)
                return PeerTables.Group(peers: group.peers, table: tables[group.peers[0]].map(table.sharing) ?? table)
            }
        )
    }

    mutating func announceContributions(of key: ObjectKey) {
        guard let facts = services[key] else { return unannounced.note(key, []) }
        let (found, kept) = policy.verdicts(facts, by: policy.serviceEntries)
        unannounced.note(key, kept)
        guard !found.isEmpty else { return }
        services.setContributions(found, of: key)
        for contribution in found { add(contribution, of: key) }
    }

    mutating func withdrawContributions(of key: ObjectKey) {
        let contributions = services.contributions(of: key)
        guard !contributions.isEmpty else { return }
        services.setContributions([], of: key)
        for contribution in contributions { remove(contribution, of: key) }
    }

    mutating func add(_ contribution: RouteCandidate, of service: ObjectKey? = nil) {
        let held = service.flatMap { self.held[$0] }
        for group in policy.groups(of: contribution.entry, contribution.prefix.family) {
            if let held = held?[group], held.contains(contribution.prefix) { continue }
            candidates[group].add(contribution.entry, contribution.prefix)
        }
    }

    mutating func remove(_ contribution: RouteCandidate, of service: ObjectKey? = nil) {
        let held = service.flatMap { self.held[$0] }
        for group in policy.groups(of: contribution.entry, contribution.prefix.family) {
            if let held = held?[group], held.contains(contribution.prefix) { continue }
            candidates[group].remove(contribution.entry, contribution.prefix)
        }
    }
}

// What one tenant may bring.
extension Advertiser {
    /// What the Services of a namespace ask room for.
    private struct NamespaceClaims {
        /// How many addresses they have: no group of peers can be told more routes of them.
        var addresses = 0
        /// By group who has room for how much; none while all have.
        var ledgers: [NamespaceLedger] = []
    }

    /// Brings up to date what there is room for after a Service changed; returns the Services of which it has to be seen anew.
    ///
    /// A Service of a namespace that does not come near its bound costs a sum.
    private mutating func settle(
        _ key: ObjectKey,
        from before: ServiceFacts?,
        to after: ServiceFacts?
    ) -> Set<ObjectKey> {
        let wasOverlong = overlong.contains(key)
        if after?.unlisted.isEmpty ?? true { overlong.remove(key) } else { overlong.insert(key) }
        if wasOverlong || overlong.contains(key) { boundVersion += 1 }
        var concerned: Set<ObjectKey> = []
        if held[key] != nil || after.map({ $0.addresses.count > bounds.mostOfService }) ?? false {
            concerned.insert(key)
        }
        guard bounds.perNamespace > 0, let namespace = key.namespace else { return concerned }
        let addresses = (after?.addresses.count ?? 0) - (before?.addresses.count ?? 0)
        namespaces[namespace, default: NamespaceClaims()].addresses += addresses
        let present = namespaces[namespace]?.addresses ?? 0
        if namespaces[namespace]?.ledgers.isEmpty ?? true {
            if present > bounds.perNamespace {
                concerned.formUnion(openLedgers(of: namespace))
            } else if present == 0 {
                namespaces[namespace] = nil
            }
            return concerned
        }
        concerned.insert(key)
        if let before, before.place != after?.place {
            concerned.formUnion(claim([:], at: before.place, in: namespace))
        }
        if let after { concerned.formUnion(claim(policy.claims(after), at: after.place, in: namespace)) }
        // A Service more or less at the bound must not open and close the ledgers time and again.
        if present <= bounds.perNamespace / 2 {
            namespaces[namespace]?.ledgers = []
            if present == 0 { namespaces[namespace] = nil }
        }
        return concerned
    }

    /// Notes what a Service asks room for in every ledger of its namespace; returns the others whose room changed.
    private mutating func claim(
        _ claims: [Int: [IPPrefix]],
        at place: NamespaceLedger.Place,
        in namespace: String
    ) -> [ObjectKey] {
        var moved: Set<NamespaceLedger.Place> = []
        for group in policy.groups.indices {
            let count = min(claims[group]?.count ?? 0, bounds.mostOfService)
            moved.formUnion(namespaces[namespace]?.ledgers[group].claim(count, at: place) ?? [])
        }
        return moved.map { ObjectKey(namespace: namespace, name: $0.name) }
    }

    /// Begins to tell the Services of a namespace apart; returns those for which there may be no room.
    private mutating func openLedgers(of namespace: String) -> Set<ObjectKey> {
        var counts: [[NamespaceLedger.Place: Int]] = policy.groups.map { _ in [:] }
        var keys: Set<ObjectKey> = []
        for key in services.keys(where: { $0.key.namespace == namespace }) {
            guard let facts = services[key] else { continue }
            for (group, prefixes) in policy.claims(facts) {
                counts[group][facts.place] = min(prefixes.count, bounds.mostOfService)
            }
            keys.insert(key)
        }
        namespaces[namespace]?.ledgers = counts.map { NamespaceLedger(limit: bounds.perNamespace, $0) }
        return keys
    }

    /// Finds what there is room for from scratch.
    private mutating func settleEverything() {
        held = [:]
        namespaces = [:]
        overlong = []
        boundVersion += 1
        var concerned: Set<ObjectKey> = []
        for (key, facts) in services {
            if !facts.unlisted.isEmpty { overlong.insert(key) }
            if facts.addresses.count > bounds.mostOfService { concerned.insert(key) }
            guard bounds.perNamespace > 0, let namespace = key.namespace else { continue }
            namespaces[namespace, default: NamespaceClaims()].addresses += facts.addresses.count
        }
        for (namespace, claims) in namespaces where claims.addresses > bounds.perNamespace {
            concerned.formUnion(openLedgers(of: namespace))
        }
        for key in concerned { hold(key) }
    }

    /// Finds which routes of a Service are held back.
    private mutating func hold(_ key: ObjectKey) {
        let wasHeld = held[key] != nil
        held[key] = services[key].flatMap { heldRoutes(of: $0) }
        if wasHeld || held[key] != nil { boundVersion += 1 }
    }

    /// The routes of a Service that are held back, by group; with `policy` as if that were its traffic policy.
    func heldRoutes(of facts: ServiceFacts, as policy: Service.TrafficPolicy? = nil) -> [Int: HeldRoutes]? {
        let ledgers = facts.key.namespace.flatMap { namespaces[$0]?.ledgers } ?? []
        guard !ledgers.isEmpty || facts.addresses.count > bounds.mostOfService else { return nil }
        let claims = self.policy.claims(facts, as: policy)
        var found: [Int: HeldRoutes] = [:]
        for (group, prefixes) in claims {
            let room = ledgers.indices.contains(group) ? ledgers[group].room(at: facts.place) : .max
            found[group] = HeldRoutes(prefixes, mostOfService: bounds.mostOfService, room: room)
        }
        return found.isEmpty ? nil : found
    }

    /// The Services that are, or may come to be, told in part.
    private var bounded: [ObjectKey] {
        services.keys { service in
            let hasLedger = service.key.namespace.flatMap { namespaces[$0]?.ledgers.isEmpty } == false
            return hasLedger || service.content.listed.mayBeMore(than: bounds.mostOfService)
        }
    }

    /// Withdraws what depends on how much there is room for, before entries of type Service come or go.
    mutating func suspendBounded() -> [ObjectKey] {
        let keys = bounded
        for key in keys { withdrawContributions(of: key) }
        return keys
    }

    /// Announces what was suspended as there is room for it among the entries of now.
    mutating func resume(_ keys: [ObjectKey]) {
        let open = namespaces.filter { !$0.value.ledgers.isEmpty }.keys
        for namespace in open { _ = openLedgers(of: namespace) }
        for key in keys {
            hold(key)
            announceContributions(of: key)
        }
    }

    /// What is held back because a tenant brings more than it may, Services first, by name.
    package var boundExcesses: [BoundExcess] {
        var services: [ObjectKey: Int] = [:]
        var namespaces: [String: [Int: Int]] = [:]
        for (key, groups) in held {
            let most = groups.values.map(\.byService.count).max() ?? 0
            if most > 0 { services[key] = most }
            for (group, held) in groups where !held.byNamespace.isEmpty {
                namespaces[key.namespace ?? "", default: [:]][group, default: 0] += held.byNamespace.count
            }
        }
        for key in overlong {
            guard let facts = self.services[key] else { continue }
            let count = facts.unlisted.filter { policy.announces($0.key, of: facts) }.values.reduce(0, +)
            if count > 0 { services[key, default: 0] += count }
        }
        return services.sorted { $0.key < $1.key }.map { key, count in
            BoundExcess(tenant: .service(key), routes: count, bound: bounds.perService)
        }
            + namespaces.sorted { $0.key < $1.key }.map { name, counts in
                BoundExcess(tenant: .namespace(name), routes: counts.values.max() ?? 0, bound: bounds.perNamespace)
            }
    }
}

extension ServiceFacts {
    /// Where the Service stands among those of its namespace.
    fileprivate var place: NamespaceLedger.Place { NamespaceLedger.Place(created: created, name: key.name) }
}
