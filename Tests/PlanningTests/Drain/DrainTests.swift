import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing

struct DrainTests {
    private func world(_ policy: Service.TrafficPolicy, endpoints: [TestEndpoint]) -> ClusterFixture {
        var world = ClusterFixture()
        world.nodes = [node("n1"), node("n2", ips: ["10.0.0.2"])]
        world.services = [service("web", loadBalancer: ["192.0.2.1"], externalPolicy: policy)]
        world.slices = [slice(of: "web", endpoints)]
        return world
    }

    /// What `n1` keeps when it is drained and `n2` has its sessions, unless told.
    private func kept(
        _ world: ClusterFixture,
        peering: SessionState = .established,
        conditions: [Condition] = []
    ) -> [String] {
        let nodeConfigs = world.nodes.compactMap { node -> BGPNodeConfig? in
            var config = world.configuration(node.metadata.name).nodeConfig
            config?.status = BGPNodeConfig.Status(
                conditions: conditions,
                bgpInstances: [.init(name: "main", peers: [status("router", peering)])]
            )
            return config
        }
        let own = world.configuration("n1")
        return lastAnnounced(
            by: own,
            others: OtherNode.inService(besides: "n1", nodes: world.nodes, nodeConfigs: nodeConfigs, resources: own),
            services: world.services.map(AnnouncedService.init),
            endpointSlices: world.slices.map(ServiceEndpoints.init)
        )
        .sorted().map(\.description)
    }

    private func status(_ name: String, _ state: SessionState) -> PeerStatus {
        var status = PeerStatus(name: name)
        status.peeringState = state
        return status
    }

    @Test func `what another node announces need not be kept`() {
        #expect(kept(world(.cluster, endpoints: [.ready("n1")])) == [])
    }

    @Test func `under Local a service whose pods are here alone is kept`() {
        #expect(kept(world(.local, endpoints: [.ready("n1")])) == ["192.0.2.1/32"])
        #expect(kept(world(.local, endpoints: [.ready("n1"), .ready("n2")])) == [])
        #expect(kept(world(.local, endpoints: [.ready("n2")])) == [], "not announced here at all")
    }

    @Test func `another node's session is taken for signed, since its Secret is not read here`() {
        var world = world(.cluster, endpoints: [.ready("n1")])
        for place in world.peerConfigs.indices { world.peerConfigs[place].spec.authSecretRef = "theirs" }
        var nodeConfig = world.configuration("n2").nodeConfig
        nodeConfig?.status = BGPNodeConfig.Status(
            bgpInstances: [.init(name: "main", peers: [status("router", .established)])]
        )
        let others = OtherNode.inService(
            besides: "n1",
            nodes: world.nodes,
            nodeConfigs: nodeConfig.map { [$0] } ?? [],
            resources: world.configuration("n1")
        )
        #expect(others.map { $0.configuration.secrets.state("theirs") } == [.present])
    }

    @Test func `a node without a session announces nothing`() {
        #expect(kept(world(.cluster, endpoints: [.ready("n1")]), peering: .active) == ["192.0.2.1/32"])
    }

    @Test func `two nodes that are drained at once do not rely on each other`() {
        var world = world(.cluster, endpoints: [.ready("n1")])
        world.nodes[1].metadata.annotations = [DrainRequest.annotation: "true"]
        #expect(kept(world) == ["192.0.2.1/32"])
        world.nodes[1].metadata.annotations = [DrainRequest.annotation: "false"]
        #expect(kept(world) == [])
    }

    @Test(arguments: [ConditionStatus.false, .unknown])
    func `a node whose kubelet is gone counts for nothing, whatever its speaker said last`(ready: ConditionStatus) {
        var world = world(.cluster, endpoints: [.ready("n1")])
        world.nodes[1].status?.conditions = [Condition(type: "Ready", status: ready)]
        #expect(kept(world) == ["192.0.2.1/32"])
    }

    @Test func `a node that waits for its data path announces no service`() {
        let waiting = Condition(type: "DataPathReady", status: .false, reason: "Waiting")
        #expect(kept(world(.cluster, endpoints: [.ready("n1")]), conditions: [waiting]) == ["192.0.2.1/32"])
    }

    @Test func `an aggregate counts as announced whatever service brings it there`() {
        var world = world(.cluster, endpoints: [.ready("n1")])
        world.advertisements = [advertisement([serviceEntry(length4: 24)])]
        world.services[0].metadata.labels = ["only": "n1"]
        world.advertisements = [
            advertisement([
                serviceEntry(
                    selector: .labels(["only": "n1"]),
                    nodeSelector: .labels(["name": "n1"]),
                    length4: 24
                ),
                serviceEntry(selector: .labels(["for": "n2"]), length4: 24),
            ])
        ]
        world.nodes[0].metadata.labels = ["name": "n1"]
        #expect(kept(world) == ["192.0.2.0/24"])
        world.services.append(service("other", labels: ["for": "n2"], loadBalancer: ["192.0.2.77"]))
        world.slices.append(slice(of: "other", [.ready("n2")]))
        #expect(kept(world) == [])
    }

    @Test func `networks of pools are kept like service routes, pod networks are not withdrawn at all`() throws {
        var world = world(.cluster, endpoints: [])
        world.nodes[0] = node("n1", podCIDRs: ["10.244.1.0/24"])
        world.pools = [PoolNetworks(name: "public", networks: [try prefix("192.0.2.0/24")])]
        world.advertisements = [
            advertisement([
                BGPAdvertisement.Entry(advertisementType: .podCIDR),
                BGPAdvertisement.Entry(advertisementType: .loadBalancerIPPool, selector: .everything),
            ])
        ]
        #expect(kept(world) == [])
        #expect(kept(world, peering: .idle) == ["192.0.2.0/24"])
        world.gates.drain = .drained(keeping: [])
        #expect(world.prefixes() == ["10.244.1.0/24"])
    }

    @Test func `whatever the cluster, what is kept is what this node announces and no other does`() {
        var kept = 0
        for seed in 0..<1000 as Range<UInt64> {
            var cluster = RandomCluster(seed: seed)
            var world = cluster.world()
            world.gates = NodeGates()
            let own = world.snapshot("n1")
            let other = world.snapshot("n2")
            let peers = NodeAdvertisements(other).peers
            let found = lastAnnounced(
                by: own.configuration,
                others: [OtherNode(configuration: other.configuration, established: Set(peers.map(\.peer)))],
                services: world.services.map(AnnouncedService.init),
                endpointSlices: world.slices.map(ServiceEndpoints.init)
            )
            let advertised = NodeAdvertisements(own)
            let mine =
                advertised.decisions.filter(\.isWanted).flatMap(\.prefixes)
                + advertised.peers.flatMap(\.routes).filter { route in
                    route.sources.contains { $0.type == .loadBalancerIPPool }
                }.map(\.route.prefix)
            let theirs = Set(peers.flatMap(\.routes).map(\.route.prefix))
            #expect(found == Set(mine).subtracting(theirs))
            kept += found.count
        }
        #expect(kept > 0, "clusters that keep nothing would prove nothing")
    }

    @Test(
        arguments: [
            (nil, nil, nil, nil), ("false", nil, nil, nil),
            ("true", nil, DrainRequest(), nil),
            ("force", "0", DrainRequest(isForced: true, gracePeriodSeconds: 0), nil),
            ("true", "3600", DrainRequest(gracePeriodSeconds: 3600), nil),
            ("yes", nil, nil, "expected true, force or false, found \"yes\""),
            ("true", "soon", DrainRequest(), "expected seconds from 0 to 3600, found \"soon\""),
            ("true", "3601", DrainRequest(), "expected seconds from 0 to 3600, found \"3601\""),
        ] as [(String?, String?, DrainRequest?, String?)]
    )
    func `annotations are read, and an invalid one drains nothing and is reported`(
        value: String?,
        grace: String?,
        wish: DrainRequest?,
        fault: String?
    ) {
        var annotated = node("n1")
        annotated.metadata.annotations = [:]
        annotated.metadata.annotations?[DrainRequest.annotation] = value
        annotated.metadata.annotations?[DrainRequest.gracePeriodAnnotation] = grace
        #expect(DrainRequest(annotated) == wish)
        #expect(DrainRequest.fault(in: annotated)?.message == fault)
    }

    @Test func `a report names the request that it follows`() throws {
        func wish(_ request: String) -> DrainRequest? {
            var annotated = node("n1")
            annotated.metadata.annotations = [DrainRequest.annotation: "true", DrainRequest.requestAnnotation: request]
            return DrainRequest(annotated)
        }
        let time = "2027-01-15T08:00:00.250000Z"
        #expect(wish(time) == DrainRequest(request: time))
        #expect(wish("<b>at once</b>") == DrainRequest())
        for drain in [
            NodeGates.Drain.shuttingDown, .drained(keeping: []), .drained(keeping: [try prefix("9.9.9.9/32")]),
        ] {
            let condition = DrainCondition.found(drain, fault: nil, request: time)
            #expect(DrainCondition.answers(condition, time))
            #expect(!DrainCondition.answers(condition, "2027-01-15T08:00:00.250001Z"))
            #expect(DrainCondition.told(condition) == DrainCondition.found(drain, fault: nil).message)
        }
        #expect(DrainCondition.found(.none, fault: nil, request: time) == DrainCondition.found(.none, fault: nil))
    }

    @Test func `a cordon does not start a drain`() {
        var cordoned = node("n1")
        cordoned.spec?.unschedulable = true
        #expect(DrainRequest(cordoned) == nil)
        var world = world(.cluster, endpoints: [.ready("n2")])
        world.nodes[0] = cordoned
        #expect(world.prefixes() == ["192.0.2.1/32"])
    }

    @Test func `a ClusterConfig says which of its nodes are drained and how far`() {
        var world = world(.cluster, endpoints: [.ready("n1")])
        func condition() -> Condition? {
            let nodeConfigs = world.nodes.compactMap { node -> BGPNodeConfig? in
                var config = world.configuration(node.metadata.name).nodeConfig
                if node.metadata.name == "n1" {
                    config?.status = BGPNodeConfig.Status(conditions: [DrainCondition.found(.shuttingDown, fault: nil)])
                }
                return config
            }
            let snapshot = ClusterSnapshot(
                nodes: world.nodes,
                clusterConfigs: world.clusterConfigs,
                peerConfigs: world.peerConfigs,
                nodeConfigs: nodeConfigs
            )
            return render(snapshot, now: noon).clusterConfigs.first?.status.conditions.of("NodesDrained")
        }
        #expect(condition()?.status == .false)
        world.nodes[0].metadata.annotations = [DrainRequest.annotation: "true"]
        world.nodes[1].metadata.annotations = [DrainRequest.annotation: "maybe"]
        #expect(condition()?.status == .true)
        #expect(
            condition()?.message == "n1 (shutting down) and n2 (metadata.annotations[martlet.dev/drain]: "
                + "expected true, force or false, found \"maybe\")"
        )
    }
}
