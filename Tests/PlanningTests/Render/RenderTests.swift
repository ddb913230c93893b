import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct RenderTests {
    private func nodes(_ labels: [String: [String: String]]) -> [Node] {
        labels.sorted { $0.key < $1.key }.enumerated().map { index, entry in
            node(entry.key, labels: entry.value, ips: ["10.0.0.\(index + 1)"])
        }
    }

    private func names(_ selector: LabelSelector?) -> [String] {
        let snapshot = ClusterSnapshot(
            nodes: nodes(["n1": ["rack": "1"], "n2": [:]]),
            clusterConfigs: [clusterConfig(nodes: selector)]
        )
        return render(snapshot, now: noon).nodeConfigs.map(\.metadata.name)
    }

    @Test func `an absent or empty nodeSelector selects every node`() {
        #expect(names(nil) == ["n1", "n2"])
        #expect(names(.everything) == ["n1", "n2"])
        #expect(names(.labels(["rack": "1"])) == ["n1"])
        #expect(names(.labels(["rack": "9"])) == [])
    }

    @Test func `other fields of a reference, as Cilium's may have, change nothing`() {
        func rendered(_ reference: PeerConfigReference) -> [BGPNodeConfig] {
            var peer = peer("tor")
            peer.peerConfigRef = reference
            let config = clusterConfig([instance(named: "z", [peer])])
            return render(ClusterSnapshot(nodes: nodes(["n1": [:]]), clusterConfigs: [config]), now: noon).nodeConfigs
        }
        let plain = PeerConfigReference(name: "tor")
        var said = plain
        said.group = "cilium.io"
        said.kind = "CiliumBGPPeerConfig"
        #expect(rendered(said) == rendered(plain))
    }

    @Test func `instances and peers keep the user's order, and the owner is the ClusterConfig`() {
        let config = clusterConfig(
            exclusion: .ignore,
            [instance(named: "z", port: 1790, [peer("b"), peer("a", asn: nil)]), instance(named: "a", asn: 65002, [])]
        )
        let rendered = render(ClusterSnapshot(nodes: nodes(["n1": [:]]), clusterConfigs: [config]), now: noon)
        let routerID = RouterID("10.0.0.1")
        #expect(
            rendered.nodeConfigs == [
                BGPNodeConfig(
                    metadata: ObjectMeta(
                        name: "n1",
                        labels: ["app.kubernetes.io/managed-by": "bgp-operator"],
                        ownerReferences: [
                            OwnerReference(
                                apiVersion: "martlet.dev/v2",
                                kind: "BGPClusterConfig",
                                name: "site",
                                uid: "uid-site",
                                controller: true,
                                blockOwnerDeletion: true
                            )
                        ]
                    ),
                    spec: BGPNodeConfig.Spec(
                        nodeExclusion: .ignore,
                        bgpInstances: [
                            BGPNodeConfig.Instance(
                                name: "z",
                                localASN: 65001,
                                routerID: routerID,
                                routerIDSource: .internalIP,
                                localPort: 1790,
                                peers: [
                                    BGPNodeConfig.Peer(
                                        name: "b",
                                        peerAddress: ScopedAddress("10.0.0.254"),
                                        peerASN: 65000,
                                        peerConfigRef: PeerConfigReference(name: "tor")
                                    ),
                                    BGPNodeConfig.Peer(
                                        name: "a",
                                        peerAddress: ScopedAddress("10.0.0.254"),
                                        peerConfigRef: PeerConfigReference(name: "tor")
                                    ),
                                ]
                            ),
                            BGPNodeConfig.Instance(
                                name: "a",
                                localASN: 65002,
                                routerID: routerID,
                                routerIDSource: .internalIP
                            ),
                        ]
                    )
                )
            ]
        )
    }

    @Test func `an override is merged by name, and entries that match nothing are reported on it`() throws {
        let override = BGPNodeConfigOverride(
            metadata: ObjectMeta(name: "n1", generation: 3),
            spec: .init(bgpInstances: [
                .init(
                    name: "main",
                    routerID: RouterID("192.0.2.9"),
                    localPort: 1179,
                    localASN: 65009,
                    peers: [
                        .init(name: "router", localAddress: ScopedAddress("10.0.0.7")), .init(name: "nobody"),
                    ]
                ),
                .init(name: "nothing"),
            ])
        )
        let stray = BGPNodeConfigOverride(
            metadata: ObjectMeta(name: "n9"),
            spec: .init(bgpInstances: [.init(name: "main")])
        )
        let snapshot = ClusterSnapshot(
            nodes: nodes(["n1": [:], "n2": [:]]),
            clusterConfigs: [clusterConfig()],
            overrides: [stray, override]
        )
        let rendered = render(snapshot, now: noon)
        let merged = try #require(rendered.nodeConfig("n1")?.spec.bgpInstances.first)
        #expect(merged.routerID == RouterID("192.0.2.9"))
        #expect(merged.localPort == 1179)
        #expect(merged.localASN == 65009)
        #expect(merged.peers.map(\.localAddress) == [ScopedAddress("10.0.0.7")])
        #expect(rendered.nodeConfig("n2")?.spec.bgpInstances.first?.localASN == 65001)
        #expect(
            rendered.overrides.first?.status.conditions == [
                Condition(
                    type: "DeletionPending",
                    status: .false,
                    observedGeneration: 3,
                    lastTransitionTime: noon,
                    reason: "NothingDeleted",
                    message: "nothing that this follows from is deleted"
                ),
                Condition(
                    type: "Ready",
                    status: .true,
                    observedGeneration: 3,
                    lastTransitionTime: noon,
                    reason: "Accepted",
                    message: "accepted, but instance main of BGPClusterConfig/site has no peer nobody; "
                        + "BGPClusterConfig/site has no instance nothing"
                ),
                Condition(
                    type: "RouterIDConflict",
                    status: .false,
                    observedGeneration: 3,
                    lastTransitionTime: noon,
                    reason: "NoRouterIDConflict",
                    message: "no router id is asked for that another node holds"
                ),
                Condition(
                    type: "UnmatchedEntries",
                    status: .true,
                    observedGeneration: 3,
                    lastTransitionTime: noon,
                    reason: "UnmatchedEntries",
                    message: "instance main of BGPClusterConfig/site has no peer nobody; "
                        + "BGPClusterConfig/site has no instance nothing"
                ),
            ]
        )
        #expect(rendered.overrides.last?.status.conditions.of("UnmatchedEntries")?.message == "there is no node n9")
    }

    @Test func `a node that leaves the selector or the cluster loses its configuration`() {
        let config = clusterConfig(nodes: .labels(["rack": "1"]))
        let before = render(
            ClusterSnapshot(nodes: nodes(["n1": ["rack": "1"], "n2": ["rack": "1"]]), clusterConfigs: [config]),
            now: noon
        )
        var foreign = BGPNodeConfig(metadata: ObjectMeta(name: "mine"), spec: .init(bgpInstances: []))
        foreign.metadata.ownerReferences = nil
        let after = render(
            ClusterSnapshot(
                nodes: nodes(["n1": ["rack": "2"]]),
                clusterConfigs: [config],
                nodeConfigs: before.nodeConfigs + [foreign]
            ),
            now: noon
        )
        #expect(after.nodeConfigs == [])
        #expect(after.surplusNodeConfigs == ["n1", "n2"])
        #expect(after.assignments.map(\.clusterConfig) == [nil])
        #expect(after.assignments.map(\.reasons) == [[.configuration(.noClusterConfig(node: "n1"))]])
    }

    @Test func `a broken ClusterConfig keeps what was applied and changes nothing else`() throws {
        let good = clusterConfig(named: "site")
        let snapshot = ClusterSnapshot(nodes: nodes(["n1": [:], "n2": [:]]), clusterConfigs: [good])
        var present = render(snapshot, now: noon).nodeConfigs
        present.removeLast()
        var broken = good
        broken.spec.bgpInstances.append(instance(named: "main", asn: 65077))
        let rendered = render(
            ClusterSnapshot(nodes: snapshot.nodes, clusterConfigs: [broken], nodeConfigs: present),
            now: noon
        )
        #expect(rendered.nodeConfigs == present)
        #expect(rendered.surplusNodeConfigs == [])
        let status = try #require(rendered.clusterConfigs.first?.status)
        #expect(status.conditions.of("Ready")?.reason == "InvalidSpec")
        #expect(rendered.diagnostics.contains { $0.reason == "InvalidSpec" && $0.severity == .error })
    }

    @Test func `only the difference is written`() {
        let config = clusterConfig(nodes: .labels(["rack": "1"]))
        let one = nodes(["n1": ["rack": "1"], "n2": ["rack": "1"]])
        let before = render(ClusterSnapshot(nodes: one, clusterConfigs: [config]), now: noon)
        #expect(ClusterChanges(present: before.nodeConfigs, rendered: before).isEmpty)
        var changed = config
        changed.spec.bgpInstances[0].peers[0].peerASN = 65099
        var two = nodes(["n1": ["rack": "1"], "n3": ["rack": "1"]])
        two[1] = node("n3", labels: ["rack": "1"], ips: ["10.0.0.3"])
        let after = render(
            ClusterSnapshot(nodes: two, clusterConfigs: [changed], nodeConfigs: before.nodeConfigs),
            now: noon
        )
        let changes = ClusterChanges(present: before.nodeConfigs, rendered: after)
        #expect(changes.created.map(\.metadata.name) == ["n3"])
        #expect(changes.updated.map(\.metadata.name) == ["n1"])
        #expect(changes.deleted == ["n2"])
        #expect(ClusterChanges(from: before, to: after) == changes)
    }
}
