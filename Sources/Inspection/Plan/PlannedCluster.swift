import BGPEngine
import BGPResources
import BGPTypes
import KubeModel
import PlainText
import Planning

/// What operator and speakers would make of a world, before it becomes a document.
struct PlannedCluster {
    let world: PlanWorld
    /// Where the Secrets with passwords are.
    let speakerNamespace: String
    let rendered: RenderedCluster
    let nodes: [String: NodePlan]
    /// The Services with the addresses they would have.
    let services: [Service]
    let allocations: [ObjectKey: AddressAllocation]
    /// What handed the addresses out, for what would come next.
    let allocator: AddressAllocator
    /// What every Service has or is to have back, which is what the ledger would say.
    let claims: [ObjectKey: [IPAddress]]
    /// The families that the nodes have.
    let families: [IPFamily]
    /// The load balancers that are ours.
    let classes: LoadBalancerClasses
    let poolStatuses: [String: LoadBalancerIPPool.Status]

    /// One node's sessions and the routes of those that may come up.
    struct NodePlan {
        let nodeConfig: BGPNodeConfig
        let instances: [InstancePlan]
        let routes: [PeerID: [SourcedRoute]]
        /// What is held back because a tenant brings too much.
        let excesses: [BoundExcess]
        /// Why addresses of Services are announced by no node, whatever else holds.
        let withheld: [Reason]
    }

    init(_ world: PlanWorld, assumed: AssumedNodes? = nil, settings: PlanSettings, now: Timestamp) {
        self.world = world
        speakerNamespace = settings.speakerNamespace
        classes = settings.classes
        var allocator = AddressAllocator(limits: settings.addressLimits)
        let found = Set(world.nodes.flatMap(\.internalIPs).compactMap { IPAddress($0)?.family })
        let families = found.isEmpty ? [.ipv4] : found.sorted()
        let foreign =
            ForeignRange.serviceNetworks(told: settings.serviceNetworks, found: world.serviceCIDRs)
            + ForeignRange.clusterIPs(
                world.services.first { $0.key == ForeignRange.apiServer }.map(AddressedService.init)
            )
        let podNetworks = world.podNetworks
        let requests = world.services.compactMap {
            AddressRequest($0, clusterFamilies: families, classes: settings.classes)
        }
        let given = world.claims ?? world.shownClaims
        let known = Set(requests.map(\.service))
        _ = allocator.update(
            pools: PoolSet(
                world.pools,
                foreign: foreign,
                deletions: world.deletions
            ),
            nodes: Dictionary(
                world.nodes.map { node in
                    let name = node.metadata.name
                    return (name, ForeignRange.of(node, podNetworks.networks(of: name)))
                },
                uniquingKeysWith: { first, _ in first }
            ),
            changed: requests,
            removed: world.services.map(\.key).filter { !known.contains($0) },
            strangers: world.strangers(besides: known, given),
            claims: Dictionary(
                grouping: given.flatMap { service, addresses in addresses.map { (address: $0, service: service) } },
                by: \.address
            )
            .mapValues { $0.map(\.service) }
        )
        let hasPools = !world.pools.isEmpty
        let told = Set(
            world.services.filter { service in
                allocator.allocations[service.key]?.isToBeTold(service.status, hasPools: hasPools) ?? false
            }
            .map(\.key)
        )
        allocations = allocator.allocations.mapValues { $0 }.filter { told.contains($0.key) }
        claims = allocator.allocations.mapValues(\.claimed).filter { !$0.value.isEmpty }
        self.allocator = allocator
        self.families = families
        poolStatuses = allocator.poolStatuses(of: world.pools, now: now)
        let outcomes = allocations
        services = world.services.map { service in
            var service = service
            service.status = service.status(after: outcomes[service.key], given: Set(given[service.key] ?? []))
            return service
        }

        var secrets = KnownSecrets(world.secrets, namespace: settings.speakerNamespace)
        // What they hold is known to the speakers alone.
        secrets.usable.formUnion(world.deletions.map(\.object).filter { $0.kind == Secret.type.kind }.map(\.name))
        if world.assumesSecrets {
            let named = world.peerConfigs.compactMap(\.spec.authSecretRef)
            secrets.usable.formUnion(Set(named).subtracting(secrets.unusable))
        }
        var rendered = render(
            ClusterSnapshot(
                nodes: world.nodes,
                clusterConfigs: world.clusterConfigs,
                peerConfigs: world.peerConfigs,
                advertisements: world.advertisements,
                overrides: world.overrides,
                nodeConfigs: world.nodeConfigs,
                secrets: secrets,
                podNetworks: podNetworks,
                settings: settings.cluster,
                deletions: world.deletions
            ),
            now: now
        )
        var passwords = Self.passwords(world.secrets, namespace: settings.speakerNamespace)
        if world.assumesSecrets {
            // What they hold is not known: one of another name is taken to hold another password.
            for name in Set(world.peerConfigs.compactMap(\.spec.authSecretRef)).subtracting(secrets.unusable)
            where passwords[name] == nil { passwords[name] = Password(String(name.suffix(Password.longest))) }
        }
        let nodesByName = Dictionary(
            world.nodes.map { ($0.metadata.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let pools = world.pools.map(PoolNetworks.init)
        let addresses = ClusterAddresses(
            nodes: world.nodes,
            podNetworks: podNetworks,
            sources: world.advertisements.podNetworkSources,
            clusterConfigs: world.clusterConfigs,
            serviceCIDRs: world.serviceCIDRs
        )
        let configurations = rendered.nodeConfigs.map { nodeConfig in
            NodeConfiguration(
                nodeName: nodeConfig.metadata.name,
                node: nodesByName[nodeConfig.metadata.name],
                podNetworks: podNetworks.networks(of: nodeConfig.metadata.name),
                nodeConfig: nodeConfig,
                peerConfigs: world.peerConfigs,
                advertisements: world.advertisements,
                pools: pools,
                clusterAddresses: addresses,
                // Only the node knows its gateways; some gateway stands for the one that it will find.
                defaultGateways: Self.someGateways,
                secrets: secrets,
                gates: NodeGates(
                    bounds: settings.bounds,
                    serviceNetworks: settings.serviceNetworks,
                    classes: settings.classes
                )
            )
        }
        var nodes: [String: NodePlan] = [:]
        let announced = services.map(AnnouncedService.init)
        let slices = world.endpointSlices.map(ServiceEndpoints.init)
        for var configuration in configurations {
            guard let nodeConfig = configuration.nodeConfig else { continue }
            let name = configuration.nodeName
            configuration.gates.drain = Self.drain(
                configuration,
                among: configurations,
                services: announced,
                endpointSlices: slices
            )
            let advertiser = Advertiser(configuration, services: announced, endpointSlices: slices)
            nodes[name] = NodePlan(
                nodeConfig: nodeConfig,
                instances: planSessions(configuration, passwords: passwords),
                routes: Self.routes(advertiser),
                excesses: advertiser.boundExcesses,
                withheld: advertiser.withheldAddresses(most: .max)
            )
        }
        self.nodes = nodes
        rendered.foreseeConditions(nodes, assumed: assumed)
        self.rendered = rendered
    }

    /// Stands for gateways that only nodes know.
    private static let someGateways = [
        ScopedAddress(.v4(IPv4Address(rawValue: 0))), ScopedAddress(.v6(IPv6Address(high: 0, low: 0))),
    ]

    /// What a node that is to be drained comes to, once its speaker has followed and as long as all sessions are up.
    private static func drain(
        _ node: NodeConfiguration,
        among all: [NodeConfiguration],
        services: [AnnouncedService],
        endpointSlices: [ServiceEndpoints]
    ) -> NodeGates.Drain {
        guard let wish = DrainRequest(node.node) else { return .none }
        guard !wish.isForced else { return .drained(keeping: []) }
        let others = all.filter { other in
            other.nodeName != node.nodeName && DrainRequest(other.node) == nil && other.node?.isLost != true
        }
        .map { other in
            let open = planSessions(other).filter(\.obstacles.isEmpty).flatMap(\.peers).filter { $0.obstacle == nil }
            return OtherNode(configuration: other, established: Set(open.map(\.id)))
        }
        return .drained(
            keeping: lastAnnounced(by: node, others: others, services: services, endpointSlices: endpointSlices)
        )
    }

    private static func passwords(_ secrets: [Secret], namespace: String) -> [String: Password] {
        var passwords: [String: Password] = [:]
        for secret in secrets where secret.metadata.namespace == namespace {
            passwords[secret.metadata.name] = try? secret.password.get()
        }
        return passwords
    }

    /// The routes alone; a plan has no use for the decision on every address of every Service.
    private static func routes(_ advertiser: Advertiser) -> [PeerID: [SourcedRoute]] {
        Dictionary(uniqueKeysWithValues: advertiser.peerRoutes.map { ($0.peer, $0.routes) })
    }

    /// What a peer of a node would be told; nothing while it is kept down.
    func routes(_ node: String, _ peer: PeerID) -> [SourcedRoute] {
        guard let plan = nodes[node], plan.obstacle(of: peer) == nil else { return [] }
        return plan.routes[peer] ?? []
    }
}

extension Service {
    /// The status that the operator would leave, as far as it is about addresses: what others gave stays.
    fileprivate func status(after allocation: AddressAllocation?, given: Set<IPAddress>) -> Status? {
        let others = (status?.loadBalancer?.ingress ?? []).filter { entry in
            !(entry.ip.flatMap { IPAddress($0) }.map(given.contains) ?? false)
        }
        guard let allocation else {
            let wasTold = status?.conditions?.of(.addressRequestSatisfied) != nil
            guard wasTold || !given.isEmpty else { return status }
            return others.isEmpty ? nil : Status(loadBalancer: .init(ingress: others))
        }
        let own = allocation.addresses.map { Ingress(ip: $0.description) }
        return Status(
            loadBalancer: .init(ingress: own.isEmpty ? others : own),
            conditions: [allocation.condition(observedGeneration: nil)]
        )
    }
}

extension PlannedCluster.NodePlan {
    /// What keeps a peer's session down on purpose.
    func obstacle(of peer: PeerID) -> Reason? {
        guard let instance = instances.first(where: { $0.name == peer.instance }),
            let plan = instance.peers.first(where: { $0.id == peer })
        else { return nil }
        return instance.obstacles.first ?? plan.obstacle
    }

    /// Every peer in the user's order.
    var peers: [PeerPlan] { instances.flatMap(\.peers) }
}
