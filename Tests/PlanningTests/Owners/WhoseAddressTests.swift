import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

@Suite struct WhoseAddressTests {
    /// A node, a router, pods and cluster IPs of both families, and one Service with the addresses.
    private func world(external: [String] = [], loadBalancer: [String] = [], cluster: [String] = []) -> ClusterFixture {
        var world = ClusterFixture()
        world.nodes = [
            node("n1", ips: ["10.0.0.1", "2001:db8:f::1"], podCIDRs: ["10.244.1.0/24", "2001:db8:244:1::/64"]),
            node("n2", ips: ["10.0.0.2", "2001:db8:f::2"], podCIDRs: ["10.244.2.0/24", "2001:db8:244:2::/64"]),
        ]
        world.clusterConfigs = [
            clusterConfig([
                instance([peer(), peer("far", address: "2001:db8:f::fe")])
            ])
        ]
        world.serviceCIDRs = [serviceCIDR("10.96.0.0/12", "2001:db8:96::/112")]
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.advertisements = [
            advertisement([serviceEntry(AddressKind.allCases, whenNoEndpoints: .advertise)])
        ]
        world.services = [
            service("grab", namespace: "evil", loadBalancer: loadBalancer, external: external, cluster: cluster)
        ]
        return world
    }

    static let foreign = [
        ("10.0.0.1", "10.0.0.1 is an address of Node/n1"),
        ("10.0.0.2", "10.0.0.2 is an address of Node/n2"),
        ("2001:db8:f::2", "2001:db8:f::2 is an address of Node/n2"),
        ("10.0.0.254", "10.0.0.254 is the address of the router main/router"),
        ("2001:db8:f::fe", "2001:db8:f::fe is the address of the router main/far"),
        ("10.244.2.67", "10.244.2.67 lies in the pod network 10.244.2.0/24 of Node/n2"),
        ("2001:db8:244:2::7", "2001:db8:244:2::7 lies in the pod network 2001:db8:244:2::/64 of Node/n2"),
        ("10.96.0.10", "10.96.0.10 lies in the network of cluster IPs 10.96.0.0/12"),
        ("2001:db8:96::a", "2001:db8:96::a lies in the network of cluster IPs 2001:db8:96::/112"),
        ("127.0.0.1", "127.0.0.1 is every host's own (127.0.0.0/8)"),
        ("224.0.0.5", "224.0.0.5 is multicast (224.0.0.0/4)"),
        ("169.254.169.254", "169.254.169.254 is link-local (169.254.0.0/16)"),
        ("0.0.0.0", "0.0.0.0 is no host's (0.0.0.0/8)"),
        ("fe80::1", "fe80::1 is link-local (fe80::/10)"),
    ]

    @Test(arguments: foreign)
    func `another's address is not announced, whether requested or in the status`(address: String, words: String) throws
    {
        for world in [world(external: [address]), world(loadBalancer: [address])] {
            for name in ["n1", "n2"] {
                #expect(world.prefixes(name) == [])
                let decision = try #require(world.advertised(name).decisions.first)
                let reason = try #require(decision.obstacles.first)
                #expect(reason.code == "AddressNotOwned")
                #expect(reason.message == "\(words), so no node announces it for Service/evil/grab")
                #expect(reason.object?.description == "Service/evil/grab")
                #expect(reason.field == decision.address.kind.field)
                #expect(reason.fix?.isEmpty == false)
            }
        }
    }

    @Test func `another's address is reported as withheld only, and not as held back by the node as well`() {
        var world = world(external: ["10.0.0.2"])
        world.services.append(service("name", type: "ExternalName", external: ["198.51.100.9"]))
        let advertiser = Advertiser(world.snapshot())
        #expect(advertiser.withheldAddresses().map(\.code) == ["NotProxied", "AddressNotOwned"])
        // A load balancer without an address is another matter.
        #expect(advertiser.unannouncedCauses.map(\.code) == ["NoAddress"])
    }

    @Test func `addresses of others on the same Service are announced`() {
        let world = world(external: ["9.9.9.9", "2001:db8:9::9"], loadBalancer: ["192.0.2.1"], cluster: ["10.96.0.66"])
        #expect(world.prefixes() == ["9.9.9.9/32", "10.96.0.66/32", "192.0.2.1/32", "2001:db8:9::9/128"])
    }

    @Test func `a cluster IP counts as assigned by the API server, unless nodes, pods or routers have it`() {
        #expect(world(cluster: ["10.96.0.66"]).prefixes() == ["10.96.0.66/32"])
        for address in ["10.0.0.2", "10.244.2.1", "10.0.0.254"] { #expect(world(cluster: [address]).prefixes() == []) }
    }

    @Test func `another's address brings no aggregate, and the Service's other addresses still do`() {
        var world = world(external: ["10.0.0.2"])
        world.advertisements = [advertisement([serviceEntry([.externalIP], length4: 24, whenNoEndpoints: .advertise)])]
        #expect(world.prefixes() == [])
        world.services.append(service("own", external: ["10.0.0.77"]))
        #expect(world.prefixes() == ["10.0.0.0/24"])
    }

    @Test func `a router that the node discovers owns its address`() throws {
        var found = BGPClusterConfig.Peer(
            name: "gateway",
            peerASN: 65000,
            peerConfigRef: PeerConfigReference(name: "tor")
        )
        found.autoDiscovery = AutoDiscovery(
            mode: .defaultGateway,
            defaultGateway: AutoDiscovery.DefaultGateway(addressFamily: .ipv4)
        )
        var world = world(external: ["10.0.0.7"])
        world.clusterConfigs = [clusterConfig([instance([found])])]
        var snapshot = world.snapshot()
        let peer = PeerID(instance: "main", peer: "gateway")
        #expect(NodeAdvertisements(snapshot).routes(of: peer).map(\.route.prefix.description) == ["10.0.0.7/32"])
        snapshot.configuration.defaultGateways = [ScopedAddress(try address("10.0.0.7"))]
        #expect(NodeAdvertisements(snapshot).routes(of: peer) == [])
    }

    @Test func `networks of cluster IPs from the command line are protected`() throws {
        var world = world(external: ["172.20.0.10"])
        #expect(world.prefixes() == ["172.20.0.10/32"])
        world.gates.serviceNetworks = [try prefix("172.20.0.0/16")]
        #expect(world.prefixes() == [])
    }

    /// k3s' ServiceLB puts the addresses of nodes into the status of every load balancer.
    @Test func `a status with addresses of nodes is not announced, and shared ones beside it are`() {
        var world = world(loadBalancer: ["10.0.0.1", "10.0.0.2"])
        world.services.append(service("other", loadBalancer: ["10.0.0.1", "10.0.0.2"]))
        #expect(world.prefixes() == [])
        // kube-vip gives an address of its own.
        world.services[0].status?.loadBalancer?.ingress = [Service.Ingress(ip: "192.0.2.8")]
        #expect(world.prefixes() == ["192.0.2.8/32"])
    }

    // What changes.

    /// Tells an advertiser of the addresses of a world, and checks that it comes to the same as one that begins there.
    private func step(_ advertiser: inout Advertiser, _ world: ClusterFixture) -> [String] {
        _ = advertiser.update(addresses: world.addresses)
        let fresh = Advertiser(world.snapshot())
        #expect(advertiser.routes(of: router) == fresh.routes(of: router))
        #expect(advertiser.decisions() == fresh.decisions())
        #expect(advertiser.withheldAddresses() == fresh.withheldAddresses())
        return advertiser.routes(of: router).map(\.prefix.description)
    }

    @Test func `addresses become a node's, a router's or a pod's, and stop being so`() {
        let all = ["9.9.9.1/32", "9.9.9.2/32", "9.9.9.3/32", "2001:db8:9::9/128"]
        var world = world(external: ["9.9.9.1", "9.9.9.2", "9.9.9.3", "2001:db8:9::9"])
        var advertiser = Advertiser(world.snapshot())
        #expect(step(&advertiser, world) == all)
        let nodes = world.nodes
        world.nodes.append(node("n3", ips: ["9.9.9.1", "2001:db8:9::9"]))
        #expect(step(&advertiser, world) == ["9.9.9.2/32", "9.9.9.3/32"])
        world.nodes = nodes
        #expect(step(&advertiser, world) == all)
        let configs = world.clusterConfigs
        world.clusterConfigs.append(
            clusterConfig(named: "rack-2", nodes: .labels(["no": "node"]), [instance([peer(address: "9.9.9.2")])])
        )
        #expect(step(&advertiser, world) == ["9.9.9.1/32", "9.9.9.3/32", "2001:db8:9::9/128"])
        world.clusterConfigs = configs
        #expect(step(&advertiser, world) == all)
        world.nodes[1].spec?.podCIDRs = ["9.9.9.2/31", "2001:db8:9::/64"]
        #expect(step(&advertiser, world) == ["9.9.9.1/32"])
        world.nodes[1].spec?.podCIDRs = nil
        #expect(step(&advertiser, world) == all)
        world.serviceCIDRs.append(serviceCIDR("9.9.9.0/30"))
        #expect(step(&advertiser, world) == ["2001:db8:9::9/128"])
        world.serviceCIDRs.removeLast()
        #expect(step(&advertiser, world) == all)
    }

    @Test func `every node's pods own the addresses of their network plugin`() {
        let all = ["9.9.9.1/32", "9.9.9.2/32", "9.9.9.3/32", "2001:db8:9::9/128"]
        var world = world(external: ["9.9.9.1", "9.9.9.2", "9.9.9.3", "2001:db8:9::9"])
        var advertiser = Advertiser(world.snapshot())
        world.ciliumNodes = [ciliumNode("n2", ["9.9.9.2/32", "2001:db8:9::/64"])]
        #expect(step(&advertiser, world) == ["9.9.9.1/32", "9.9.9.3/32"])
        world.ciliumNodes = [
            ciliumNode("n2", pools: [["9.9.9.1/32"], ["9.9.9.2/32"]]), ciliumNode("n9", ["9.9.9.3/32"]),
        ]
        #expect(step(&advertiser, world) == ["2001:db8:9::9/128"])
        world.ciliumNodes = [ciliumNode("n2", pool: ["9.9.9.1"])]
        #expect(step(&advertiser, world) == all)
        world.ciliumNodes = nil
        world.blockAffinities = [blockAffinity("n2", "9.9.9.2/31"), blockAffinity("n1", "2001:db8:9::/122")]
        #expect(step(&advertiser, world) == ["9.9.9.1/32"])
        world.blockAffinities = [blockAffinity("n2", "9.9.9.2/31", state: "pending")]
        #expect(step(&advertiser, world) == all)
        world.blockAffinities = nil
        #expect(step(&advertiser, world) == all)
    }

    @Test func `addresses in other places are not owned, unless an entry announces them`() {
        var world = world(external: ["9.9.9.1", "9.9.9.2"])
        world.nodes[1].spec?.podCIDRs = ["9.9.9.1/32"]
        world.ciliumNodes = [ciliumNode("n2", ["9.9.9.2/32"])]
        var advertiser = Advertiser(world.snapshot())
        #expect(step(&advertiser, world) == ["9.9.9.1/32"])
        func entry(_ source: BGPAdvertisement.PodCIDRSource?) -> BGPAdvertisement {
            advertisement(
                named: "pods",
                labels: ["no": "peer"],
                [.init(advertisementType: .podCIDR, podCIDRs: source.map { .init(source: $0) })]
            )
        }
        let services = world.advertisements
        for (sources, expected) in [
            ([.node], ["9.9.9.2/32"]), ([.node, .ciliumNode], []), ([.calico], ["9.9.9.1/32", "9.9.9.2/32"]),
            ([nil, .node], []), ([nil], ["9.9.9.1/32"]),
        ] as [([BGPAdvertisement.PodCIDRSource?], [String])] {
            world.advertisements = services + sources.map(entry)
            #expect(Advertiser(world.snapshot()).routes(of: router).map(\.prefix.description) == expected)
        }
    }

    @Test func `two nodes can claim an address, which is free when both are gone`() {
        var world = world(external: ["9.9.9.1"])
        let nodes = world.nodes
        var advertiser = Advertiser(world.snapshot())
        world.nodes += [node("n3", ips: ["9.9.9.1"]), node("n4", ips: ["9.9.9.1"])]
        #expect(step(&advertiser, world) == [])
        world.nodes.removeLast()
        #expect(step(&advertiser, world) == [])
        world.nodes = nodes
        #expect(step(&advertiser, world) == ["9.9.9.1/32"])
    }

    @Test func `incremental changes lead to the same owners as a fresh start`() {
        let nodes = world().nodes
        let configs = world().clusterConfigs
        let networks = [serviceCIDR("10.96.0.0/12"), serviceCIDR("10.96.0.0/12", "2001:db8:96::/112")]
        let all = ClusterAddresses(nodes: nodes, clusterConfigs: configs, serviceCIDRs: networks)
        var known = ClusterAddresses()
        known.take(networks)
        for config in configs { known.take(config, named: config.metadata.name) }
        known.take(configs[0], named: "again")
        for node in nodes.reversed() { known.take(node, named: node.metadata.name) }
        known.take("n3", addresses: nodes[0].internalIPs.compactMap { IPAddress($0) }, podNetworks: [])
        #expect(known != all)
        known.take(nil as Node?, named: "n3")
        known.take(nil as BGPClusterConfig?, named: "again")
        #expect(known == all)
        for node in nodes { known.take(nil as Node?, named: node.metadata.name) }
        for config in configs { known.take(nil as BGPClusterConfig?, named: config.metadata.name) }
        known.take([] as [ServiceCIDR])
        #expect(known == ClusterAddresses())
    }

    @Test func `a node owns at most thirty-two addresses`() {
        var world = world(external: ["9.9.9.200"])
        world.nodes.append(node("n3", ips: (0..<32).map { "9.9.9.\($0)" } + ["9.9.9.200"]))
        #expect(world.prefixes() == ["9.9.9.200/32"])
    }

    @Test func `what a drained node keeps does not belong to others`() {
        var world = world(external: ["10.0.0.2", "9.9.9.9"])
        world.nodes[0].metadata.annotations = ["martlet.dev/drain": "true"]
        let kept = lastAnnounced(
            by: world.configuration("n1"),
            others: [],
            services: world.services.map(AnnouncedService.init),
            endpointSlices: world.slices.map(ServiceEndpoints.init)
        )
        #expect(kept.map(\.description) == ["9.9.9.9/32"])
    }
}

func serviceCIDR(_ networks: String...) -> ServiceCIDR {
    ServiceCIDR(metadata: ObjectMeta(name: networks.joined()), spec: ServiceCIDR.Spec(cidrs: networks))
}
