import Addressing
import BGPEngine
import BGPResources
import KubeModel

/// What operator and speakers would make of a world, before it becomes a document.
struct PlannedCluster {
    let world: PlanWorld
    let rendered: RenderedCluster
    let nodes: [String: NodePlan]
    /// The Services with the addresses they would have.
    let services: [Service]
    let allocations: [ObjectKey: AddressAllocation]
    let poolStatuses: [String: LoadBalancerIPPool.Status]

    /// One node's sessions and the routes of those that may come up.
    struct NodePlan {
        let nodeConfig: BGPNodeConfig
        let instances: [InstancePlan]
        let routes: [PeerID: [SourcedRoute]]
    }

    init(_ world: PlanWorld, settings: PlanSettings, now: Timestamp) {
        self.world = world
        var allocator = AddressAllocator()
        let found = Set(world.nodes.flatMap(\.internalIPs).compactMap { IPAddress($0)?.family })
        let families = found.isEmpty ? [.ipv4] : found.sorted()
        // As long as there is no pool no Service is touched, as in the operator.
        if !world.pools.isEmpty {
            _ = allocator.update(
                pools: PoolSet(world.pools, foreign: ForeignRange.nodes(world.nodes)),
                changed: world.services.compactMap { AddressRequest($0, clusterFamilies: families) }
            )
        }
        allocations = allocator.allocations
        poolStatuses = allocator.poolStatuses(of: world.pools, now: now)
        services = world.services.map { service in
            guard let allocation = allocator.allocations[service.key] else { return service }
            var service = service
            service.status = Service.Status(
                loadBalancer: .init(ingress: allocation.addresses.map { Service.Ingress(ip: $0.description) }),
                conditions: [allocation.condition(observedGeneration: nil)]
            )
            return service
        }

        var secrets = KnownSecrets(world.secrets, namespace: settings.speakerNamespace)
        if world.assumesSecrets {
            let named = world.peerConfigs.compactMap(\.spec.authSecretRef)
            secrets.usable.formUnion(Set(named).subtracting(secrets.unusable))
        }
        rendered = render(
            ClusterSnapshot(
                nodes: world.nodes,
                clusterConfigs: world.clusterConfigs,
                peerConfigs: world.peerConfigs,
                advertisements: world.advertisements,
                overrides: world.overrides,
                nodeConfigs: world.nodeConfigs,
                secrets: secrets,
                settings: settings.cluster
            ),
            now: now
        )
        let passwords = Self.passwords(world.secrets, namespace: settings.speakerNamespace)
        let nodesByName = Dictionary(
            world.nodes.map { ($0.metadata.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let pools = world.pools.map(PoolNetworks.init)
        var nodes: [String: NodePlan] = [:]
        for nodeConfig in rendered.nodeConfigs {
            let name = nodeConfig.metadata.name
            let configuration = NodeConfiguration(
                nodeName: name,
                node: nodesByName[name],
                nodeConfig: nodeConfig,
                peerConfigs: world.peerConfigs,
                advertisements: world.advertisements,
                pools: pools,
                secrets: secrets
            )
            nodes[name] = NodePlan(
                nodeConfig: nodeConfig,
                instances: planSessions(configuration, passwords: passwords),
                routes: Self.routes(
                    NodeSnapshot(
                        configuration: configuration,
                        services: services,
                        endpointSlices: world.endpointSlices
                    )
                )
            )
        }
        self.nodes = nodes
    }

    private static func passwords(_ secrets: [Secret], namespace: String) -> [String: Password] {
        var passwords: [String: Password] = [:]
        for secret in secrets where secret.metadata.namespace == namespace {
            passwords[secret.metadata.name] = secret.text("password").flatMap { Password($0.value) }
        }
        return passwords
    }

    /// The routes alone; a plan has no use for the decision on every address of every Service.
    private static func routes(_ snapshot: NodeSnapshot) -> [PeerID: [SourcedRoute]] {
        let advertiser = Advertiser(snapshot)
        var routes: [PeerID: [SourcedRoute]] = [:]
        for (group, peers) in advertiser.groups.enumerated() {
            let sources = advertiser.sources(ofGroup: group)
            let sourced = advertiser.routes(ofGroup: group).map {
                SourcedRoute(route: $0, sources: sources[$0.prefix] ?? [])
            }
            .sorted { $0.route.prefix < $1.route.prefix }
            for peer in peers { routes[peer] = sourced }
        }
        return routes
    }

    /// What a peer of a node would be told; nothing while it is kept down.
    func routes(_ node: String, _ peer: PeerID) -> [SourcedRoute] {
        guard let plan = nodes[node], plan.obstacle(of: peer) == nil else { return [] }
        return plan.routes[peer] ?? []
    }
}

extension PlannedCluster.NodePlan {
    /// What keeps a peer's session down on purpose.
    func obstacle(of peer: PeerID) -> Reason? {
        guard let instance = instances.first(where: { $0.name == peer.instance }) else { return nil }
        return instance.obstacles.first ?? instance.peers.first { $0.id == peer }?.obstacle
    }

    /// Every peer in the user's order.
    var peers: [PeerPlan] { instances.flatMap(\.peers) }
}
