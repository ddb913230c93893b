import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct ConflictTests {
    private let nodes = [node("n1", labels: ["a": "", "b": ""]), node("n2", labels: ["b": ""], ips: ["10.0.0.2"])]
    private func config(_ name: String, selecting label: String, created: Double?) -> BGPClusterConfig {
        let exists = LabelSelector(matchExpressions: [.init(key: label, operator: .exists)])
        return clusterConfig(named: name, nodes: exists, created: created)
    }

    private func owners(_ rendered: RenderedCluster) -> [String?] {
        rendered.assignments.map(\.clusterConfig)
    }

    private func conflict(_ rendered: RenderedCluster, _ name: String) -> Condition? {
        rendered.clusterConfigs.first { $0.name == name }?.status.conditions.of("ConflictingClusterConfig")
    }

    @Test func `without an owner the older ClusterConfig wins, then the first by name`() {
        let young = config("a", selecting: "a", created: 200)
        let old = config("b", selecting: "b", created: 100)
        #expect(owners(render(ClusterSnapshot(nodes: nodes, clusterConfigs: [young, old]), now: noon)) == ["b", "b"])
        let same = config("b", selecting: "b", created: 200)
        #expect(owners(render(ClusterSnapshot(nodes: nodes, clusterConfigs: [same, young]), now: noon)) == ["a", "b"])
    }

    @Test func `the present owner keeps the node, and both say so`() {
        let young = config("a", selecting: "a", created: 200)
        let old = config("b", selecting: "b", created: 100)
        let present = render(ClusterSnapshot(nodes: nodes, clusterConfigs: [young]), now: noon).nodeConfigs
        let rendered = render(
            ClusterSnapshot(
                nodes: nodes,
                clusterConfigs: [young, old],
                peerConfigs: [peerConfig()],
                nodeConfigs: present
            ),
            now: noon
        )
        #expect(owners(rendered) == ["a", "b"])
        #expect(rendered.surplusNodeConfigs == [])
        let winner = conflict(rendered, "a")
        #expect(winner?.status == .true)
        #expect(winner?.message == "BGPClusterConfig/b also selects n1: this one keeps n1")
        #expect(conflict(rendered, "b")?.message == "BGPClusterConfig/a also selects n1: this one loses n1")
        let ready = rendered.clusterConfigs.map { $0.status.conditions.of("Ready")?.reason }
        #expect(ready == ["Applying", "ConflictingClusterConfig"])
        let loser = rendered.clusterConfigs.last?.status.conditions.of("Ready")
        #expect(loser?.message == "not applied on n1, which BGPClusterConfig/a keeps")
    }

    @Test func `when the owner releases a node the other takes over`() {
        let young = config("a", selecting: "a", created: 200)
        let old = config("b", selecting: "b", created: 100)
        let present = render(ClusterSnapshot(nodes: nodes, clusterConfigs: [young]), now: noon).nodeConfigs
        let rendered = render(ClusterSnapshot(nodes: nodes, clusterConfigs: [old], nodeConfigs: present), now: noon)
        #expect(owners(rendered) == ["b", "b"])
        #expect(conflict(rendered, "b")?.status == .false)
        #expect(ClusterChanges(present: present, rendered: rendered).updated.map(\.metadata.name) == ["n1"])
    }

    @Test func `a NodeConfig under another controller is left alone`() {
        var foreign = BGPNodeConfig(metadata: ObjectMeta(name: "n1"), spec: .init(bgpInstances: []))
        foreign.metadata.ownerReferences = [
            OwnerReference(apiVersion: "example.com/v1", kind: "Robot", name: "r", uid: "1", controller: true)
        ]
        let rendered = render(
            ClusterSnapshot(nodes: nodes, clusterConfigs: [clusterConfig()], nodeConfigs: [foreign]),
            now: noon
        )
        #expect(rendered.nodeConfigs.map(\.metadata.name) == ["n2"])
        #expect(rendered.surplusNodeConfigs == [])
        #expect(
            rendered.assignment("n1")?.reasons.last == .configuration(.foreignNodeConfig(node: "n1", owner: "Robot/r"))
        )
    }
}

@Suite struct RouterIDAssignmentTests {
    private let pool = IPPrefix("198.18.0.0/30")

    private func ids(_ rendered: RenderedCluster) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: rendered.nodeConfigs.map {
                ($0.metadata.name, $0.spec.bgpInstances.first?.routerID?.description ?? "none")
            }
        )
    }

    private func snapshot(_ names: [String], present: [BGPNodeConfig] = []) -> ClusterSnapshot {
        ClusterSnapshot(
            nodes: names.map { node($0, ips: ["2001:db8::1"]) },
            clusterConfigs: [clusterConfig()],
            nodeConfigs: present,
            settings: ClusterSettings(routerIDPool: pool)
        )
    }

    @Test func `a router id is the first IPv4 InternalIP unless an override sets it`() {
        let rendered = render(
            ClusterSnapshot(
                nodes: [node("n1", ips: ["2001:db8::1", "10.0.0.1", "10.0.0.9"])],
                clusterConfigs: [clusterConfig()]
            ),
            now: noon
        )
        #expect(ids(rendered) == ["n1": "10.0.0.1"])
    }

    @Test func `an IPv6-only node gets a router id from the pool and keeps it`() {
        let first = render(snapshot(["b", "c"]), now: noon)
        #expect(ids(first) == ["b": "198.18.0.0", "c": "198.18.0.1"])
        let second = render(snapshot(["a", "b", "c"], present: first.nodeConfigs), now: noon)
        #expect(ids(second) == ["a": "198.18.0.2", "b": "198.18.0.0", "c": "198.18.0.1"])
        let third = render(snapshot(["a", "c", "d"], present: second.nodeConfigs), now: noon)
        #expect(ids(third) == ["a": "198.18.0.2", "c": "198.18.0.1", "d": "198.18.0.0"])
    }

    @Test func `a router id that an override uses is never assigned`() {
        var world = snapshot(["a", "b"])
        world.overrides = [
            BGPNodeConfigOverride(
                metadata: ObjectMeta(name: "b"),
                spec: .init(bgpInstances: [.init(name: "main", routerID: RouterID("198.18.0.0"))])
            )
        ]
        #expect(ids(render(world, now: noon)) == ["a": "198.18.0.1", "b": "198.18.0.0"])
    }

    @Test func `an exhausted pool is reported, and only the last nodes go without`() throws {
        let rendered = render(snapshot(["a", "b", "c", "d", "e"]), now: noon)
        #expect(ids(rendered)["e"] == "none")
        #expect(ids(rendered)["d"] == "198.18.0.3")
        let reason = Reason.configuration(.noRouterID(node: "e", instance: "main", pool: pool))
        #expect(rendered.assignment("e")?.reasons.contains(reason) == true)
        #expect(rendered.diagnostics.map(\.reason).contains("NoRouterID"))
    }

    @Test func `without flags there is a default pool`() {
        var world = snapshot(["a"])
        world.settings = ClusterSettings()
        #expect(ids(render(world, now: noon)) == ["a": "198.18.0.0"])
    }

    @Test func `one router id on two nodes is a warning`() {
        let rendered = render(
            ClusterSnapshot(nodes: [node("n1"), node("n2")], clusterConfigs: [clusterConfig()]),
            now: noon
        )
        #expect(rendered.diagnostics.map(\.reason).contains("DuplicateRouterID"))
        #expect(ids(rendered) == ["n1": "10.0.0.1", "n2": "10.0.0.1"])
    }
}
