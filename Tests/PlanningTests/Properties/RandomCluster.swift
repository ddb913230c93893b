import BGPResources
import BGPTypes
import Fixtures
import KubeJSON
import KubeModel
import PlainText
import Planning
import TestSupport

/// Random clusters: small enough that everything collides with everything.
struct RandomCluster {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    private mutating func some<Element>(_ elements: [Element], _ percent: Int = 50) -> [Element] {
        elements.filter { _ in chance(percent) }
    }

    mutating func shuffled<Element>(_ elements: [Element]) -> [Element] { elements.shuffled(using: &generator) }

    private mutating func labels() -> [String: String] {
        var labels: [String: String] = [:]
        for key in some(["app", "tier"]) { labels[key] = pick(["a", "b"]) }
        return labels
    }

    private mutating func selector() -> LabelSelector? {
        if chance(15) { return nil }
        if chance(25) { return .everything }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return .labels([pick(["app", "tier"]): pick(["a", "b"])])
        case 1:
            let rule = LabelSelector.Requirement(key: pick(["app", "tier"]), operator: .notIn, values: ["a"])
            return LabelSelector(matchExpressions: [rule])
        case 2:
            let operators: [LabelSelector.Operator] = [.exists, .doesNotExist]
            let rule = LabelSelector.Requirement(key: "app", operator: pick(operators))
            return LabelSelector(matchExpressions: [rule])
        default: return .labels(["io.kubernetes.service.namespace": pick(["default", "shop"])])
        }
    }

    private mutating func attributes() -> BGPAdvertisement.Attributes? {
        guard chance(70) else { return nil }
        return BGPAdvertisement.Attributes(
            communities: chance(60)
                ? BGPAdvertisement.Communities(
                    standard: some([1, 2, 0xFFFF_FF01]).map(Community.init(rawValue:)),
                    wellKnown: some([.noExport, .blackhole], 30),
                    large: some([1, 2]).map {
                        LargeCommunity($0, 1, 2)
                    }
                ) : nil,
            localPreference: chance(50) ? pick([50, 100, 150]) : nil,
            med: chance(50) ? pick([0, 10, 20]) : nil,
            asPathPrepend: chance(30) ? pick([0, 1, 3]) : nil,
            origin: chance(30) ? pick([.igp, .egp, .incomplete]) : nil
        )
    }

    private mutating func entry() -> BGPAdvertisement.Entry {
        let nodes: LabelSelector? = chance(25) ? .labels(["app": pick(["a", "b"])]) : nil
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
            let sources = BGPAdvertisement.PodCIDRSource.allCases
            return .init(
                advertisementType: .podCIDR,
                podCIDRs: chance(50) ? .init(source: chance(80) ? pick(sources) : nil) : nil,
                nodeSelector: nodes,
                attributes: attributes()
            )
        case 1:
            let all = ["192.0.2.0/24", "192.0.2.1/32", "2001:db8::/64"].compactMap { IPPrefix($0) }
            return .init(
                advertisementType: .prefixes,
                prefixes: some(all),
                nodeSelector: nodes,
                attributes: attributes()
            )
        default:
            return serviceEntry(
                some(AddressKind.allCases, 70),
                selector: selector(),
                nodeSelector: nodes,
                length4: chance(30) ? pick([24, 31]) : nil,
                length6: chance(30) ? 64 : nil,
                whenNoEndpoints: chance(30) ? pick([.advertise, .withdraw]) : nil,
                externalIPs: chance(20) ? ["192.0.2.0/31", "2001:db8::/127"].compactMap { IPPrefix($0) } : nil,
                attributes: attributes()
            )
        }
    }

    mutating func service(_ index: Int) -> Service {
        let ipv4 = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
        let all = ipv4 + ["2001:db8::1", "2001:db8::2"]
        var made = Fixtures.service(
            "s\(index)",
            namespace: pick(["default", "shop"]),
            labels: labels(),
            type: chance(70) ? "LoadBalancer" : "ClusterIP",
            loadBalancer: some(all, 40),
            external: some(all, 20),
            cluster: chance(20) ? ["None"] : some(all, 30),
            externalPolicy: pick([nil, .cluster, .local]),
            internalPolicy: pick([nil, .cluster, .local]),
            loadBalancerClass: pick([nil, nil, "martlet.dev/bgp", "else/where"])
        )
        if chance(20) { made.metadata.labels?["io.kubernetes.service.namespace"] = "spoofed" }
        if chance(40) { made.metadata.creationTimestamp = Timestamp(secondsSinceEpoch: 1e9 + Double(pick([1, 2, 3]))) }
        if chance(40) {
            made.status?.conditions = [Condition(type: "martlet.dev/IPAMRequestSatisfied", status: .true)]
        }
        if chance(40) {
            made.metadata.annotations = ["martlet.dev/sharing-key": pick(["a", "b"])]
            if chance(50) { made.metadata.annotations?["martlet.dev/sharing-cross-namespace"] = "*" }
        }
        return made
    }

    mutating func slices(of service: Service) -> [EndpointSlice] {
        if chance(10) { return [proxySlice(of: service)] }
        return (0..<Int.random(in: 0..<3, using: &generator)).map { index in
            let endpoints = (0..<Int.random(in: 0..<3, using: &generator)).map { _ -> TestEndpoint in
                let node: String? = pick(["n1", "n2", nil])
                return pick([.ready(node), .unset(node), .notReady(node), .leaving(node), .gone(node)])
            }
            return slice(
                of: service.metadata.name,
                namespace: service.metadata.namespace ?? "",
                name: "\(service.metadata.name)-\(index)",
                addressType: pick(["IPv4", "IPv6"]),
                endpoints
            )
        }
    }

    /// What Cilium writes behind the Services of its Gateway API.
    private func proxySlice(of service: Service) -> EndpointSlice {
        var made = slice(
            of: service.metadata.name,
            namespace: service.metadata.namespace ?? "",
            name: "\(service.metadata.name)-0",
            [.ready(nil)]
        )
        made.endpoints?[0].addresses = ["192.192.192.192"]
        return made
    }

    mutating func anotherCiliumNode(_ name: String) -> CiliumNode {
        // Now and then pods have what a Service asks for.
        let networks = some(
            ["10.42.1.0/24", "2001:db8:42::/64", "10.112.0.0/24"] + (chance(25) ? ["192.0.2.2/31"] : []),
            50
        )
        return chance(25)
            ? ciliumNode(name, pools: [some(["10.42.8.0/27", "10.42.8.32/27"], 60), networks])
            : ciliumNode(name, networks, pool: some(["10.42.9.9"], 15))
    }

    mutating func anotherBlock(_ network: String) -> BlockAffinity {
        blockAffinity(
            pick(["n1", "n2", "n3"]),
            network,
            state: pick(["confirmed", "confirmed", "pending", "pendingDeletion"]),
            deleted: pick(["false", "false", "true", true, false])
        )
    }

    mutating func anotherNode(_ name: String) -> Node {
        Fixtures.node(
            name,
            ips: some(["192.0.2.1", "192.0.2.3", "2001:db8::1"]),
            podCIDRs: some(["192.0.2.2/32", "2001:db8::2/127"])
        )
    }

    /// Another version of an Advertisement, or a new one: other labels, other prefixes, or other entries.
    mutating func variant(of present: BGPAdvertisement?) -> BGPAdvertisement {
        guard var made = present, chance(75) else {
            return advertisement(
                named: "adv\(Int.random(in: 0..<6, using: &generator))",
                labels: labels(),
                (0..<Int.random(in: 1..<4, using: &generator)).map { _ in entry() }
            )
        }
        if chance(30) { made.metadata.labels = labels() }
        for index in made.spec.advertisements.indices {
            if made.spec.advertisements[index].advertisementType == .prefixes {
                made.spec.advertisements[index].prefixes = some(
                    ["192.0.2.0/24", "192.0.2.1/32", "192.0.2.2/32", "2001:db8::/64"].compactMap { IPPrefix($0) }
                )
            } else if chance(30) {
                made.spec.advertisements[index] = entry()
            }
        }
        return made
    }

    mutating func world() -> ClusterFixture {
        var world = ClusterFixture()
        world.advertisements = (0..<Int.random(in: 1..<4, using: &generator)).map { index in
            advertisement(
                named: "adv\(index)",
                labels: labels(),
                (0..<Int.random(in: 1..<4, using: &generator)).map { _ in entry() }
            )
        }
        world.peerConfigs = (0..<2).map { index in
            var made = peerConfig("pc\(index)", families: shuffled(some([.ipv4, .ipv6], 85)))
            for place in made.spec.families.indices { made.spec.families[place].advertisements = selector() }
            return made
        }
        let exclude = "node.kubernetes.io/exclude-from-external-load-balancers"
        world.nodes = ["n1", "n2"].map { name in
            var labels = labels()
            if chance(20) { labels[exclude] = pick(["", "true", "false"]) }
            return node(
                name,
                labels: labels,
                ips: chance(15) ? ["192.0.2.3"] : ["10.0.0.1"],
                podCIDRs: some(["10.112.0.0/24", chance(20) ? "2001:db8::/64" : "2001:db8:112::/64"], 70),
                conditions: chance(10) ? [Condition(type: "NetworkUnavailable", status: .true)] : []
            )
        }
        if chance(40) {
            world.ciliumNodes = some(["n1", "n2"], 70).map { name in
                anotherCiliumNode(name)
            }
        }
        if chance(30) {
            world.blockAffinities = some(["10.244.0.0/26", "10.244.0.64/26", "2001:db8:244::/122"], 50).map { block in
                anotherBlock(block)
            }
        }
        world.clusterConfigs = [
            clusterConfig(
                exclusion: pick([nil, .honor, .ignore]),
                [
                    instance(
                        named: "main",
                        ["r0", "r1", "r2", "r3"].map { peer($0, config: pick(["pc0", "pc1", "pc0", "gone", nil])) }
                    )
                ]
            )
        ]
        if chance(10) { world.gates.dataPath = .notReady("") }
        if chance(15) { world.serviceCIDRs = [serviceCIDR("192.0.2.2/31", "2001:db8::2/128")] }
        world.services = (0..<Int.random(in: 0..<6, using: &generator)).map { service($0) }
        world.slices = world.services.flatMap { slices(of: $0) }
        return world
    }
}
