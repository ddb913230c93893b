import BGPEngine
import BGPResources
package import BGPTypes
import KubeJSON
package import KubeModel
package import PlainText
package import Planning
import SpeakerAPI

/// The settings of operator and speakers that bear on a plan.
package struct PlanSettings: Hashable, Sendable {
    /// The operator's.
    package var cluster: ClusterSettings
    /// Where the speakers run, and the Secrets with passwords are.
    package var speakerNamespace: String
    /// The networks that cluster IPs come from, which no pool may hand out.
    package var serviceNetworks: [IPPrefix]
    /// How much of the pools one tenant can take.
    package var addressLimits: AddressLimits
    /// How many routes the speakers tell a peer of one tenant.
    package var bounds: RouteBounds
    /// The load balancers that operator and speakers serve.
    package var classes: LoadBalancerClasses

    /// The settings of a default installation.
    package init(
        cluster: ClusterSettings = ClusterSettings(),
        speakerNamespace: String = "martlet-system",
        serviceNetworks: [IPPrefix] = [],
        addressLimits: AddressLimits = AddressLimits(),
        bounds: RouteBounds = RouteBounds(),
        classes: LoadBalancerClasses = .standard
    ) {
        self.cluster = cluster
        self.speakerNamespace = speakerNamespace
        self.serviceNetworks = serviceNetworks
        self.addressLimits = addressLimits
        self.bounds = bounds
        self.classes = classes
    }
}

/// Plans what operator and speakers would do with these objects, and what differs from `previous`.
///
/// The same objects in any order give the same plan. What `previous` leads to counts as the present state: owners of
/// nodes, router ids and addresses stay where the new objects do not say otherwise. `now` shows nowhere in the plan.
package func plan(
    _ world: PlanWorld,
    against previous: PlanWorld? = nil,
    settings: PlanSettings = PlanSettings(),
    now: Timestamp
) -> Plan {
    let worlds = [world, previous].compactMap(\.self)
    guard AssumedNodes.areNeeded(for: worlds) else {
        return planned(world, against: previous, settings: settings, now: now)
    }
    let withEndpoints = worlds.allSatisfy(\.endpointSlices.isEmpty) && worlds.contains { !$0.services.isEmpty }
    let before = previous.map { AssumedNodes(in: $0, withEndpoints: withEndpoints) }
    let after = AssumedNodes(in: world, withEndpoints: withEndpoints)
    var plan = planned(after.world, against: before?.world, assumed: (before, after), settings: settings, now: now)
    plan.diagnostics = (plan.diagnostics + [AssumedNodes.finding(withEndpoints: withEndpoints)]).arranged
    return plan
}

private func planned(
    _ world: PlanWorld,
    against previous: PlanWorld?,
    assumed: (before: AssumedNodes?, after: AssumedNodes)? = nil,
    settings: PlanSettings,
    now: Timestamp
) -> Plan {
    guard let previous else {
        let after = PlannedCluster(world, assumed: assumed?.after, settings: settings, now: now)
        return Planner(before: nil, after: after, assumed: assumed?.after).plan
    }
    let before = PlannedCluster(previous, assumed: assumed?.before, settings: settings, now: now)
    var world = world
    // What stands for nodes has its router ids, which are nobody's, from before.
    if assumed != nil {
        let rendered = Set(before.rendered.nodeConfigs.map(\.key))
        world.nodeConfigs.removeAll { rendered.contains($0.key) }
    }
    let known = Set(world.nodeConfigs.map(\.key))
    world.nodeConfigs += before.rendered.nodeConfigs.filter { !known.contains($0.key) }
    world.claims = before.claims
    let statuses = Dictionary(before.services.map { ($0.key, $0.status) }, uniquingKeysWith: { first, _ in first })
    for index in world.services.indices where world.services[index].status == nil {
        world.services[index].status = statuses[world.services[index].key] ?? nil
    }
    let after = PlannedCluster(world, assumed: assumed?.after, settings: settings, now: now)
    return Planner(before: before, after: after, assumed: assumed?.after).plan
}

/// Makes a document of one planned cluster, or of two that are compared.
struct Planner {
    let before: PlannedCluster?
    let after: PlannedCluster
    /// Set where no Node is known, and some are only taken to be there.
    let assumed: AssumedNodes?

    var plan: Plan {
        let names = Set(after.nodes.keys).union(before?.nodes.keys.map(\.self) ?? []).sorted()
        let nodes = names.map(node)
        return Plan(
            nodes: nodes,
            services: services,
            resources: resources,
            diagnostics: (findings + changeFindings(nodes)).filter { !(assumed?.isOfAssumption($0) ?? false) }.arranged
        )
    }

    private func node(_ name: String) -> PlannedNode {
        let new = after.nodes[name]
        let old = before?.nodes[name]
        var change: PlanChange?
        if before != nil {
            switch (old, new) {
            case (nil, _): change = .added
            case (_, nil): change = .removed
            case (let old?, let new?): change = old.nodeConfig.spec == new.nodeConfig.spec ? nil : .changed
            }
            if change == nil, selectsOthers(name) { change = .changed }
        }
        let effects = effects(name)
        var instances = (new?.instances ?? []).map { instance in
            PlannedInstance(instance, peers: instance.peers.map { peer(name, $0, effects) })
        }
        for instance in old?.instances ?? [] {
            let kept = Set((new?.peers ?? []).map(\.id))
            let removed = instance.peers.filter { !kept.contains($0.id) }.map { peer(name, $0, effects) }
            if let index = instances.firstIndex(where: { $0.name == instance.name }) {
                instances[index].peers += removed
            } else {
                instances.append(PlannedInstance(instance, peers: removed))
            }
        }
        return PlannedNode(
            name: name,
            change: change,
            // The object of a node that nobody named is none.
            nodeConfig: assumed == nil ? new.map { PlannedNodeConfig(object: $0.nodeConfig) } : nil,
            instances: assumed == nil ? instances : instances.map { withoutAssumedID($0, on: name) }
        )
    }

    /// The instance with its router id only where an override says it.
    private func withoutAssumedID(_ instance: PlannedInstance, on node: String) -> PlannedInstance {
        let override = after.world.overrides.first { $0.metadata.name == node }
        var instance = instance
        instance.routerID = override?.spec.bgpInstances.first { $0.name == instance.name }?.routerID
        return instance
    }

    private func effects(_ node: String) -> [PeerID: SessionEffect] {
        guard let before else { return [:] }
        let old = before.nodes[node]
        let new = after.nodes[node]
        let peers = Set(((old?.peers ?? []) + (new?.peers ?? [])).map(\.id))
        let changed = peers.filter { peer in
            before.routes(node, peer).map(\.route) != after.routes(node, peer).map(\.route)
        }
        let effects = sessionEffects(from: old?.instances ?? [], to: new?.instances ?? [], changedRoutes: changed)
        return Dictionary(effects.map { ($0.peer, $0.effect) }, uniquingKeysWith: { first, _ in first })
    }

    private func peer(_ node: String, _ plan: PeerPlan, _ effects: [PeerID: SessionEffect]) -> PlannedPeer {
        let routes = after.routes(node, plan.id)
        let old = before?.routes(node, plan.id) ?? []
        let known = Dictionary(old.map { ($0.route.prefix, $0.route) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(routes.map(\.route.prefix))
        let withdrawn = old.filter { !kept.contains($0.route.prefix) }
        return PlannedPeer(
            name: plan.id.peer,
            peerAddress: plan.address.flatMap { $0.address.isUnspecified ? nil : $0 },
            peerASN: plan.remoteASN,
            sessionEffect: effects[plan.id],
            down: after.nodes[node]?.obstacle(of: plan.id).map {
                PlannedObstacle(reason: $0.code, message: $0.message)
            },
            routes: routes.map { route in
                let previous = known[route.route.prefix]
                let change: PlanChange? = previous == nil ? .added : previous == route.route ? nil : .changed
                return PlannedRoute(route, to: plan.id, change: before == nil ? nil : change)
            },
            withdrawnRoutes: withdrawn.isEmpty ? nil : withdrawn.map { PlannedRoute($0, to: plan.id, change: .removed) }
        )
    }

    private var services: [PlannedService] {
        let old = Dictionary(
            (before?.services ?? []).map { ($0.key, $0.loadBalancerAddresses) },
            uniquingKeysWith: { first, _ in first }
        )
        let planned = after.services.filter { $0.spec.type == "LoadBalancer" || !$0.loadBalancerAddresses.isEmpty }
        return planned.sorted { $0.key < $1.key }.map { service in
            let addresses = service.loadBalancerAddresses
            let previous = old[service.key] ?? []
            return PlannedService(
                namespace: service.metadata.namespace ?? "default",
                name: service.metadata.name,
                addresses: addresses,
                previousAddresses: before == nil || previous == addresses ? nil : previous,
                conditions: (service.status?.conditions ?? []).map(\.timeless)
            )
        }
    }

    private var resources: [PlannedResource] {
        func planned(_ kind: String, _ name: String, _ conditions: [Condition]) -> PlannedResource {
            PlannedResource(kind: kind, name: name, conditions: conditions.map(\.timeless))
        }
        let rendered = after.rendered
        return rendered.advertisements.map { planned("BGPAdvertisement", $0.name, $0.status.conditions) }
            + rendered.clusterConfigs.map { planned("BGPClusterConfig", $0.name, $0.status.conditions) }
            + rendered.overrides.map { planned("BGPNodeConfigOverride", $0.name, $0.status.conditions) }
            + rendered.peerConfigs.map { planned("BGPPeerConfig", $0.name, $0.status.conditions) }
            + after.poolStatuses.sorted { $0.key < $1.key }.map {
                planned("LoadBalancerIPPool", $0.key, $0.value.conditions)
            }
    }
}

extension PlannedInstance {
    fileprivate init(_ plan: InstancePlan, peers: [PlannedPeer]) {
        self.init(
            name: plan.name,
            localASN: plan.localASN,
            routerID: plan.routerID,
            localPort: plan.localPort,
            peers: peers
        )
    }
}

extension PlannedRoute {
    fileprivate init(_ route: SourcedRoute, to peer: PeerID, change: PlanChange?) {
        let document = RouteDocument(route, to: peer)
        self.init(
            prefix: document.prefix,
            family: document.family,
            change: change,
            origin: document.origin,
            communities: document.communities,
            largeCommunities: document.largeCommunities,
            localPreference: document.localPreference,
            med: document.med,
            asPathPrepend: document.asPathPrepend,
            sources: document.sources ?? []
        )
    }
}

extension Service {
    fileprivate var loadBalancerAddresses: [String] { (status?.loadBalancer?.ingress ?? []).compactMap(\.ip) }
}

extension Condition {
    /// The condition without times and generations, which a plan cannot know.
    fileprivate var timeless: Condition {
        Condition(type: type, status: status, reason: reason ?? ReasonCode(rawValue: ""), message: message ?? "")
    }
}

extension [Diagnostic] {
    /// By file, line and column, then severity, object, field and words; none twice.
    package var arranged: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return filter { seen.insert($0).inserted }
            .map {
                (diagnostic: $0, words: "\($0.object?.description ?? "") \($0.field?.description ?? "") \($0.message)")
            }
            .sorted { left, right in
                let (a, b) = (left.diagnostic, right.diagnostic)
                if a.file != b.file { return (a.file ?? "~") < (b.file ?? "~") }
                if a.line != b.line { return (a.line ?? 0) < (b.line ?? 0) }
                if a.column != b.column { return (a.column ?? 0) < (b.column ?? 0) }
                return a.severity == b.severity ? left.words < right.words : a.severity < b.severity
            }
            .map(\.diagnostic)
    }
}
