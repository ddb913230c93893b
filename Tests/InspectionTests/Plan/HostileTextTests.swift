import BGPResources
import BGPTypes
import Fixtures
import Inspection
import KubeModel
import Planning
import TestSupport
import Testing

/// Text in every field that a tenant or an administrator may fill freely, in what is said about it.
@Suite struct HostileTextTests {
    /// Controls, a title of a terminal, line breaks, turned text, and a megabyte.
    private static let hostile =
        "\u{1B}]0;owned\u{7}\u{1B}[2J\n2026-01-01 ok\r\u{202E}txet\u{2066}\u{9B}31m\u{2028}\u{200B}"
        + String(repeating: "x", count: 1_000_000)

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 1024
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
    }

    private static var world: PlanWorld {
        var world = PlanWorld()
        world.nodes = [node("n1", podCIDRs: [hostile]), node("n2", ips: ["10.0.0.2", hostile])]
        world.nodes[1].metadata.annotations = [DrainRequest.annotation: hostile]
        world.clusterConfigs = [
            clusterConfig([instance(named: hostile, [peer(hostile, config: hostile), peer("router")])]),
            clusterConfig(named: "z-\(hostile)"),
        ]
        world.peerConfigs = [
            peerConfig { $0.authSecretRef = hostile }, peerConfig("odd", advertisements: .labels([hostile: hostile])),
        ]
        world.advertisements = [
            advertisement([serviceEntry([.loadBalancerIP, .externalIP, .clusterIP])]),
            advertisement(
                named: hostile,
                labels: ["advertise": "bgp"],
                [serviceEntry(selector: .labels(["a": hostile]))]
            ),
        ]
        world.overrides = [
            BGPNodeConfigOverride(
                metadata: ObjectMeta(name: "n1"),
                spec: BGPNodeConfigOverride.Spec(bgpInstances: [.init(name: hostile)])
            )
        ]
        var texts = service("texts", labels: [hostile: hostile], type: hostile, external: [hostile, "192.0.2.9"])
        texts.spec.loadBalancerClass = hostile
        texts.spec.externalTrafficPolicy = hostile
        var named = service("named", cluster: [hostile], loadBalancerClass: hostile)
        named.status?.loadBalancer = Service.LoadBalancer(ingress: [Service.Ingress(hostname: hostile)])
        var asking = ["martlet.dev/ips", "martlet.dev/pool", "martlet.dev/sharing-key"].map { name -> Service in
            var made = service("asks-\(name.suffix(3))")
            made.metadata.annotations = [name: hostile]
            return made
        }
        asking.append(service(hostile, namespace: hostile, loadBalancer: ["192.0.2.1"]))
        world.services = [texts, named] + asking
        world.endpointSlices = world.services.map {
            slice(of: $0.metadata.name, namespace: $0.metadata.namespace ?? "", [.ready(hostile)])
        }
        world.pools = [
            LoadBalancerIPPool(
                metadata: ObjectMeta(name: "public"),
                spec: LoadBalancerIPPool.Spec(blocks: [.init(cidr: "192.0.2.0/24"), .init(cidr: hostile)])
            )
        ]
        return world
    }

    @Test func `hostile text reaches no condition unescaped`() {
        let found = plan(Self.world, now: noon)
        let conditions = found.resources.flatMap(\.conditions) + found.services.flatMap(\.conditions)
        #expect(conditions.count > 10)
        for condition in conditions {
            #expect(Self.isPlain(condition.message ?? ""), "\(condition.type) \(condition.reason ?? "")")
        }
    }

    /// A node's configuration as somebody may write it who may write BGPNodeConfigs: the operator leaves out ClusterConfigs
    /// that break their own rules, and with them these names.
    private static func configuration(_ name: String, of world: PlanWorld) -> NodeConfiguration {
        let references: [(name: String, peerConfig: String?)] = [
            (hostile, hostile), ("bare", nil), ("router", "tor"), ("odd", "odd"), ("silent", "silent\(hostile)"),
            ("elsewhere", "elsewhere\(hostile)"),
        ]
        let peers = references.map { name, peerConfig in
            BGPNodeConfig.Peer(name: name, peerConfigRef: peerConfig.map(PeerConfigReference.init(name:)))
        }
        return NodeConfiguration(
            nodeName: name,
            node: world.nodes.first { $0.metadata.name == name },
            nodeConfig: BGPNodeConfig(
                metadata: ObjectMeta(name: name),
                spec: BGPNodeConfig.Spec(bgpInstances: [BGPNodeConfig.Instance(name: hostile, peers: peers)])
            ),
            peerConfigs: world.peerConfigs + [
                peerConfig("silent\(hostile)", advertisements: nil),
                peerConfig("elsewhere\(hostile)", families: [.ipv6]),
            ],
            advertisements: world.advertisements + [
                advertisement(
                    named: "more\(hostile)",
                    [
                        serviceEntry(selector: nil),
                        serviceEntry([.externalIP], nodeSelector: .labels(["rack": hostile])),
                        serviceEntry([.externalIP], length4: 24), .init(advertisementType: .podCIDR),
                        .init(advertisementType: .interface, interface: .init(name: hostile)),
                        .init(advertisementType: .prefixes),
                        .init(advertisementType: .loadBalancerIPPool, selector: .labels([hostile: hostile])),
                    ]
                )
            ]
        )
    }

    /// The reasons that the planner gives where every object has such text.
    private static var reasons: [ExplainedReason] {
        var world = Self.world
        // An address that is not announced for this Service, since of its type, and is for another.
        world.services[0].status?.loadBalancer = Service.LoadBalancer(ingress: [Service.Ingress(ip: "192.0.2.1")])
        var open = configuration("n1", of: world)
        open.node?.metadata.labels = ["rack": "other"]
        var closed = configuration("n2", of: world)
        closed.node?.metadata.labels = [NodeMark.excludeLabel: hostile]
        closed.gates.dataPath = .notReady(hostile)
        let apart = NodeConfiguration(nodeName: hostile)
        var reasons: [ExplainedReason] = world.services.flatMap { service in
            let explanation = explainService(
                ServiceQuestion(
                    service: service.key,
                    services: world.services,
                    endpointSlices: world.endpointSlices,
                    nodes: [open, closed, apart]
                )
            )
            return (explanation?.findings ?? [])
                + (explanation?.nodes ?? []).flatMap { $0.reasons + $0.addresses.flatMap(\.reasons) }
        }
        reasons += NodeAdvertisements(NodeSnapshot(configuration: open)).entryDecisions.flatMap(\.reasons)
            .map(ExplainedReason.init)
        let contended = ClusterSnapshot(
            nodes: world.nodes,
            clusterConfigs: [clusterConfig(named: hostile), clusterConfig(named: "z-\(hostile)")]
        )
        reasons += render(contended, now: noon).assignments.flatMap(\.reasons).map(ExplainedReason.init)
        return reasons
    }

    @Test func `hostile text reaches no reason unescaped`() {
        let reasons = Self.reasons
        let expected: Set = [
            "Selected", "NoPeerConfig", "MissingPeerConfig", "FamilyNotConfigured", "FamilySelectsNothing",
            "NoMatchingAdvertisement", "SelectsNothing", "SelectorMismatch", "AddressKindNotListed",
            "EntryExcludesNode", "NotLoadBalancer", "ForeignLoadBalancerClass", "HostnameOnly", "InvalidAddress",
            "AnnouncedForOthers", "NodeExcluded", "DataPathNotReady", "Aggregated", "InvalidPodCIDR",
            "NoInterfaceAddress", "NoPrefix", "NoPool", "NoClusterConfig", "NodeSelected", "ConflictingClusterConfig",
        ]
        let foreign = reasons.filter { $0.message.contains("owned") }.map(\.code.rawValue)
        #expect(expected.subtracting(foreign) == [])
        for reason in reasons {
            #expect(Self.isPlain(reason.message), "\(reason.code)")
            #expect(reason.fix.map(Self.isPlain) ?? true, "\(reason.code)")
        }
    }
}
