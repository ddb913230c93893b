import AdminServer
import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import OperatorRuntime
import ServiceLifecycle
import TestCluster
import TestSupport
import Testing

/// What the operator makes of objects of ours that are deleted, with and without others in their place.
struct ReplacedObjectTests {
    private let clock = ManualClock()

    private func services(_ client: KubeClient) -> [any ServiceLifecycle.Service] {
        var configuration = OperatorConfiguration(source: .server(client), namespace: "default", identity: "test")
        configuration.electsLeader = false
        configuration.secretPace = .hasty
        configuration.deletionPatience = DeletionPatience(clock: clock)
        return Operator(configuration, metrics: MetricsRegistry(), logger: TestCluster.logger).services
    }

    /// A Node without an address, so that its router id comes from the operator.
    private func bareNode(_ name: String) -> String {
        "apiVersion: v1\nkind: Node\nmetadata: {name: \(name), labels: {zone: a}}\n"
    }

    private func routerIDs(_ cluster: TestCluster) async throws -> [String: String] {
        let found = try await cluster.client.list(BGPNodeConfig.self).items.map { nodeConfig in
            (nodeConfig.metadata.name, nodeConfig.spec.bgpInstances.first?.routerID?.description ?? "")
        }
        return Dictionary(uniqueKeysWithValues: found)
    }

    /// Deletes an object and waits until the operator has seen it.
    private func delete<Object: KubeObject>(_ type: Object.Type, _ name: String, _ cluster: TestCluster) async throws {
        try await cluster.client.delete(type, ObjectKey(name: name))
        await clock.waitForSleepers(1, within: .seconds(1))
    }

    /// Waits until the operator has looked at everything that there was before.
    private func fence(_ name: String, _ cluster: TestCluster) async throws {
        try await cluster.apply(peerConfig(name))
        try await eventually("\(name) is seen", is: "True Accepted") {
            try await cluster.conditions(BGPPeerConfig.self, name)?["Ready"] ?? ""
        }
    }

    /// Runs an operator with two nodes that have router ids of the pool, the second the lower one.
    private func withRack(
        _ body: @Sendable (TestCluster, WriteLog) async throws -> Void
    ) async throws {
        try await TestCluster.with { cluster in
            for text in [bareNode("n2"), peerConfig("tor"), rack] { try await cluster.apply(text) }
            let (client, writes) = cluster.recorded()
            try await running(services(client)) {
                try await eventually("n2 is rendered", is: ["n2": "198.18.0.0"]) { try await routerIDs(cluster) }
                try await cluster.apply(bareNode("n1"))
                try await eventually("n1 is rendered", is: Self.ids) { try await routerIDs(cluster) }
                try await fence("ready", cluster)
                // What the start was in doubt of is over.
                clock.advance(by: .seconds(10))
                try await body(cluster, writes)
            }
        }
    }

    private static let ids = ["n2": "198.18.0.0", "n1": "198.18.0.1"]

    @Test func `a ClusterConfig that comes back has its nodes with their router ids`() async throws {
        try await withRack { cluster, writes in
            try await delete(BGPClusterConfig.self, "rack", cluster)
            let before = writes.writes.count
            try await fence("meanwhile", cluster)
            #expect(
                writes.writes.dropFirst(before) == ["PATCH /apis/martlet.dev/v2/bgppeerconfigs/meanwhile/status"],
                "nothing is written in the name of what is deleted"
            )
            clock.advance(by: .seconds(2))
            try await cluster.apply(rack)
            try await eventually("the nodes are as they were", is: Self.ids) { try await routerIDs(cluster) }
            let owner = try await cluster.client.get(BGPClusterConfig.self, ObjectKey(name: "rack"))
            let owners = try await cluster.client.list(BGPNodeConfig.self).items.map(\.metadata.controller?.uid)
            #expect(owners == [owner.metadata.uid, owner.metadata.uid])
        }
    }

    @Test func `another ClusterConfig that comes after it takes its nodes at once`() async throws {
        try await withRack { cluster, _ in
            try await delete(BGPClusterConfig.self, "rack", cluster)
            try await cluster.apply(rack.replacing("name: rack", with: "name: heir"))
            try await eventually("the nodes are as they were", is: Self.ids) { try await routerIDs(cluster) }
            #expect(clock.sleepers(within: .seconds(5)) > 0, "and the other still counts")
        }
    }

    @Test func `a ClusterConfig that stays away leaves nothing behind`() async throws {
        try await withRack { cluster, writes in
            try await delete(BGPClusterConfig.self, "rack", cluster)
            clock.advance(by: .seconds(1))
            await clock.waitForSleepers(1, within: .seconds(4))
            clock.advance(by: .seconds(4))
            try await fence("after", cluster)
            try await eventually("no node is configured", is: [:]) { try await routerIDs(cluster) }
            try await eventually("nothing waits", is: 0) { clock.sleepers(within: .seconds(10)) }
        }
    }

    @Test func `a node that is deselected is let go at once`() async throws {
        try await withRack { cluster, writes in
            let before = writes.writes.count
            try await cluster.apply(bareNode("n1").replacing("zone: a", with: "zone: b"))
            try await eventually("n1 is let go", is: ["n2": "198.18.0.0"]) { try await routerIDs(cluster) }
            #expect(
                writes.writes.dropFirst(before).filter { $0.contains("nodeconfigs") } == [
                    "PATCH /apis/martlet.dev/v2/bgpnodeconfigs/n1", "DELETE /apis/martlet.dev/v2/bgpnodeconfigs/n1",
                ]
            )
            try await cluster.apply(bareNode("n1"))
            try await eventually("and taken back", is: Self.ids) { try await routerIDs(cluster) }
        }
    }

    @Test func `a PeerConfig that is deleted is missing after five seconds, and said to go before`() async throws {
        try await withRack { cluster, _ in
            func conditions() async throws -> [String?] {
                let found = try await cluster.conditions(BGPClusterConfig.self, "rack")
                return ["DeletionPending", "MissingPeerConfigs"].map { type in
                    found?[type].map { String($0.prefix { $0 != " " }) }
                }
            }
            let present = ["False", "False"]
            try await delete(BGPPeerConfig.self, "tor", cluster)
            try await fence("meanwhile", cluster)
            #expect(try await conditions() == present, "most come back by then")
            clock.advance(by: .seconds(1))
            try await eventually("people are told", is: ["True", "False"]) {
                try await conditions()
            }
            await clock.waitForSleepers(1, within: .seconds(4))
            clock.advance(by: .seconds(4))
            try await eventually("it is missing", is: ["False", "True"]) {
                try await conditions()
            }
            try await cluster.apply(peerConfig("tor"))
            try await eventually("until it is there", is: present) { try await conditions() }
        }
    }

    @Test func `a pool that comes back, or one in its place, leaves every service its address`() async throws {
        try await TestCluster.with { cluster in
            for text in [pool("192.0.2.0/30"), service("a"), service("b")] { try await cluster.apply(text) }
            let (client, writes) = cluster.recorded()
            @Sendable func addresses() async throws -> [String] {
                try await cluster.client.list(Service.self).items.sorted { $0.key < $1.key }
                    .compactMap { $0.status?.loadBalancer?.ingress?.first?.ip }
            }
            try await running(services(client)) {
                try await eventually("both are served", is: ["192.0.2.0", "192.0.2.1"]) { try await addresses() }
                let before = writes.writes.count
                try await delete(LoadBalancerIPPool.self, "services", cluster)
                // Nothing new is handed out of it.
                try await cluster.apply(service("c"))
                try await fence("meanwhile", cluster)
                clock.advance(by: .milliseconds(900))
                try await cluster.apply(pool("192.0.2.0/30"))
                try await eventually("c is served", is: ["192.0.2.0", "192.0.2.1", "192.0.2.2"]) {
                    try await addresses()
                }
                let touched = writes.writes.dropFirst(before).filter { $0.contains("/default/services/") }
                #expect(!touched.contains { $0.contains("/a/") || $0.contains("/b/") })
                try await delete(LoadBalancerIPPool.self, "services", cluster)
                try await cluster.apply(pool("192.0.2.0/29").replacing("name: services", with: "name: other"))
                try await cluster.apply(service("d"))
                try await eventually(
                    "d is served by the new one, which the old one does not stop",
                    is: ["192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3"]
                ) { try await addresses() }
                clock.advance(by: .seconds(10))
                try await fence("after", cluster)
                #expect(try await addresses() == ["192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3"])
                try await delete(LoadBalancerIPPool.self, "other", cluster)
                clock.advance(by: .seconds(1))
                try await eventually("who has an address of it is told", is: Array(repeating: "PoolDeleted", count: 4))
                {
                    try await cluster.client.list(Service.self).items.compactMap {
                        $0.status?.conditions?.of("martlet.dev/IPAMRequestSatisfied")?.reason
                    }
                }
                #expect(try await addresses() == ["192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3"])
                await clock.waitForSleepers(1, within: .seconds(4))
                clock.advance(by: .seconds(4))
                try await eventually("a pool that stays away takes its addresses along", is: []) {
                    try await addresses()
                }
            }
        }
    }

    @Test func `an operator that starts while an override is away waits for it, and not for ever`() async throws {
        let override = """
            apiVersion: martlet.dev/v2
            kind: BGPNodeConfigOverride
            metadata: {name: n1}
            spec: {bgpInstances: [{name: main, routerID: 10.9.9.9}]}

            """
        try await TestCluster.with { cluster in
            for text in [node("n1", zone: "a", address: "10.0.0.1"), peerConfig("tor"), rack, override] {
                try await cluster.apply(text)
            }
            try await running(services(cluster.client)) {
                try await eventually("the override is in force", is: ["n1": "10.9.9.9"]) {
                    try await routerIDs(cluster)
                }
            }
            try await cluster.client.delete(BGPNodeConfigOverride.self, ObjectKey(name: "n1"))
            let (client, writes) = cluster.recorded()
            try await running(services(client)) {
                try await fence("meanwhile", cluster)
                #expect(!writes.writes.contains { $0.contains("nodeconfigs") })
                #expect(try await routerIDs(cluster) == ["n1": "10.9.9.9"])
                await clock.waitForSleepers(1, within: .seconds(5))
                clock.advance(by: .seconds(5))
                try await eventually("it is given up", is: ["n1": "10.0.0.1"]) { try await routerIDs(cluster) }
            }
        }
    }
}
