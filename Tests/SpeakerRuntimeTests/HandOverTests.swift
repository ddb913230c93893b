import BGPEngine
import BGPResources
import BGPTransport
import KubeClient
import KubeModel
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

/// A BGPNodeConfig that goes because its BGPClusterConfig is deleted, with and without another one in its place.
struct `A node whose ClusterConfig is deleted` {
    private let clock = ManualClock()

    /// Runs a session of a node whose NodeConfig has an owner.
    private func withSession(
        _ number: UInt8,
        _ body: @Sendable (TestCluster, TestNode, TestRouter) async throws -> Void
    ) async throws {
        let world = TestNode(number: number)
        let router = TestRouter(number)
        try await TestCluster.with { cluster in
            for text in [
                world.node, world.clusterConfig, world.peerConfig, world.advertisement,
                world.service("web", "192.0.2.1"),
            ] { try await cluster.apply(text) }
            try await write(world, ownedBy: "rack", cluster)
            let speaker = speaker(.server(cluster.client)) { configuration in
                configuration.clock = clock
                configuration.handOverPatience = .seconds(100)
            }
            try await running([router.speaker] + speaker.services) {
                try await eventually("routes arrive", is: ["10.244.1.0/24", "192.0.2.1/32"]) { await router.routes() }
                // The patience of the start is over.
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(3))
                try await body(cluster, world, router)
            }
        }
    }

    /// Writes the NodeConfig as the operator does.
    private func write(_ world: TestNode, ownedBy name: String, _ cluster: TestCluster) async throws {
        let owner = try await cluster.client.get(BGPClusterConfig.self, ObjectKey(name: name))
        let metadata = """
            metadata:
              name: n1
              ownerReferences:
                - {apiVersion: martlet.dev/v2, kind: BGPClusterConfig, name: \(name), uid: \(owner.metadata.uid ?? ""), controller: true}
            """
        try await cluster.apply(world.nodeConfig.replacing("metadata: {name: n1}", with: metadata))
    }

    private func deleteOwner(_ world: TestNode, _ cluster: TestCluster) async throws {
        try await cluster.apply(world.clusterConfig.replacing("name: rack", with: "name: heir"))
        try await cluster.client.delete(BGPClusterConfig.self, ObjectKey(name: "rack"))
        try await eventually("the garbage collector takes the NodeConfig", is: true) {
            try await cluster.client.find(BGPNodeConfig.self, ObjectKey(name: "n1")) == nil
        }
        // The speaker has seen it, and waits.
        await clock.waitForSleepers(1, within: .seconds(100))
    }

    @Test func `keeps its sessions when another takes the node`() async throws {
        try await withSession(90) { cluster, world, router in
            try await deleteOwner(world, cluster)
            // Everything else goes on.
            try await cluster.apply(world.service("api", "192.0.2.2"))
            try await eventually("a new route goes out", is: ["10.244.1.0/24", "192.0.2.1/32", "192.0.2.2/32"]) {
                await router.routes()
            }
            try await write(world, ownedBy: "heir", cluster)
            try await eventually("the new one is in force", is: "True Applied") {
                try await cluster.conditions(BGPNodeConfig.self, "n1")?["Ready"]
            }
            clock.advance(by: .seconds(100))
            try await cluster.apply(world.service("last", "192.0.2.3"))
            try await eventually("the session stands", is: 4) { await router.routes().count }
            #expect(router.node?.establishedTransitions == 1)
        }
    }

    @Test func `is let go after a while when the one that selects it does not take it`() async throws {
        try await withSession(91) { cluster, world, router in
            try await deleteOwner(world, cluster)
            #expect(router.node?.state == .established)
            clock.advance(by: .seconds(100))
            try await eventually("the router hears why", is: true) {
                router.node?.lastFailure?.explanation.description.contains("no longer selected for BGP") ?? false
            }
            #expect(await router.routes() == [])
        }
    }

    @Test func `is let go at once when no other ClusterConfig selects it`() async throws {
        try await withSession(93) { cluster, world, router in
            // One that selects other nodes takes nothing.
            let other = world.clusterConfig.replacing("name: rack", with: "name: other")
            try await cluster.apply(
                other.replacing("spec:", with: "spec:\n  nodeSelector: {matchLabels: {rack: other}}")
            )
            try await cluster.client.delete(BGPClusterConfig.self, ObjectKey(name: "rack"))
            try await eventually("the router hears why", is: true) {
                router.node?.lastFailure?.explanation.description.contains("no longer selected for BGP") ?? false
            }
            #expect(await router.routes() == [])
        }
    }

    @Test func `is let go at once when the ClusterConfig is still there`() async throws {
        try await withSession(92) { cluster, _, router in
            try await cluster.client.delete(BGPNodeConfig.self, ObjectKey(name: "n1"))
            try await eventually("the router hears why", is: true) {
                router.node?.lastFailure?.explanation.description.contains("no longer selected for BGP") ?? false
            }
        }
    }
}
