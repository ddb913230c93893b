import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeJSON
import KubeModel
import Planning
import SpeakerAPI
import TestSupport
import Testing

struct RouteExplanationTests {
    private var world: ClusterFixture {
        var world = ClusterFixture()
        world.nodes = [node("n1"), node("n2", ips: ["10.0.0.2"]), node("other", labels: ["bgp": "no"])]
        world.clusterConfigs = [
            clusterConfig(
                nodes: LabelSelector(matchExpressions: [.init(key: "bgp", operator: .doesNotExist, values: [])])
            )
        ]
        world.services = [
            service("web", loadBalancer: ["192.0.2.1"]),
            service("api", loadBalancer: ["192.0.2.2"], externalPolicy: .local),
        ]
        world.slices = [slice(of: "web", [.ready("n1")]), slice(of: "api", [.ready("n2")])]
        return world
    }

    private func cluster(
        _ world: ClusterFixture,
        pools: [LoadBalancerIPPool] = [],
        wires: [NodeWire] = []
    ) -> ObservedCluster {
        ObservedCluster(
            services: world.services,
            endpointSlices: world.slices,
            pools: pools,
            nodes: world.nodes.map { world.configuration($0.metadata.name) },
            wires: wires
        )
    }

    private func pool(_ cidr: String, excluded: [String] = []) -> LoadBalancerIPPool {
        LoadBalancerIPPool(
            metadata: ObjectMeta(name: "public"),
            spec: LoadBalancerIPPool.Spec(blocks: [.init(cidr: cidr)], excluded: excluded)
        )
    }

    private func wire(
        _ node: String,
        _ routes: [RouteDocument],
        state: SessionState = .established,
        gates: NodeGates = NodeGates()
    ) -> NodeWire {
        var status = PeerStatus(name: "router")
        status.peeringState = state
        return NodeWire(
            peers: NodePeers(
                node: node,
                gates: GatesDocument(gates),
                peers: [NodePeer(instance: "main", status: status)]
            ),
            advertised: NodeRoutes(node: node, view: .advertised, routes: routes)
        )
    }

    private func verdicts(_ explanation: RouteExplanation) -> [String: Verdict?] {
        Dictionary(
            explanation.nodes.map { ($0.name, $0.peers.first?.verdict) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    @Test func `every node says whether it announces the prefix, from what, and why not`() throws {
        let explanation = explainRoute(.prefix(try prefix("192.0.2.2/32")), in: cluster(world))
        #expect(verdicts(explanation) == ["n1": .withhold, "n2": .announce, "other": nil])
        #expect(explanation.addresses.map(\.name) == ["api"])
        let withholding = try #require(explanation.nodes[0].peers.first)
        #expect(withholding.reasons.map(\.code) == ["Selected", "NoLocalEndpoints"])
        #expect(withholding.sources.isEmpty)
        let announcing = try #require(explanation.nodes[1].peers.first)
        #expect(announcing.sources.map(\.object) == ["default/api"])
        #expect(explanation.nodes[2].reasons.map(\.code) == ["NoClusterConfig"])
    }

    @Test func `every attribute names the entries that set it and what became of their values`() throws {
        var world = world
        world.advertisements = [
            advertisement(
                named: "gold",
                [
                    serviceEntry(
                        attributes: .init(
                            communities: .init(standard: [Community(rawValue: 0xFDE8_0001)]),
                            localPreference: 200,
                            med: 20,
                            asPathPrepend: 1
                        )
                    )
                ]
            ),
            advertisement(
                named: "plain",
                [
                    serviceEntry(
                        attributes: .init(
                            communities: .init(standard: [Community(rawValue: 0xFDE8_0002)]),
                            localPreference: 100,
                            med: 10
                        )
                    )
                ]
            ),
        ]
        let explanation = explainRoute(.prefix(try prefix("192.0.2.1/32")), in: cluster(world))
        let attributes = try #require(explanation.nodes.first?.peers.first?.attributes)
        func told(_ name: String) -> String? {
            attributes.first { $0.name == name }.map { attribute in
                let parts = attribute.contributors.map {
                    "\($0.object)[\($0.entry ?? -1)]=\($0.value)\($0.used ? "" : " unused")"
                }
                return "\(attribute.value) \(attribute.rule.rawValue) \(parts.joined(separator: " "))"
            }
        }
        #expect(told("origin") == "igp Default ")
        #expect(
            told("localPreference") == "200 Highest BGPAdvertisement/gold[0]=200 BGPAdvertisement/plain[0]=100 unused"
        )
        #expect(told("med") == "10 Lowest BGPAdvertisement/gold[0]=20 unused BGPAdvertisement/plain[0]=10")
        #expect(told("asPathPrepend") == "1 Longest BGPAdvertisement/gold[0]=1")
        #expect(
            told("communities")
                == "65000:1,65000:2 Union BGPAdvertisement/gold[0]=65000:1 BGPAdvertisement/plain[0]=65000:2"
        )

        let draining = wire("n1", [], gates: NodeGates(drain: .shuttingDown))
        let leaving = explainRoute(.prefix(try prefix("192.0.2.1/32")), in: cluster(world, wires: [draining]))
        let preference = leaving.nodes.first?.peers.first?.attributes.first { $0.name == "localPreference" }
        #expect(preference?.value == "0")
        #expect(preference?.rule == .drain)
        #expect(preference?.contributors.filter(\.used).map(\.object) == ["Node/n1"])
    }

    @Test func `an address follows the longest announced prefix, and what covers it is named`() throws {
        var world = world
        world.advertisements = [
            advertisement([
                serviceEntry(length4: 24),
                BGPAdvertisement.Entry(advertisementType: .prefixes, prefixes: [try prefix("192.0.0.0/16")]),
            ])
        ]
        let explanation = explainRoute(.address(try address("192.0.2.77")), in: cluster(world))
        #expect(explanation.prefix.description == "192.0.2.0/24")
        #expect(explanation.covering.map(\.prefix.description) == ["192.0.0.0/16"])
        #expect(
            explanation.moreSpecific.map(\.prefix.description) == ["192.0.2.2/32"],
            "policy Local is not aggregated"
        )
        #expect(explanation.moreSpecific.map(\.nodes) == [["n2"]])

        let host = explainRoute(.prefix(try prefix("192.0.2.1/32")), in: cluster(world))
        #expect(host.findings.map(\.code) == ["Covered"])
        #expect(host.nodes[0].peers.first?.verdict == .withhold)
        #expect(host.nodes[0].peers.first?.reasons.map(\.code).contains("Aggregated") == true)
    }

    @Test func `a prefix that is not announced names the pools that hold it`() throws {
        let asked = RouteTarget.prefix(try prefix("192.0.2.9/32"))
        let free = explainRoute(asked, in: cluster(world, pools: [pool("192.0.2.0/24")]))
        #expect(free.findings.map(\.code) == ["NoSource", "InPool"])
        #expect(free.findings.last?.message.hasSuffix("no Service has been given it") == true)
        #expect(free.nodes[0].peers.first?.reasons.map(\.code) == ["NoMatchingAdvertisement"])
        let excluded = explainRoute(asked, in: cluster(world, pools: [pool("192.0.2.0/24", excluded: ["192.0.2.9"])]))
        #expect(excluded.findings.last?.message.contains("kept back") == true)
        #expect(explainRoute(asked, in: cluster(world)).findings.map(\.code) == ["NoSource"])
    }

    @Test func `where the wire is not as decided the reason is given`() throws {
        let asked = RouteTarget.prefix(try prefix("192.0.2.1/32"))
        func difference(_ wire: NodeWire) -> String? {
            explainRoute(asked, in: cluster(world, wires: [wire])).nodes[0].peers.first?.wire?.difference?.code.rawValue
        }
        var route = RouteDocument(instance: "main", peer: "router", prefix: try prefix("192.0.2.1/32"))
        #expect(difference(wire("n1", [route])) == nil)
        #expect(difference(wire("n1", [])) == "AnnouncementPending")
        #expect(difference(wire("n1", [], state: .active)) == "SessionNotEstablished")
        route.communities = ["65000:9"]
        #expect(difference(wire("n1", [route])) == "AttributesDiffer")
        var closed = wire("n1", [route])
        closed.peers.gates = GatesDocument(NodeGates(dataPath: .notReady("503")))
        #expect(difference(closed) == "OlderConfiguration", "sent although the gate is closed")
        let drained = wire("n1", [], gates: NodeGates(drain: .drained(keeping: [])))
        let explanation = explainRoute(asked, in: cluster(world, wires: [drained]))
        #expect(explanation.nodes[0].peers.first?.reasons.map(\.code).contains("NodeDrained") == true)
        #expect(explanation.nodes[0].peers.first?.wire?.difference == nil)
    }

    @Test func `a peer's explanation holds session, families and what differs`() throws {
        let sent = [
            RouteDocument(instance: "main", peer: "router", prefix: try prefix("192.0.2.1/32")),
            RouteDocument(instance: "main", peer: "router", prefix: try prefix("198.51.100.1/32")),
        ]
        let peers = explainPeer("router", in: cluster(world, wires: [wire("n1", sent)]))
        #expect(peers.map(\.node) == ["n1", "n2"])
        #expect(peers[0].families.map(\.family) == ["ipv4/unicast"])
        #expect(peers[0].families[0].selector == "advertise=bgp")
        #expect(peers[0].families[0].advertisements.map(\.name) == ["public"])
        #expect(peers[0].families[0].advertisements.map(\.routes) == [1])
        #expect(peers[0].families[0].wanted == 1)
        #expect(peers[0].families[0].announced == 2)
        #expect(peers[0].differences?.map(\.reason.code) == ["OlderConfiguration"])
        #expect(peers[0].differences?.first?.prefixes.map(\.description) == ["198.51.100.1/32"])
        #expect(peers[1].differences == nil, "nobody said what n2 has sent")
        #expect(explainPeer("10.0.0.254", in: cluster(world)).map(\.node) == ["n1", "n2"])
        #expect(explainPeer("nobody", in: cluster(world)).isEmpty)
    }

    @Test func `addresses of devices, which the speaker alone knows, are taken from it`() throws {
        var world = world
        world.advertisements = [
            advertisement(
                named: "loopbacks",
                ["eth9", "lo"].map { name in
                    BGPAdvertisement.Entry(
                        advertisementType: .interface,
                        interface: .init(name: name),
                        attributes: .init(med: name == "lo" ? 7 : 9)
                    )
                }
            )
        ]
        var route = RouteDocument(instance: "main", peer: "router", prefix: try prefix("198.51.100.9/32"))
        route.sources = [
            try JSON.decode(
                RouteSourceDocument.self,
                from: #"{"advertisement": "loopbacks", "type": "Interface", "object": "n1", "device": "lo"}"#
            )
        ]
        route.med = 7
        let cluster = cluster(world, wires: [wire("n1", [route]), wire("n2", [])])
        let explanation = explainRoute(.prefix(route.prefix), in: cluster)
        #expect(verdicts(explanation) == ["n1": .announce, "n2": .withhold, "other": nil])
        #expect(explanation.nodes[0].peers.first?.wire?.difference == nil)
        #expect(explanation.findings.isEmpty)
        #expect(explainPeer("router", in: cluster).map { $0.differences?.isEmpty } == [true, true])
    }

    @Test func `a family without selector, one that selects nothing and one not agreed on say so`() throws {
        var world = world
        world.peerConfigs = [
            peerConfig(advertisements: nil)
        ]
        var codes = explainPeer("router", in: cluster(world))[0].families.flatMap(\.reasons).map(\.code)
        #expect(codes == ["FamilySelectsNothing"])
        world.peerConfigs = [peerConfig(families: [.ipv6], advertisements: .labels(["no": "such"]))]
        var status = PeerStatus(name: "router")
        status.peeringState = .established
        status.negotiated = .init(families: [.ipv4Unicast], fourByteASN: true)
        let wire = NodeWire(peers: NodePeers(node: "n1", peers: [NodePeer(instance: "main", status: status)]))
        codes = explainPeer("router", in: cluster(world, wires: [wire]))[0].families.flatMap(\.reasons).map(\.code)
        #expect(codes == ["NoMatchingAdvertisement", "FamilyNotNegotiated"])
    }
}
