import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import PlainText
import Planning

/// A world of pools and services in the tests' own words.
struct PoolWorld {
    var allocator: AddressAllocator
    var pools: [LoadBalancerIPPool] = []
    var services: [ObjectKey: Service] = [:]
    var foreign: [ForeignRange] = []
    var nodes: [String: Node] = [:]

    init(_ limits: AddressLimits = AddressLimits()) {
        allocator = AddressAllocator(limits: limits)
    }

    /// Adds or changes a node.
    @discardableResult
    mutating func put(_ node: Node) -> [ObjectKey] {
        nodes[node.metadata.name] = node
        return allocator.update(nodes: [node.metadata.name: ForeignRange.of(node)])
    }

    @discardableResult
    mutating func deleteNode(_ name: String) -> [ObjectKey] {
        nodes[name] = nil
        return allocator.update(nodes: [name: []])
    }

    /// What every Service asks for, as a restart reads it.
    var requests: [AddressRequest] {
        services.values.compactMap { AddressRequest($0, clusterFamilies: [.ipv4, .ipv6]) }
    }

    /// Services that would have another address if everybody was looked at again.
    var overlooked: [ObjectKey] {
        var again = allocator
        return again.update(changed: requests).filter {
            again.allocations[$0]?.addresses != allocator.allocations[$0]?.addresses
        }
    }

    /// Replaces the pools and returns who was touched.
    @discardableResult
    mutating func setPools(_ pools: LoadBalancerIPPool...) -> [ObjectKey] {
        self.pools = pools
        return allocator.update(pools: PoolSet(pools, foreign: foreign))
    }

    /// Adds or changes a service.
    @discardableResult
    mutating func put(_ service: Service) -> [ObjectKey] {
        services[service.key] = service
        guard let request = AddressRequest(service, clusterFamilies: [.ipv4, .ipv6]) else {
            return allocator.update(removed: [service.key])
        }
        return allocator.update(changed: [request])
    }

    @discardableResult
    mutating func delete(_ name: String, in namespace: String = "default") -> [ObjectKey] {
        services[ObjectKey(namespace: namespace, name: name)] = nil
        return allocator.update(removed: [ObjectKey(namespace: namespace, name: name)])
    }

    func addresses(_ name: String, in namespace: String = "default") -> [String]? {
        allocator.allocations[ObjectKey(namespace: namespace, name: name)]?.addresses.map(\.description)
    }

    func reason(_ name: String, in namespace: String = "default") -> String? {
        allocator.allocations[ObjectKey(namespace: namespace, name: name)]?
            .condition(observedGeneration: nil).reason?.rawValue
    }

    func message(_ name: String, in namespace: String = "default") -> String? {
        allocator.allocations[ObjectKey(namespace: namespace, name: name)]?
            .condition(observedGeneration: nil).message
    }

    func status(_ pool: String) -> LoadBalancerIPPool.Status? {
        allocator.poolStatuses(of: pools, now: Timestamp(secondsSinceEpoch: 0))[pool]
    }
}
