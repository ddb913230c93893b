import BGPTypes
import KubeModel

/// What one tenant may bring to each group of peers, and which routes are held back because they are more.
///
/// A tenant is a Service, or a namespace with all of its Services. Those of a namespace that does not come near its bound
/// cost a sum; only beyond it each has to be looked at.
struct TenantRoutes {
    /// What the Services of a namespace ask room for.
    private struct Claims {
        /// How many addresses they have: no group of peers can get more routes of them.
        var addresses = 0
        /// By group who has room for how much; none while all have.
        var ledgers: [NamespaceLedger] = []
    }

    let bounds: RouteBounds
    /// The routes of Services that groups of peers do not get, by group.
    private(set) var held: [ObjectKey: [Int: HeldRoutes]] = [:]
    private var namespaces: [String: Claims] = [:]
    /// The Services that list more addresses than were read.
    private var overlong: Set<ObjectKey> = []
    /// Counts the times that what is held back may have changed.
    private(set) var version = 0

    init(bounds: RouteBounds) {
        self.bounds = bounds
    }

    /// Brings up to date what there is room for after a Service changed; returns the Services that have to be decided anew.
    mutating func update(
        _ key: ObjectKey,
        from before: ServiceFacts?,
        to after: ServiceFacts?,
        under policy: NodePolicy,
        among services: KnownServices
    ) -> Set<ObjectKey> {
        let wasOverlong = overlong.contains(key)
        if after?.unlisted.isEmpty ?? true { overlong.remove(key) } else { overlong.insert(key) }
        if wasOverlong || overlong.contains(key) { version += 1 }
        var concerned: Set<ObjectKey> = []
        if held[key] != nil || after.map({ $0.addresses.count > bounds.mostOfService }) ?? false {
            concerned.insert(key)
        }
        guard bounds.perNamespace > 0, let namespace = key.namespace else { return concerned }
        let addresses = (after?.addresses.count ?? 0) - (before?.addresses.count ?? 0)
        namespaces[namespace, default: Claims()].addresses += addresses
        let present = namespaces[namespace]?.addresses ?? 0
        if namespaces[namespace]?.ledgers.isEmpty ?? true {
            if present > bounds.perNamespace {
                concerned.formUnion(openLedgers(of: namespace, under: policy, among: services))
            } else if present == 0 {
                namespaces[namespace] = nil
            }
            return concerned
        }
        concerned.insert(key)
        if let before, before.place != after?.place {
            concerned.formUnion(claim([:], at: before.place, in: namespace, under: policy))
        }
        if let after {
            concerned.formUnion(claim(policy.claims(after), at: after.place, in: namespace, under: policy))
        }
        // A Service more or less at the bound must not open and close the ledgers time and again.
        if present <= bounds.perNamespace / 2 {
            namespaces[namespace]?.ledgers = []
            if present == 0 { namespaces[namespace] = nil }
        }
        return concerned
    }

    /// Finds what there is room for from scratch.
    mutating func reset(under policy: NodePolicy, among services: KnownServices) {
        held = [:]
        namespaces = [:]
        overlong = []
        version += 1
        var concerned: Set<ObjectKey> = []
        for (key, facts) in services {
            if !facts.unlisted.isEmpty { overlong.insert(key) }
            if facts.addresses.count > bounds.mostOfService { concerned.insert(key) }
            guard bounds.perNamespace > 0, let namespace = key.namespace else { continue }
            namespaces[namespace, default: Claims()].addresses += facts.addresses.count
        }
        for (namespace, claims) in namespaces where claims.addresses > bounds.perNamespace {
            concerned.formUnion(openLedgers(of: namespace, under: policy, among: services))
        }
        for key in concerned { hold(key, under: policy, among: services) }
    }

    /// Finds out again what each Service has room for, where some have not, after rules for Services came or went.
    mutating func reopenLedgers(under policy: NodePolicy, among services: KnownServices) {
        let open = namespaces.filter { !$0.value.ledgers.isEmpty }.keys
        for namespace in open { _ = openLedgers(of: namespace, under: policy, among: services) }
    }

    /// Finds which routes of a Service are held back.
    mutating func hold(_ key: ObjectKey, under policy: NodePolicy, among services: KnownServices) {
        let wasHeld = held[key] != nil
        held[key] = services[key].flatMap { heldRoutes(of: $0, under: policy) }
        if wasHeld || held[key] != nil { version += 1 }
    }

    /// The routes of a Service that are held back, by group; with `trafficPolicy` as if it had that one.
    func heldRoutes(
        of facts: ServiceFacts,
        under policy: NodePolicy,
        as trafficPolicy: Service.TrafficPolicy? = nil
    ) -> [Int: HeldRoutes]? {
        let ledgers = facts.key.namespace.flatMap { namespaces[$0]?.ledgers } ?? []
        guard !ledgers.isEmpty || facts.addresses.count > bounds.mostOfService else { return nil }
        var found: [Int: HeldRoutes] = [:]
        for (group, prefixes) in policy.claims(facts, as: trafficPolicy) {
            let room = ledgers.indices.contains(group) ? ledgers[group].room(at: facts.place) : .max
            found[group] = HeldRoutes(prefixes, mostOfService: bounds.mostOfService, room: room)
        }
        return found.isEmpty ? nil : found
    }

    /// The Services of which routes are held back, or may come to be.
    func bounded(among services: KnownServices) -> [ObjectKey] {
        services.keys { service in
            let hasLedger = service.key.namespace.flatMap { namespaces[$0]?.ledgers.isEmpty } == false
            return hasLedger || service.content.listed.mayBeMore(than: bounds.mostOfService)
        }
    }

    /// What is held back, Services first, by name.
    func excesses(under policy: NodePolicy, among known: KnownServices) -> [BoundExcess] {
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
            guard let facts = known[key] else { continue }
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

    /// Notes what a Service asks room for in every ledger of its namespace; returns the others whose room changed.
    private mutating func claim(
        _ claims: [Int: [IPPrefix]],
        at place: NamespaceLedger.Place,
        in namespace: String,
        under policy: NodePolicy
    ) -> [ObjectKey] {
        var moved: Set<NamespaceLedger.Place> = []
        for group in policy.groups.indices {
            let count = min(claims[group]?.count ?? 0, bounds.mostOfService)
            moved.formUnion(namespaces[namespace]?.ledgers[group].claim(count, at: place) ?? [])
        }
        return moved.map { ObjectKey(namespace: namespace, name: $0.name) }
    }

    /// Begins to look at each Service of a namespace; returns those for which there may be no room.
    private mutating func openLedgers(
        of namespace: String,
        under policy: NodePolicy,
        among services: KnownServices
    ) -> Set<ObjectKey> {
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
}

extension ServiceFacts {
    /// Where the Service stands among those of its namespace.
    fileprivate var place: NamespaceLedger.Place { NamespaceLedger.Place(created: created, name: key.name) }
}
