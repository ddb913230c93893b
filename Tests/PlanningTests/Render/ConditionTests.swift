import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct ConditionTests {
    private func states(_ conditions: [Condition]?) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: (conditions ?? []).map { ($0.type, "\($0.status.rawValue) \($0.reason ?? "")") }
        )
    }

    /// What the speakers report when all is well.
    private func reported(_ rendered: RenderedCluster, state: SessionState, generation: Int64 = 1) -> [BGPNodeConfig] {
        rendered.nodeConfigs.map { nodeConfig in
            var reported = nodeConfig
            reported.metadata.generation = generation
            reported.status = BGPNodeConfig.Status(
                conditions: [Condition(type: "Ready", status: .true, observedGeneration: 1)],
                bgpInstances: nodeConfig.spec.bgpInstances.map { instance in
                    BGPNodeConfig.InstanceStatus(
                        name: instance.name,
                        peers: instance.peers.map { peer in
                            var status = PeerStatus(name: peer.name)
                            status.peeringState = state
                            return status
                        }
                    )
                }
            )
            return reported
        }
    }

    private var snapshot: ClusterSnapshot {
        ClusterSnapshot(
            nodes: [node("n1"), node("n2", ips: ["10.0.0.2"])],
            clusterConfigs: [clusterConfig(generation: 7)],
            peerConfigs: [peerConfig(generation: 4)],
            advertisements: [advertisement(generation: 5, [serviceEntry()])]
        )
    }

    @Test func `a ClusterConfig has conditions at once, before any speaker reports`() {
        let status = render(snapshot, now: noon).clusterConfigs.first?.status
        #expect(
            states(status?.conditions) == [
                "Ready": "False Applying", "NoMatchingNode": "False NodesMatched",
                "MissingPeerConfigs": "False PeerConfigsFound",
                "ConflictingClusterConfig": "False NoConflict", "RouterIDConflict": "False NoRouterIDConflict",
                "AllNodesExcluded": "False NoneExcluded", "NodesDrained": "False NoneDrained",
                "NoPodCIDR": "False PodCIDRsFound", "DeletionPending": "False NothingDeleted",
                "SessionsEstablished": "False NotAllEstablished",
            ]
        )
        #expect(status?.conditions.allSatisfy { $0.observedGeneration == 7 && $0.lastTransitionTime == noon } == true)
        #expect(status?.nodes == BGPClusterConfig.NodeCounts(matched: 2, applied: 0))
        #expect(status?.sessions == SessionCounts(established: 0, total: 2))
    }

    @Test func `Ready is about the configuration, not about sessions`() {
        var world = snapshot
        world.nodeConfigs = reported(render(snapshot, now: noon), state: .active)
        let status = render(world, now: noon).clusterConfigs.first?.status
        #expect(status?.conditions.of("Ready")?.status == .true)
        #expect(status?.conditions.of("SessionsEstablished")?.status == .false)
        #expect(
            status?.conditions.of("SessionsEstablished")?.message
                == "0 of 2 sessions established; down: n1 main/router: active; n2 main/router: active"
        )
        #expect(status?.nodes == BGPClusterConfig.NodeCounts(matched: 2, applied: 2))
    }

    @Test func `established sessions are counted`() {
        var world = snapshot
        world.nodeConfigs = reported(render(snapshot, now: noon), state: .established)
        let status = render(world, now: noon).clusterConfigs.first?.status
        #expect(status?.sessions == SessionCounts(established: 2, total: 2))
        #expect(status?.conditions.of("SessionsEstablished")?.reason == "AllEstablished")
    }

    @Test func `a speaker that reports an older generation has not applied the configuration`() {
        var world = snapshot
        world.nodeConfigs = reported(render(snapshot, now: noon), state: .established, generation: 2)
        #expect(render(world, now: noon).clusterConfigs.first?.status.conditions.of("Ready")?.reason == "Applying")
    }

    @Test func `transition times change only with the status`() throws {
        var world = snapshot
        world.nodeConfigs = reported(render(snapshot, now: noon), state: .active)
        world.clusterConfigs[0].status = render(world, now: noon).clusterConfigs.first?.status
        let again = render(world, now: later)
        #expect(again.clusterConfigs.first?.status == world.clusterConfigs[0].status)
        world.nodeConfigs = reported(render(snapshot, now: noon), state: .established)
        let conditions = try #require(render(world, now: later).clusterConfigs.first?.status.conditions)
        #expect(conditions.filter { $0.lastTransitionTime == later }.map(\.type) == ["SessionsEstablished"])
    }

    @Test func `missing PeerConfigs are listed, and the rest is rendered`() {
        var world = snapshot
        world.peerConfigs = []
        world.clusterConfigs[0].spec.bgpInstances[0].peers += [peer("b", config: "other"), peer("c", config: "tor")]
        let rendered = render(world, now: noon)
        let status = rendered.clusterConfigs.first?.status
        #expect(
            status?.conditions.of("MissingPeerConfigs")?.message
                == "no BGPPeerConfig named other and tor; the peers that refer to it stay down"
        )
        #expect(status?.conditions.of("Ready")?.reason == "MissingPeerConfigs")
        #expect(rendered.nodeConfigs.count == 2)
        #expect(
            rendered.diagnostics.filter { $0.reason == "MissingPeerConfigs" }.map { $0.field?.description } == [
                "spec.bgpInstances[0].peers[0].peerConfigRef.name", "spec.bgpInstances[0].peers[1].peerConfigRef.name",
                "spec.bgpInstances[0].peers[2].peerConfigRef.name",
            ]
        )
    }

    @Test func `a ClusterConfig that matches no node says so`() {
        var world = snapshot
        world.clusterConfigs[0].spec.nodeSelector = .labels(["rack": "9"])
        let status = render(world, now: noon).clusterConfigs.first?.status
        #expect(status?.conditions.holds("NoMatchingNode") == true)
        #expect(status?.conditions.of("NoMatchingNode")?.message == "no node matches the nodeSelector rack=9")
        #expect(status?.conditions.of("Ready")?.reason == "NoMatchingNode")
    }

    @Test func `a ClusterConfig says when all its nodes are excluded, unless the label is ignored`() {
        var world = snapshot
        world.nodes = ["", "true"].enumerated().map {
            node("n\($0.offset)", labels: [NodeMark.excludeLabel: $0.element])
        }
        func isExcluded() -> Bool? {
            render(world, now: noon).clusterConfigs.first?.status.conditions.holds("AllNodesExcluded")
        }
        #expect(isExcluded() == true)
        world.nodes[1].metadata.labels = [NodeMark.excludeLabel: "false"]
        #expect(isExcluded() == false)
        let condition = render(world, now: noon).clusterConfigs.first?.status.conditions.of("AllNodesExcluded")
        #expect(condition?.reason == "NotAllExcluded")
        world.nodes[1].metadata.labels = [NodeMark.excludeLabel: ""]
        world.clusterConfigs[0].spec.nodeExclusion = .ignore
        #expect(isExcluded() == false)
    }

    @Test(arguments: [
        (nil, KnownSecrets(), "False AuthSecretNotConfigured", "True Accepted"),
        ("md5", KnownSecrets(usable: ["md5"]), "False AuthSecretValidated", "True Accepted"),
        ("md5", KnownSecrets(), "True AuthSecretMissing", "False AuthSecretMissing"),
        ("md5", KnownSecrets(unusable: ["md5"]), "True AuthSecretMissing", "False AuthSecretMissing"),
        (
            "md5", KnownSecrets(unusable: ["md5"], faults: ["md5": .tooLong]), "True AuthSecretUnusable",
            "False AuthSecretUnusable"
        ),
    ])
    func `a PeerConfig says whether its password Secret exists`(
        name: String?,
        secrets: KnownSecrets,
        missing: String,
        ready: String
    ) {
        var world = snapshot
        world.peerConfigs[0].spec.authSecretRef = name
        world.secrets = secrets
        let status = render(world, now: noon).peerConfigs.first?.status
        #expect(
            states(status?.conditions) == [
                "MissingAuthSecret": missing, "Ready": ready, "SelectsNothing": "False AdvertisementsSelected",
                "DeletionPending": "False NothingDeleted",
            ]
        )
        #expect(status?.conditions.allSatisfy { $0.observedGeneration == 4 } == true)
        #expect(status?.usedByPeers == 1)
    }

    @Test func `a PeerConfig that can announce nothing says why`() {
        var world = snapshot
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6], advertisements: nil)]
        world.peerConfigs[0].spec.families[1].advertisements = .labels(["a": "b"])
        let condition = render(world, now: noon).peerConfigs.first?.status.conditions.of("SelectsNothing")
        #expect(condition?.status == .true)
        #expect(
            condition?.message
                == "BGPPeerConfig/tor has no advertisements selector for ipv4/unicast, and an absent selector selects "
                + "nothing; no BGPAdvertisement has the labels a=b that BGPPeerConfig/tor asks for (ipv6/unicast)"
        )
    }

    @Test func `an Advertisement without a selector says that it selects nothing`() {
        var world = snapshot
        world.advertisements = [
            advertisement(
                generation: 5,
                [serviceEntry(), serviceEntry(selector: nil), .init(advertisementType: .podCIDR)]
            )
        ]
        let rendered = render(world, now: noon)
        let status = rendered.advertisements.first?.status
        #expect(
            states(status?.conditions) == [
                "NoMatchingPeerConfig": "False PeerConfigsMatched", "Ready": "True Accepted",
                "NoPodCIDR": "True NoPodCIDR", "SelectsNothing": "True SelectsNothing",
                "DeletionPending": "False NothingDeleted",
            ]
        )
        #expect(
            status?.conditions.of("SelectsNothing")?.message
                == "BGPAdvertisement/public entry 1 has no selector, and an absent selector selects nothing"
        )
        #expect(status?.types == "PodCIDR,Service")
        #expect(status?.usedByPeers == 1)
        let diagnostic = rendered.diagnostics.first { $0.reason == "SelectsNothing" }
        #expect(diagnostic?.field?.description == "spec.advertisements[1].selector")
        #expect(diagnostic?.severity == .warning)
    }

    @Test func `an Advertisement that no PeerConfig selects says so`() {
        var world = snapshot
        world.advertisements[0].metadata.labels = nil
        let conditions = render(world, now: noon).advertisements.first?.status.conditions
        #expect(conditions?.holds("NoMatchingPeerConfig") == true)
    }

    @Test func `a condition that is False never carries the reason of True`() {
        var world = snapshot
        world.overrides = [
            BGPNodeConfigOverride(metadata: ObjectMeta(name: "n1"), spec: .init(bgpInstances: [.init(name: "main")]))
        ]
        let rendered = render(world, now: noon)
        let conditions =
            rendered.clusterConfigs.flatMap(\.status.conditions) + rendered.peerConfigs.flatMap(\.status.conditions)
            + rendered.advertisements.flatMap(\.status.conditions) + rendered.overrides.flatMap(\.status.conditions)
        #expect(conditions.count > 20)
        for condition in conditions where condition.status == .false {
            #expect(condition.reason?.rawValue != condition.type)
            #expect(condition.message != "")
        }
    }

    @Test func `what a speaker refuses has another reason than what is merely pending`() {
        var world = snapshot
        world.nodeConfigs = reported(render(snapshot, now: noon), state: .active)
        world.nodeConfigs[0].status?.conditions = [
            Condition(
                type: "Ready",
                status: .false,
                observedGeneration: 1,
                reason: "PortInUse",
                message: "port 179 is taken"
            )
        ]
        let ready = render(world, now: noon).clusterConfigs.first?.status.conditions.of("Ready")
        #expect(ready?.reason == "NotApplied")
        #expect(ready?.message == "not applied yet on n1 (n1: port 179 is taken)")
    }

    @Test func `the order of the objects never matters`() {
        var world = snapshot
        world.clusterConfigs.append(clusterConfig(named: "other", created: 5))
        world.peerConfigs.append(peerConfig("spare"))
        world.advertisements.append(advertisement(named: "more", [serviceEntry(selector: nil)]))
        let expected = render(world, now: noon)
        world.nodes.reverse()
        world.clusterConfigs.reverse()
        world.peerConfigs.reverse()
        world.advertisements.reverse()
        #expect(render(world, now: noon) == expected)
    }
}
