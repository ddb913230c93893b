import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import FoundationEssentials
import Inspection
import KubeModel
import Planning
import SpeakerAPI
import TestSupport
import Testing

@Suite struct HomelabScenarioTests {
    private let workers = ["w204", "w205", "w206"]
    private let vip = "10.86.55.1/32"
    private let traefik = ObjectKey(namespace: "traefik-ingress", name: "traefik-ingress")

    private var world: ClusterFixture {
        var world = ClusterFixture()
        world.nodes =
            [node("cp", ips: ["10.86.5.201"])]
            + workers.map { node($0, labels: ["homelab/role": "worker"], ips: ["10.86.5.\($0.dropFirst())"]) }
        world.clusterConfigs = [
            clusterConfig(
                nodes: .labels(["homelab/role": "worker"]),
                [instance(asn: 64555, [peer(address: "10.86.5.254", asn: 64555)])]
            )
        ]
        world.advertisements = [
            advertisement([serviceEntry(selector: .labels(["homelab/public-service": "true"]))])
        ]
        world.services = [
            service(
                "traefik-ingress",
                namespace: "traefik-ingress",
                labels: ["homelab/public-service": "true"],
                loadBalancer: ["10.86.55.1"],
                externalPolicy: .local
            ),
            service("private", loadBalancer: ["10.86.55.2"]),
        ]
        world.slices = [
            slice(of: "traefik-ingress", namespace: "traefik-ingress", [.ready("w206")]),
            slice(of: "private", [.ready("w204")]),
        ]
        return world
    }

    private func announcing(_ world: ClusterFixture) -> [String] {
        world.nodes.map(\.metadata.name).filter { world.prefixes($0).contains(vip) }
    }

    @Test func `the route follows the pod, and never leads to a node without one`() {
        var world = world
        func step(_ endpoints: [TestEndpoint]) -> [String] {
            world.slices[0] = slice(of: "traefik-ingress", namespace: "traefik-ingress", endpoints)
            return announcing(world)
        }
        #expect(step([.ready("w206"), .notReady("w204")]) == ["w206"])
        #expect(step([.ready("w206"), .ready("w204")]) == ["w204", "w206"])
        #expect(step([.leaving("w206"), .ready("w204")]) == ["w204"])
        #expect(step([.ready("w204")]) == ["w204"])
        #expect(step([.leaving("w204")]) == ["w204"])
    }

    private func question(_ world: ClusterFixture, wires: [NodeWire] = []) -> ServiceQuestion {
        ServiceQuestion(
            service: traefik,
            services: world.services,
            endpointSlices: world.slices,
            nodes: world.nodes.map { world.configuration($0.metadata.name) },
            wires: wires
        )
    }

    @Test func `explain shows every node under both policies`() throws {
        let explanation = try #require(explainService(question(world)))
        #expect(explanation.nodes.map(\.name) == ["cp", "w204", "w205", "w206"])
        let verdicts = explanation.nodes.compactMap(\.addresses.first)
        #expect(verdicts.map(\.now) == [.withhold, .withhold, .withhold, .announce])
        #expect(verdicts.map(\.underLocal) == [.withhold, .withhold, .withhold, .announce])
        #expect(verdicts.map(\.underCluster) == [.withhold, .announce, .announce, .announce])
        #expect(explanation.nodes.first?.reasons.map(\.code) == ["NoClusterConfig"])
        let reason = try #require(verdicts[1].reasons.last)
        #expect(reason.code == "NoLocalEndpoints")
        #expect(
            reason.message
                == "externalTrafficPolicy is Local and no IPv4 endpoint on w204 can serve (there: none; in the "
                + "cluster: 1 ready)"
        )
        #expect(reason.object == "Service/traefik-ingress/traefik-ingress")
        #expect(reason.field == "spec.externalTrafficPolicy")
        #expect(reason.fix == "run a ready endpoint on w204, or set spec.externalTrafficPolicy to Cluster")
    }

    private func wire(_ node: String, state: SessionState, routes: [String]) -> NodeWire {
        var status = PeerStatus(name: "router")
        status.peeringState = state
        if state != .established {
            status.lastError = SessionError(reason: "ConnectionRefused", message: "connection refused", time: noon)
        }
        return NodeWire(
            peers: NodePeers(node: node, peers: [NodePeer(instance: "main", status: status)]),
            advertised: NodeRoutes(
                node: node,
                view: .advertised,
                routes: routes.compactMap { text in
                    IPPrefix(text).map { prefix in
                        var route = RouteDocument(instance: "main", peer: "router", prefix: prefix)
                        route.since = noon
                        return route
                    }
                }
            )
        )
    }

    @Test func `explain compares the decision with the wire`() throws {
        func wireOf206(_ wire: NodeWire) throws -> ExplainedWire? {
            let explanation = try #require(explainService(question(world, wires: [wire])))
            return explanation.nodes.last?.addresses.first?.peers.first?.wire
        }
        let agreed = try wireOf206(wire("w206", state: .established, routes: [vip]))
        #expect(agreed?.announced == true)
        #expect(agreed?.since == noon)
        #expect(agreed?.difference == nil)
        let missing = try wireOf206(wire("w206", state: .established, routes: []))
        #expect(missing?.difference?.code == "AnnouncementPending")
        let down = try wireOf206(wire("w206", state: .active, routes: []))
        #expect(down?.announced == false)
        #expect(down?.difference?.message == "the session with main/router is active: connection refused")
        #expect(try wireOf206(wire("w205", state: .established, routes: [])) == nil)
    }

    @Test func `a closed start gate reported by the speaker is the reason`() throws {
        var closed = wire("w206", state: .established, routes: [])
        closed.peers.gates = GatesDocument(NodeGates(dataPath: .notReady("503 from /healthz")))
        let explanation = try #require(explainService(question(world, wires: [closed])))
        let verdict = try #require(explanation.nodes.last?.addresses.first)
        #expect(verdict.now == .withhold)
        #expect(verdict.reasons.map(\.code) == ["Selected", "DataPathNotReady", "LocalEndpoints"])
        #expect(verdict.peers.first?.wire?.difference == nil)
    }

    @Test func `a document is read back as written`() throws {
        let explanation = try #require(
            explainService(question(world, wires: [wire("w206", state: .established, routes: [vip])]))
        )
        let bytes = try JSONEncoder().encode(explanation)
        #expect(try JSONDecoder().decode(ServiceExplanation.self, from: bytes) == explanation)
        let peers = wire("w206", state: .active, routes: [vip])
        let written = try JSONEncoder().encode(peers.peers)
        #expect(try JSONDecoder().decode(NodePeers.self, from: written) == peers.peers)
    }
}

@Suite struct DataCentreScenarioTests {
    private func site(_ region: String, _ zone: String, address: String, asn: ASNumber) -> BGPClusterConfig {
        clusterConfig(
            named: region,
            nodes: .labels(["topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": zone]),
            [instance([peer(address: address, asn: asn)])]
        )
    }

    private func place(_ name: String, _ region: String, _ zone: String, _ ip: String) -> Node {
        node(
            name,
            labels: ["topology.kubernetes.io/region": region, "topology.kubernetes.io/zone": zone],
            ips: [ip],
            podCIDRs: ["10.1.0.0/24", "fd00:1::/64"]
        )
    }

    @Test func `each node peers with its own site, a relabelled one moves, and a third region has no part`() {
        let configs = [
            site("berlin", "rack-1", address: "172.16.10.1", asn: 65000),
            site("paris", "rack-7", address: "172.16.20.1", asn: 65100),
        ]
        var nodes = [
            place("b1", "berlin", "rack-1", "172.16.10.2"), place("p1", "paris", "rack-7", "172.16.20.2"),
            place("m1", "madrid", "rack-1", "172.16.30.2"),
        ]
        let first = render(ClusterSnapshot(nodes: nodes, clusterConfigs: configs), now: noon)
        func routers(_ rendered: RenderedCluster) -> [String: String?] {
            Dictionary(
                uniqueKeysWithValues: rendered.nodeConfigs.map {
                    ($0.metadata.name, $0.spec.bgpInstances.first?.peers.first?.peerAddress?.description)
                }
            )
        }
        #expect(routers(first) == ["b1": "172.16.10.1", "p1": "172.16.20.1"])
        #expect(first.assignment("m1")?.reasons.map(\.message) == ["no BGPClusterConfig selects m1"])
        nodes[0] = place("b1", "paris", "rack-7", "172.16.10.2")
        let second = render(
            ClusterSnapshot(nodes: nodes, clusterConfigs: configs, nodeConfigs: first.nodeConfigs),
            now: noon
        )
        #expect(routers(second) == ["b1": "172.16.20.1", "p1": "172.16.20.1"])
        #expect(ClusterChanges(present: first.nodeConfigs, rendered: second).updated.map(\.metadata.name) == ["b1"])
        #expect(second.nodeConfig("b1")?.metadata.controller?.name == "paris")
        #expect(second.clusterConfigs.allSatisfy { !$0.status.conditions.holds("ConflictingClusterConfig") })
    }

    @Test func `both families go over one session`() {
        var world = ClusterFixture()
        world.nodes = [place("p1", "paris", "rack-7", "172.16.20.2")]
        world.clusterConfigs = [site("paris", "rack-7", address: "172.16.20.1", asn: 65100)]
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.advertisements = [advertisement([.init(advertisementType: .podCIDR), serviceEntry()])]
        #expect(world.prefixes("p1") == ["10.1.0.0/24", "fd00:1::/64"])
    }
}
