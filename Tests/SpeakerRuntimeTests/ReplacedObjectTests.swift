import BGPEngine
import BGPResources
import BGPTransport
import BGPTypes
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Planning
import ServiceLifecycle
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

/// What a speaker makes of objects of ours that are deleted, with and without others in their place.
struct ReplacedObjectTests {
    private let clock = ManualClock()

    /// An object of every kind of ours that a speaker follows.
    enum Kind: UInt8, CaseIterable {
        case nodeConfig = 90
        case peerConfig, advertisement, secret, pool
    }

    private static let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: tor, namespace: default}
        stringData: {password: correct horse}

        """
    private static let pool = """
        apiVersion: martlet.dev/v2
        kind: LoadBalancerIPPool
        metadata: {name: pool}
        spec: {blocks: [{cidr: 198.51.100.0/24}]}

        """
    private static let all = ["10.244.1.0/24", "192.0.2.1/32", "198.51.100.0/24"]

    private func text(_ kind: Kind, _ world: TestNode) -> String {
        switch kind {
        case .nodeConfig: world.nodeConfig
        case .peerConfig: world.peerConfig.replacing("spec:\n", with: "spec:\n  authSecretRef: tor\n")
        case .advertisement: world.advertisement + "    - {advertisementType: LoadBalancerIPPool, selector: {}}\n"
        case .secret: Self.secret
        case .pool: Self.pool
        }
    }

    private func delete(_ kind: Kind, _ cluster: TestCluster) async throws {
        switch kind {
        case .nodeConfig: try await cluster.client.delete(BGPNodeConfig.self, ObjectKey(name: "n1"))
        case .peerConfig: try await cluster.client.delete(BGPPeerConfig.self, ObjectKey(name: "tor"))
        case .advertisement: try await cluster.client.delete(BGPAdvertisement.self, ObjectKey(name: "all"))
        case .secret: try await cluster.client.delete(Secret.self, ObjectKey(namespace: "default", name: "tor"))
        case .pool: try await cluster.client.delete(LoadBalancerIPPool.self, ObjectKey(name: "pool"))
        }
        // The speaker has seen it, and waits to tell of it.
        await clock.waitForSleepers(1, within: .seconds(1))
    }

    /// Runs a session over which one route of each sort goes.
    private func withSession(
        _ number: UInt8,
        state: String? = nil,
        _ body: @Sendable (TestCluster, TestNode, TestRouter) async throws -> Void
    ) async throws {
        let world = TestNode(number: number)
        let router = TestRouter(number, password: "correct horse")
        try await TestCluster.with { cluster in
            for text in [world.node, world.service("web", "192.0.2.1")] + Kind.allCases.map({ text($0, world) }) {
                try await cluster.apply(text)
            }
            try await running([router.speaker]) {
                try await running(speaker(cluster, state: state)) {
                    try await eventually("routes arrive", is: Self.all) { await router.routes() }
                    try await passTheStart()
                    try await body(cluster, world, router)
                }
            }
        }
    }

    private func speaker(_ cluster: TestCluster, state: String? = nil) -> [any ServiceLifecycle.Service] {
        SpeakerRuntimeTests.speaker(.server(cluster.client)) { configuration in
            configuration.clock = clock
            configuration.stateDirectory = state
        }
        .services
    }

    /// The patience of the start is over.
    private func passTheStart() async throws {
        await clock.waitForSleepers(1, within: .seconds(3))
        clock.advance(by: .seconds(3))
    }

    /// A new Service whose route comes after all that was announced or withdrawn before it.
    private func fence(_ number: Int, _ cluster: TestCluster, _ world: TestNode, _ router: TestRouter) async throws {
        try await cluster.apply(world.service("fence\(number)", "192.0.2.10\(number)"))
        try await eventually("fence \(number) is announced", is: true) {
            await router.routes().contains("192.0.2.10\(number)/32")
        }
    }

    @Test(arguments: Kind.allCases)
    func `an object that comes back after two seconds leaves session and routes as they are`(kind: Kind) async throws {
        try await withSession(kind.rawValue) { cluster, world, router in
            try await delete(kind, cluster)
            try await fence(1, cluster, world, router)
            #expect(await router.routes() == (Self.all + ["192.0.2.101/32"]).sorted())
            clock.advance(by: .seconds(2))
            try await cluster.apply(text(kind, world))
            // What is kept back is told a second later; the deletion would have ended in three.
            try await eventually("no deletion waits", is: 0) {
                clock.sleepers(within: .seconds(5)) - clock.sleepers(within: .seconds(1))
            }
            clock.advance(by: .seconds(100))
            try await fence(2, cluster, world, router)
            #expect(await router.routes() == (Self.all + ["192.0.2.101/32", "192.0.2.102/32"]).sorted())
            #expect(router.node?.establishedTransitions == 1)
        }
    }

    @Test func `an Advertisement that stays away is reported, and then its routes are withdrawn`() async throws {
        try await withSession(95) { cluster, world, router in
            try await delete(.advertisement, cluster)
            clock.advance(by: .seconds(1))
            try await eventually("the node tells of it", is: "True ObjectDeleted") {
                try await cluster.conditions(BGPNodeConfig.self, "n1")?["DeletionPending"]
            }
            #expect(await router.routes() == Self.all)
            await clock.waitForSleepers(1, within: .seconds(4))
            clock.advance(by: .seconds(4))
            try await eventually("its routes are withdrawn", is: []) { await router.routes() }
            try await eventually("there is no more to tell", is: "False NothingDeleted") {
                try await cluster.conditions(BGPNodeConfig.self, "n1")?["DeletionPending"]
            }
            #expect(router.node?.establishedTransitions == 1)
        }
    }

    @Test func `a node whose BGPNodeConfig stays away says goodbye after five seconds`() async throws {
        try await withSession(96) { cluster, world, router in
            try await delete(.nodeConfig, cluster)
            // Everything else goes on.
            try await fence(1, cluster, world, router)
            clock.advance(by: .seconds(1))
            await clock.waitForSleepers(1, within: .seconds(4))
            #expect(router.node?.state == .established)
            clock.advance(by: .seconds(4))
            try await eventually("the router hears why", is: true) {
                router.node?.lastFailure?.explanation.description.contains("no longer selected for BGP") ?? false
            }
            #expect(await router.routes() == [])
        }
    }

    @Test func `a node that the operator lets go says goodbye at once`() async throws {
        try await withSession(97) { cluster, _, router in
            let annotations: JSONValue = [BGPNodeConfig.letGoAnnotation: "true"]
            _ = try await cluster.client.patch(
                BGPNodeConfig.self,
                ObjectKey(name: "n1"),
                .merge(["metadata": ["annotations": annotations]])
            )
            #expect(router.node?.state == .established)
            try await cluster.client.delete(BGPNodeConfig.self, ObjectKey(name: "n1"))
            try await eventually("the router hears why", is: true) {
                router.node?.lastFailure?.explanation.description.contains("no longer selected for BGP") ?? false
            }
        }
    }

    @Test func `what comes back with other content is an edit`() async throws {
        try await withSession(98) { cluster, world, router in
            try await delete(.advertisement, cluster)
            clock.advance(by: .seconds(2))
            try await cluster.apply(
                text(.advertisement, world).replacing("    - {advertisementType: PodCIDR}\n", with: "")
            )
            try await eventually("one route is withdrawn", is: Array(Self.all.dropFirst())) { await router.routes() }
            #expect(router.node?.establishedTransitions == 1)

            try await cluster.client.delete(BGPPeerConfig.self, ObjectKey(name: "tor"))
            await clock.waitForSleepers(1, within: .seconds(1))
            try await cluster.apply(
                text(.peerConfig, world).replacing("holdTimeSeconds: 30", with: "holdTimeSeconds: 60")
            )
            try await eventually("the session is reset once", is: 2) { router.node?.establishedTransitions ?? 0 }
            try await eventually("with its routes", is: Array(Self.all.dropFirst())) { await router.routes() }
        }
    }

    @Test func `a speaker that restarts while an Advertisement is away waits for it, and not for ever`() async throws {
        let directory = try TemporaryDirectory("replaced", isOpen: false)
        try await withSession(99, state: directory.path) { _, _, _ in
            try await eventually("the state is kept", is: true) {
                FileManager.default.fileExists(atPath: directory.path("last-good-n1.json"))
            }
        }
        let world = TestNode(number: 99)
        let router = TestRouter(99, password: "correct horse")
        try await TestCluster.with { cluster in
            let kinds = Kind.allCases.filter { $0 != .advertisement }
            for text in [world.node, world.service("web", "192.0.2.1")] + kinds.map({ text($0, world) }) {
                try await cluster.apply(text)
            }
            try await running([router.speaker] + speaker(cluster, state: directory.path)) {
                try await eventually("what is waited for is announced", is: Self.all) { await router.routes() }
                await clock.waitForSleepers(1, within: .seconds(1))
                clock.advance(by: .seconds(1))
                await clock.waitForSleepers(1, within: .seconds(4))
                clock.advance(by: .seconds(4))
                try await eventually("and withdrawn when it does not come", is: []) { await router.routes() }
            }
        }
    }
}
