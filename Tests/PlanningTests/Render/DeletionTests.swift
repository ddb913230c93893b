import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import PlainText
import Planning
import TestSupport
import Testing

/// Objects that are deleted and still count, since others may come in their place.
struct DeletionTests {
    private let nodes = [node("n1", labels: ["rack": "1"]), node("n2", labels: ["rack": "2"], ips: ["10.0.0.2"])]

    private func deletion(_ kind: String, _ name: String, isOverdue: Bool) -> PendingDeletion {
        PendingDeletion(ObjectReference(kind: kind, name: name), until: later, isOverdue: isOverdue)
    }

    /// A world in which `site` has both nodes and is deleted.
    private func snapshot(isOverdue: Bool = false, heirs: [BGPClusterConfig] = []) -> ClusterSnapshot {
        let site = clusterConfig()
        let present = render(ClusterSnapshot(nodes: nodes, clusterConfigs: [site]), now: noon).nodeConfigs
        return ClusterSnapshot(
            nodes: nodes,
            clusterConfigs: [site] + heirs,
            peerConfigs: [peerConfig()],
            nodeConfigs: present,
            deletions: [deletion("BGPClusterConfig", "site", isOverdue: isOverdue)]
        )
    }

    private func heir(isKnown: Bool) -> BGPClusterConfig {
        var heir = clusterConfig(named: "heir")
        if isKnown { heir.status = BGPClusterConfig.Status(conditions: []) }
        return heir
    }

    private func changes(_ snapshot: ClusterSnapshot) -> ClusterChanges {
        ClusterChanges(present: snapshot.nodeConfigs, rendered: render(snapshot, now: noon))
    }

    @Test func `a ClusterConfig that is deleted keeps its nodes as they are, and nothing is written in its name`() {
        var world = snapshot()
        world.clusterConfigs[0].spec.bgpInstances[0].localASN = 65099
        let rendered = render(world, now: noon)
        #expect(rendered.nodeConfigs == world.nodeConfigs)
        #expect(changes(world).isEmpty)
        #expect(rendered.clusterConfigs.isEmpty)
        // Nor when the garbage collector has taken what it owned.
        let present = world.nodeConfigs
        world.deletions += present.map { deletion("BGPNodeConfig", $0.metadata.name, isOverdue: false) }
        #expect(ClusterChanges(present: [], rendered: render(world, now: noon)).isEmpty)
    }

    @Test func `a node that goes meanwhile is let go`() {
        var world = snapshot()
        world.nodes.removeLast()
        #expect(changes(world).deleted == ["n2"])
    }

    @Test(arguments: [(false, false, true), (false, true, false), (true, false, true), (true, true, true)])
    func `another takes its nodes when it came after it, or when it stays away`(
        isOverdue: Bool,
        isKnown: Bool,
        isTaken: Bool
    ) {
        let rendered = render(snapshot(isOverdue: isOverdue, heirs: [heir(isKnown: isKnown)]), now: noon)
        #expect(Set(rendered.assignments.map(\.clusterConfig)) == [isTaken ? "heir" : "site"])
        #expect(rendered.keptNodes.isEmpty == isTaken)
    }

    @Test func `one of the same name has its nodes, whoever else selects them`() {
        var world = snapshot(heirs: [heir(isKnown: true)])
        world.deletions = []
        world.clusterConfigs[0].metadata.uid = "new"
        world.clusterConfigs[0].metadata.creationTimestamp = later
        let rendered = render(world, now: noon)
        #expect(Set(rendered.assignments.map(\.clusterConfig)) == ["site"])
        #expect(rendered.nodeConfigs.map(\.spec) == world.nodeConfigs.map(\.spec))
        #expect(changes(world).updated.map(\.metadata.controller?.uid) == ["new", "new"])
    }

    @Test func `those that follow from it say so once it is overdue, and until when it counts`() throws {
        for isOverdue in [false, true] {
            var world = snapshot()
            world.peerConfigs[0].spec.families[0].advertisements = LabelSelector()
            world.advertisements = [advertisement([serviceEntry()])]
            world.deletions = [
                deletion("BGPPeerConfig", "tor", isOverdue: isOverdue),
                deletion("BGPAdvertisement", "public", isOverdue: isOverdue),
            ]
            let rendered = render(world, now: noon)
            let condition = try #require(rendered.clusterConfigs.first?.status.conditions.of("DeletionPending"))
            #expect(condition.status == (isOverdue ? .true : .false))
            #expect(condition.reason == (isOverdue ? "ObjectDeleted" : "NothingDeleted"))
            #expect(rendered.clusterConfigs.first?.status.conditions.of("MissingPeerConfigs")?.status == .false)
            guard isOverdue else { continue }
            #expect(
                condition.message
                    == "BGPPeerConfig/tor is deleted; what it asks for ends at \(later) unless it is there "
                    + "again by then"
            )
            #expect(rendered.peerConfigs.isEmpty && rendered.advertisements.isEmpty, "and have no status of their own")
            #expect(rendered.diagnostics.filter { $0.reason == "ObjectDeleted" }.map(\.severity) == [.info, .info])
        }
    }

    @Test func `a pool that is deleted keeps what it gave, gives nothing, and stops no other`() {
        func pool(_ name: String, _ cidr: String) -> LoadBalancerIPPool {
            LoadBalancerIPPool(
                metadata: ObjectMeta(name: name),
                spec: LoadBalancerIPPool.Spec(blocks: [.init(cidr: cidr)])
            )
        }
        func request(_ name: String, has addresses: [String] = []) -> AddressRequest? {
            AddressRequest(service(name, loadBalancer: addresses), clusterFamilies: [.ipv4])
        }
        func deletion(isOverdue: Bool) -> PendingDeletion {
            PendingDeletion(
                ObjectReference(kind: "LoadBalancerIPPool", name: "old"),
                until: Timestamp(secondsSinceEpoch: 1_800_000_000),
                isOverdue: isOverdue
            )
        }
        var allocator = AddressAllocator()
        let old = pool("old", "192.0.2.0/30")
        _ = allocator.update(
            pools: PoolSet([old], foreign: [], deletions: [deletion(isOverdue: false)]),
            changed: [request("a", has: ["192.0.2.1"]), request("b")].compactMap(\.self)
        )
        func addresses(_ name: String) -> [String] {
            let key = ObjectKey(namespace: "default", name: name)
            return allocator.allocations[key]?.addresses.map(\.description) ?? []
        }
        func failure(_ name: String) -> AllocationFailure? {
            allocator.allocations[ObjectKey(namespace: "default", name: name)]?.failure
        }
        #expect(addresses("a") == ["192.0.2.1"] && addresses("b") == [])
        #expect(failure("a") == nil)
        // Once it is away for longer than a replacement takes the Service is told.
        _ = allocator.update(pools: PoolSet([old], foreign: [], deletions: [deletion(isOverdue: true)]))
        #expect(failure("a")?.code == "PoolDeleted" && failure("b")?.code == "NoPool")
        #expect(
            failure("a")?.message
                == "192.0.2.1 stays until 2027-01-15T08:00:00Z: pool old is deleted, and unless it is "
                + "there again by then the address is lost"
        )
        let new = pool("new", "192.0.2.0/29")
        _ = allocator.update(pools: PoolSet([old, new], foreign: [], deletions: [deletion(isOverdue: true)]))
        #expect(addresses("a") == ["192.0.2.1"] && addresses("b") == ["192.0.2.0"])
        // Another pool has the address, so that nothing is in danger.
        #expect(failure("a") == nil)
        _ = allocator.update(pools: PoolSet([pool("new", "192.0.2.0/29")], foreign: []))
        #expect(addresses("a") == ["192.0.2.1"] && addresses("b") == ["192.0.2.0"])
    }
}
