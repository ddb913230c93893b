import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

/// What a node does at its start, before and after all is loaded.
@Suite struct NodeStartTests {
    private static func cluster() -> ClusterFixture {
        var cluster = ClusterFixture()
        cluster.services = [service("web", loadBalancer: ["192.0.2.1"])]
        cluster.slices = [slice(of: "web", [.ready("n1")])]
        return cluster
    }

    private func bench(_ change: (inout NodeOptions) -> Void = { _ in }) -> NodeBench {
        var bench = NodeBench(change)
        bench.cluster = Self.cluster()
        return bench
    }

    private func saved(_ bench: NodeBench, _ routes: RouteTable) -> SavedState {
        SavedState(
            configuration: bench.cluster.configuration("n1"),
            passwords: [:],
            desired: [router: routes]
        )
    }

    @Test func `a start arms the timer for the saved state, and shows that the node is in service`() {
        var bench = bench()
        #expect(bench.handle(.started) == [.arm(.startup, .seconds(3)), .show(NodeFigures())])
    }

    @Test func `nothing is decided while a store has no first list, whatever the others have`() {
        var bench = bench()
        _ = bench.handle(.started)
        var half = bench.everything
        half.missing = ["endpointslices"]
        #expect(bench.handle(.objectsChanged(half)) == [])
        #expect(!bench.node.isConfigured)
    }

    @Test func `all first lists lead to sessions, then to routes, which are kept for the next run`() throws {
        var bench = bench { $0.keepsState = true }
        _ = bench.handle(.started)
        let routes = [router: try table("192.0.2.1/32")]
        let effects = bench.load()
        #expect(
            effects.dropLast() == [
                .setAddressRoles(AddressRoles(internalIPs: [try address("10.0.0.1")])),
                .apply(bench.instances, farewell: nil),
                .announce(Announcement(routes, isComplete: true)),
            ]
        )
        #expect(effects.persisted.map(\.desired) == [routes])
        #expect(effects.persisted.map(\.configuration.nodeConfig?.spec) == [bench.inputs.nodeConfig?.spec])
        #expect(bench.node.isConfigured)
    }

    @Test func `a changed endpoint leads to one announcement and nothing else`() throws {
        var bench = bench()
        _ = bench.handle(.started)
        _ = bench.load()
        bench.advance(by: .seconds(2))
        bench.cluster.slices = [slice(of: "web", [.gone("n1")])]
        #expect(
            bench.handle(.objectsChanged(bench.services("web"))) == [
                .announce(Announcement([router: RouteTable()], isComplete: true)),
                .report(
                    .unannounced([UnannouncedCause(code: .noUsableEndpoints, names: ["Service/default/web"])])
                ),
            ]
        )
        #expect(bench.handle(.objectsChanged(ObjectChanges())) == [], "nothing changed")
    }

    @Test func `the saved state stands in when the stores are not loaded in time, and goes when they are`() throws {
        var bench = bench { $0.keepsState = true }
        _ = bench.handle(.started)
        var half = ObjectChanges()
        half.missing = ["services", "nodes"]
        _ = bench.handle(.objectsChanged(half))
        bench.advance(by: .seconds(3))
        #expect(bench.handle(.timerFired(.startup)) == [.loadSavedState])
        let routes = try table("192.0.2.1/32", "192.0.2.9/32")
        #expect(
            bench.handle(.savedState(saved(bench, routes))) == [
                .report(.savedStateTaken(missing: ["services", "nodes"], routes: 2)),
                .setAddressRoles(AddressRoles(internalIPs: [try address("10.0.0.1")])),
                .apply(bench.instances, farewell: nil),
                .announce(Announcement([router: routes], isComplete: true)),
                .show(NodeFigures(isOnSavedState: true)),
            ]
        )
        let effects = bench.load()
        #expect(effects.announcements == [Announcement([router: try table("192.0.2.1/32")], isComplete: true)])
        #expect(effects.last == .show(NodeFigures()))
        #expect(!effects.contains { if case .apply = $0 { true } else { false } }, "the sessions stay as they are")
    }

    @Test func `without a saved state, or with loaded stores, the startup timer changes nothing`() {
        var empty = bench { $0.keepsState = true }
        _ = empty.handle(.started)
        #expect(empty.handle(.timerFired(.startup)) == [.loadSavedState])
        #expect(empty.handle(.savedState(nil)) == [])
        var loaded = bench { $0.keepsState = true }
        _ = loaded.handle(.started)
        _ = loaded.load()
        #expect(loaded.handle(.timerFired(.startup)) == [])
        var forgetful = bench()
        _ = forgetful.handle(.started)
        #expect(forgetful.handle(.timerFired(.startup)) == [])
    }

    @Test func `the first decision waits for the passwords that it needs, and the saved state for both`() throws {
        var bench = bench { $0.keepsState = true }
        bench.cluster.peerConfigs = [peerConfig { $0.authSecretRef = "tor" }]
        bench.askedSecrets = []
        _ = bench.handle(.started)
        let roles = NodeEffect.setAddressRoles(AddressRoles(internalIPs: [try address("10.0.0.1")]))
        #expect(bench.load() == [roles, .readSecrets(["tor"])])
        #expect(bench.handle(.timerFired(.startup)) == [.loadSavedState])
        #expect(bench.handle(.savedState(nil)) == [])
        bench.askedSecrets = ["tor"]
        bench.passwords = ["tor": try #require(Password("secret"))]
        let effects = bench.handle(.objectsChanged(bench.settings))
        #expect(effects.first == .apply(bench.instances, farewell: nil))
        #expect(effects.announcements == [Announcement([router: try table("192.0.2.1/32")], isComplete: true)])
    }

    @Test func `passwords of what comes later are asked for while what is in force follows its endpoints`() throws {
        var bench = bench()
        bench.askedSecrets = []
        _ = bench.handle(.started)
        _ = bench.load()
        bench.cluster.peerConfigs = [peerConfig { $0.authSecretRef = "tor" }]
        #expect(bench.handle(.objectsChanged(bench.settings)) == [.readSecrets(["tor"])])
        bench.cluster.services.append(service("api", loadBalancer: ["192.0.2.2"]))
        bench.cluster.slices.append(slice(of: "api", [.ready("n1")]))
        #expect(
            bench.handle(.objectsChanged(bench.services("api"))) == [
                .announce(Announcement([router: try table("192.0.2.1/32", "192.0.2.2/32")], isComplete: true))
            ]
        )
    }

    @Test func `an object that is refused since the start is taken from the saved state`() throws {
        var bench = bench { $0.keepsState = true }
        bench.refusesNodeConfig = true
        bench.unseen.nodeConfig = true
        _ = bench.handle(.started)
        #expect(bench.load().last == .loadSavedState, "nothing is decided before it is read")
        let effects = bench.handle(.savedState(saved(bench, RouteTable())))
        #expect(effects.first == .apply(bench.instances, farewell: nil))
        #expect(effects.announcements == [Announcement([router: try table("192.0.2.1/32")], isComplete: true)])
    }

    @Test func `a node that no ClusterConfig selects any more says so to its peers`() {
        var bench = bench()
        _ = bench.handle(.started)
        _ = bench.load()
        bench.cluster.clusterConfigs = []
        let effects = bench.handle(.objectsChanged(bench.settings))
        #expect(effects.first == .apply([], farewell: "node n1 is no longer selected for BGP"))
        #expect(effects.announcements == [Announcement([:], isComplete: true)])
    }

    @Test func `a Node of another name announces nothing and is reported once`() {
        var bench = bench()
        bench.cluster.nodes = [node("n2")]
        _ = bench.handle(.started)
        let problem =
            "there is no Node \"n1\", there is n2: --node, or NODE_NAME, must be the name of the Node that the speaker "
            + "runs on"
        let effects = bench.load()
        #expect(effects.first == .report(.noSuchNode(problem)))
        #expect(bench.node.missingNode == problem)
        #expect(bench.handle(.objectsChanged(bench.settings)) == [])
        bench.cluster.nodes = [node("n1")]
        #expect(bench.handle(.objectsChanged(bench.settings)).first == .report(.nodeIsThere))
    }
}
