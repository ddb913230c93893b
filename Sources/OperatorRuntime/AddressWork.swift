import Addressing
import BGPResources
import KubeClient
import KubeModel
import Planning

/// The allocator with its view of the stores, and what it has decided that is not written yet.
struct AddressWork {
    private let stores: OperatorStores
    private let serviceNetworks: [IPPrefix]
    private let serviceReader: StoreReader<Service>
    private var allocator = AddressAllocator()
    private var poolsSeen: [PoolLayout] = []
    private var foreignSeen: [ForeignRange] = []
    private var hasLooked = false
    /// Services whose outcome may differ from their status.
    var unwritten: Set<ObjectKey> = []

    init(stores: OperatorStores, serviceNetworks: [IPPrefix]) {
        self.stores = stores
        self.serviceNetworks = serviceNetworks
        serviceReader = stores.services.makeReader()
    }

    /// Takes what changed since the last look and decides.
    mutating func look() {
        let pools = stores.pools.snapshot.objects
        let foreign =
            ForeignRange.nodes(stores.nodes.snapshot.objects)
            + serviceNetworks.map { ForeignRange(owner: "service network \($0)", range: IPRange($0)) }
        let layouts = pools.map(PoolLayout.init)
        let poolsChanged = !hasLooked || layouts != poolsSeen || foreign != foreignSeen
        hasLooked = true
        poolsSeen = layouts
        foreignSeen = foreign
        let (services, changes) = serviceReader.read()
        var changed: [AddressRequest] = []
        var removed = Array(changes.removed)
        for key in changes.changed {
            if let request = services[key].flatMap({ AddressRequest($0, clusterFamilies: clusterFamilies) }) {
                changed.append(request)
            } else {
                removed.append(key)
            }
        }
        unwritten.formUnion(
            allocator.update(
                pools: poolsChanged ? PoolSet(pools, foreign: foreign) : nil,
                changed: changed,
                removed: removed.sorted()
            )
        )
        // A status that somebody else wrote over is put right, too.
        unwritten.formUnion(changes.changed)
    }

    /// The families of the cluster are those of its nodes; Kubernetes names them on every Service, this is for manifests
    /// that never met an API server.
    private var clusterFamilies: [IPFamily] {
        let found = Set(
            stores.nodes.snapshot.objects.flatMap(\.internalIPs).compactMap { IPAddress($0)?.family }
        )
        return found.isEmpty ? [.ipv4] : found.sorted()
    }

    /// The status a Service is to have; nil when it is right as it is.
    func status(of service: Service, now: Timestamp) -> Service.Status? {
        let present = service.status ?? Service.Status()
        let ours = present.conditions?.of(AddressAllocation.conditionType) != nil
        guard let allocation = allocator.allocations[service.key] else {
            return ours ? Service.Status() : nil
        }
        // Without any pool only what we once gave is ours to take back.
        if poolsSeen.isEmpty, !ours { return nil }
        let condition = allocation.condition(observedGeneration: service.metadata.generation)
        let addresses = allocation.addresses.map(\.description)
        let previous = present.conditions?.of(AddressAllocation.conditionType)
        let isSame =
            (present.loadBalancer?.ingress ?? []).map(\.ip) == addresses && previous?.status == condition.status
            && previous?.reason == condition.reason && previous?.message == condition.message
            && previous?.observedGeneration == condition.observedGeneration
        guard !isSame else { return nil }
        return Service.Status(
            loadBalancer: .init(ingress: addresses.map { Service.Ingress(ip: $0, ipMode: "VIP") }),
            conditions: [condition].settled(after: present.conditions ?? [], now: now)
        )
    }

    /// What every pool's status says now.
    func statuses(of pools: [LoadBalancerIPPool], now: Timestamp) -> [String: LoadBalancerIPPool.Status] {
        allocator.poolStatuses(of: pools, now: now)
    }
}
