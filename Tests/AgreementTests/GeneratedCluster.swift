import BGPTypes
import Inspection
import KubeJSON
import KubeModel
import TestSupport

/// The manifests of a random cluster, and changes to it: small enough that everything collides with everything.
///
/// All of it passes the kinds' rules, so that whatever happens is decided and not refused.
struct GeneratedCluster {
    /// Which object, so that it can be made anew or deleted.
    enum Slot: Hashable, CaseIterable {
        case node(Int), clusterConfig(Int), peerConfig(Int), advertisement(Int), override(Int), pool(Int)
        case secret(Int)
        case service(Int), slice(Int), plugin(PluginPart)
        case network

        static let allCases: [Slot] =
            (0..<3).map(Slot.node) + (0..<2).map(Slot.clusterConfig) + (0..<3).map(Slot.peerConfig)
            + (0..<3).map(Slot.advertisement) + (0..<3).map(Slot.override) + (0..<2).map(Slot.pool)
            + (0..<2).map(Slot.secret) + (0..<5).map(Slot.service) + (0..<6).map(Slot.slice) + [.network]
            + PluginPart.allCases.map(Slot.plugin)
    }

    /// One step: an object as it shall be, one that shall be no more, or one that is deleted and made anew as it was.
    enum Change: CustomStringConvertible, Sendable {
        case apply(JSONValue)
        case delete(JSONValue)
        case replace(JSONValue)

        var object: JSONValue {
            switch self {
            case .apply(let object), .delete(let object), .replace(let object): object
            }
        }

        var description: String {
            switch self {
            case .apply(let object): "apply \(object.compact)"
            case .delete(let object): "delete \(object["kind"]?.string ?? "") \(object["metadata"]?.compact ?? "")"
            case .replace(let object): "replace \(object["kind"]?.string ?? "") \(object["metadata"]?.compact ?? "")"
            }
        }
    }

    private let plan: AgreementCluster.Plan
    private var generator: SeededGenerator
    var present: [Slot: JSONValue] = [:]

    /// A cluster that depends on the seed alone.
    init(seed: UInt64, on plan: AgreementCluster.Plan) {
        self.plan = plan
        generator = SeededGenerator(seed: seed)
        for slot in Slot.allCases where isLasting(slot) || mayBe(slot) && chance(85) { present[slot] = object(slot) }
    }

    /// What is there at first, Nodes before what refers to them.
    var objects: [JSONValue] { Slot.allCases.compactMap { present[$0] } }

    /// The next change.
    mutating func change() -> Change {
        let slot = possible(pick(Slot.allCases))
        if let old = present[slot], isReplaced(slot), chance(20) { return .replace(old) }
        if let old = present[slot], !isLasting(slot), chance(20) {
            forget(slot)
            return .delete(old)
        }
        let new = object(slot)
        present[slot] = new
        return .apply(new)
    }

    /// Overrides give every session an address of its own, without which no session could tell its node on one host.
    private func isLasting(_ slot: Slot) -> Bool {
        if case .override = slot { true } else { false }
    }

    /// Objects of ours, but for pools: of two that overlap the younger yields.
    private func isReplaced(_ slot: Slot) -> Bool {
        switch slot {
        case .clusterConfig, .peerConfig, .advertisement, .override, .secret: true
        case .node, .pool, .service, .slice, .network, .plugin: false
        }
    }

    private mutating func object(_ slot: Slot) -> JSONValue {
        switch slot {
        case .node(let number): node(number)
        case .clusterConfig(let number): clusterConfig(number)
        case .peerConfig(let number): peerConfig(number)
        case .advertisement(let number): advertisement(number)
        case .override(let number): override(number)
        case .pool(let number): pool(number)
        case .secret(let number): secret(number)
        case .service(let number): sharing(service(number))
        case .slice(let number): slice(number)
        case .network: network()
        case .plugin(let part): plugin(part)
        }
    }
}

extension GeneratedCluster {
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    mutating func some<Element>(_ elements: [Element], _ percent: Int = 50) -> [Element] {
        elements.filter { _ in chance(percent) }
    }

    private mutating func labels(_ more: [String: JSONValue] = [:]) -> JSONValue {
        var labels = more
        for key in some(["app", "tier"], 70) { labels[key] = pick(["a", "b"]) }
        return .object(labels)
    }

    /// Absent, `{}`, or one that selects some.
    private mutating func selector() -> JSONValue? {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: nil
        case 1...4: [:]
        case 5: ["matchExpressions": [["key": "tier", "operator": "NotIn", "values": ["a"]]]]
        case 6: ["matchExpressions": [["key": "app", "operator": .string(pick(["Exists", "DoesNotExist"]))]]]
        default: ["matchLabels": ["app": .string(pick(["a", "b"]))]]
        }
    }

    func manifest(
        _ apiVersion: String,
        _ kind: String,
        _ name: String,
        namespace: String? = nil,
        labels: JSONValue? = nil,
        annotations: JSONValue? = nil,
        _ body: [String: JSONValue]
    ) -> JSONValue {
        var metadata: [String: JSONValue] = ["name": .string(name)]
        metadata["namespace"] = namespace.map { .string($0) }
        metadata["labels"] = labels
        metadata["annotations"] = annotations
        var members = body
        members["apiVersion"] = .string(apiVersion)
        members["kind"] = .string(kind)
        members["metadata"] = .object(metadata)
        return .object(members)
    }

    private func ours(_ kind: String, _ name: String, labels: JSONValue? = nil, _ spec: [String: JSONValue])
        -> JSONValue
    {
        manifest("martlet.dev/v2", kind, name, labels: labels, ["spec": .object(spec)])
    }

    private mutating func node(_ number: Int) -> JSONValue {
        let name = AgreementCluster.Plan.nodes[number]
        var marks: [String: JSONValue] = ["rack": .string(pick(["a", "a", "b"]))]
        if chance(15) {
            marks["node.kubernetes.io/exclude-from-external-load-balancers"] = .string(pick(["", "true", "false"]))
        }
        let networks = some(["10.112.\(number).0/24", "2001:db8:112:\(number)::/64"], 80)
        let addresses = chance(80) ? ["10.0.0.\(number + 1)"] : ["2001:db8:10::\(number + 1)"]
        return manifest(
            "v1",
            "Node",
            name,
            labels: labels(marks),
            annotations: drain(),
            [
                "spec": networks.isEmpty
                    ? [:] : ["podCIDR": .string(networks[0]), "podCIDRs": .array(networks.map { .string($0) })],
                "status": [
                    "addresses": .array(addresses.map { ["type": "InternalIP", "address": .string($0)] }),
                    "conditions": [
                        ["type": "NetworkUnavailable", "status": .string(chance(10) ? "True" : "False")],
                        ["type": "Ready", "status": .string(pick(["True", "True", "True", "False", "Unknown"]))],
                    ],
                ],
            ]
        )
    }

    /// What asks for the node to be taken out of service; mostly nothing does.
    private mutating func drain() -> JSONValue? {
        guard chance(20) else { return nil }
        return [
            "martlet.dev/drain": .string(pick(["true", "true", "force", "false"])),
            "martlet.dev/drain-grace-period-seconds": .string(pick(["0", "1"])),
        ]
    }

    private mutating func clusterConfig(_ number: Int) -> JSONValue {
        var spec: [String: JSONValue] = [
            "bgpInstances": .array(
                AgreementCluster.Plan.instances.prefix(chance(30) ? 2 : 1).map { name in
                    [
                        "name": .string(name), "localASN": .integer(chance(85) ? 65001 : 65002),
                        "peers": .array(peers()),
                    ]
                }
            )
        ]
        if number == 1 { spec["nodeSelector"] = ["matchLabels": ["rack": "b"]] }
        if number == 0, chance(50) { spec["nodeSelector"] = ["matchLabels": ["rack": "a"]] }
        if chance(20) { spec["nodeExclusion"] = "Ignore" }
        return ours("BGPClusterConfig", "config\(number)", spec)
    }

    private mutating func peers() -> [JSONValue] {
        AgreementCluster.Plan.peers.filter { $0 == "outer" || chance(50) }.map { name in
            var peer: [String: JSONValue] = [
                "name": .string(name), "peerAddress": .string(plan.router(name).description),
                "peerConfigRef": ["name": .string("pc\(pick([0, 0, 1, 1, 2]))")],
            ]
            if chance(80) { peer["peerASN"] = .integer(Int64(AgreementCluster.Plan.asNumber(name))) }
            return .object(peer)
        }
    }

    private mutating func peerConfig(_ number: Int) -> JSONValue {
        let hold = pick([30, 60, 90])
        var spec: [String: JSONValue] = [
            "transport": ["peerPort": .integer(Int64(AgreementRouter.port))],
            "timers": [
                "connectRetryTimeSeconds": 1, "holdTimeSeconds": .integer(Int64(hold)),
                "keepAliveTimeSeconds": .integer(Int64(hold / 3)),
            ],
        ]
        if chance(50) {
            spec["gracefulRestart"] = ["enabled": true, "restartTimeSeconds": .integer(Int64(pick([30, 120])))]
        }
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: spec["ebgpMultihop"] = .integer(Int64(pick([2, 10])))
        case 1: spec["ttlSecurity"] = .integer(Int64(pick([1, 2])))
        default: break
        }
        // With a Secret that nobody makes, or without its key, the peers stay down.
        if chance(25) { spec["authSecretRef"] = .string(pick(["gone", "keyless", "word", "word", "word"])) }
        if chance(90) {
            spec["families"] = .array(
                some(["ipv4", "ipv6"], 85).map { family in
                    var entry: [String: JSONValue] = ["afi": .string(family), "safi": "unicast"]
                    entry["advertisements"] = selector()
                    return .object(entry)
                }
            )
        }
        return ours("BGPPeerConfig", "pc\(number)", spec)
    }

    private mutating func advertisement(_ number: Int) -> JSONValue {
        let entries = (0..<Int.random(in: 1..<4, using: &generator)).map { _ in entry() }
        return ours("BGPAdvertisement", "adv\(number)", labels: labels(), ["advertisements": .array(entries)])
    }

    private mutating func entry() -> JSONValue {
        var entry: [String: JSONValue] = [:]
        switch Int.random(in: 0..<8, using: &generator) {
        case 7:
            // One that has addresses which can be announced on most machines, one that never has, one that is not there.
            entry["advertisementType"] = "Interface"
            entry["interface"] = ["name": .string(pick(["eth0", "eth0", "lo", "absent0"]))]
        case 0:
            entry["advertisementType"] = "PodCIDR"
            entry["podCIDRs"] = podCIDRs()
        case 1:
            entry["advertisementType"] = "Prefixes"
            entry["prefixes"] = [.string(pick(["203.0.113.0/24", "203.0.113.1/32", "2001:db8:203::/64"]))]
        case 2:
            entry["advertisementType"] = "LoadBalancerIPPool"
            entry["selector"] = selector()
        default:
            entry["advertisementType"] = "Service"
            let kinds = some(["LoadBalancerIP", "ExternalIP", "ClusterIP"], 70)
            var service: [String: JSONValue] = [
                "addresses": .array((kinds.isEmpty ? ["LoadBalancerIP"] : kinds).map { .string($0) })
            ]
            if chance(25) { service["aggregationLengthIPv4"] = .integer(Int64(pick([24, 31]))) }
            if chance(25) { service["aggregationLengthIPv6"] = 64 }
            if chance(25) { service["whenNoEndpoints"] = .string(pick(["Advertise", "Withdraw"])) }
            if kinds.contains("ExternalIP"), chance(25) {
                service["externalIPs"] = ["203.0.113.0/31", "2001:db8::/32"]
            }
            entry["service"] = .object(service)
            entry["selector"] = selector()
        }
        if chance(20) { entry["nodeSelector"] = ["matchLabels": ["rack": .string(pick(["a", "b"]))]] }
        if chance(60) { entry["attributes"] = attributes() }
        return .object(entry)
    }

    private mutating func attributes() -> JSONValue {
        var attributes: [String: JSONValue] = [:]
        if chance(60) {
            attributes["communities"] = [
                "standard": .array(some(["65000:1", "65000:2", "4294967041"]).map { .string($0) }),
                "wellKnown": .array(some(["no-export", "blackhole"], 25).map { .string($0) }),
                "large": .array(some(["65000:1:2", "65000:1:1"], 40).map { .string($0) }),
            ]
        }
        if chance(40) { attributes["localPreference"] = .integer(Int64(pick([50, 100, 150]))) }
        if chance(40) { attributes["med"] = .integer(Int64(pick([0, 10, 20]))) }
        if chance(25) { attributes["asPathPrepend"] = .integer(Int64(pick([0, 1, 3]))) }
        if chance(25) { attributes["origin"] = .string(pick(["IGP", "EGP", "Incomplete"])) }
        return .object(attributes)
    }

    private mutating func override(_ number: Int) -> JSONValue {
        let node = AgreementCluster.Plan.nodes[number]
        let instances = AgreementCluster.Plan.instances.map { instance -> JSONValue in
            var entry: [String: JSONValue] = [
                "name": .string(instance),
                "peers": .array(
                    AgreementCluster.Plan.peers.map { peer in
                        let session = SessionName(node: node, instance: instance, peer: peer)
                        return [
                            "name": .string(peer), "localAddress": .string(plan.source(session).description),
                        ]
                    }
                ),
            ]
            if chance(20) { entry["routerID"] = .string("10.9.\(number).\(pick([1, 2]))") }
            if chance(10) { entry["localASN"] = 65002 }
            // A port of its own on the one host of all nodes.
            if chance(20) { entry["localPort"] = .integer(Int64(plan.port(node, instance))) }
            return .object(entry)
        }
        return ours("BGPNodeConfigOverride", node, ["bgpInstances": .array(instances)])
    }

    private mutating func pool(_ number: Int) -> JSONValue {
        var spec: [String: JSONValue] = [
            "blocks": [
                ["cidr": .string("198.51.100.\(number * 16)/28")],
                ["start": .string("2001:db8:5:\(number)::1"), "stop": .string("2001:db8:5:\(number)::4")],
            ]
        ]
        if chance(30) { spec["serviceSelector"] = selector() }
        if chance(20) { spec["disabled"] = true }
        if chance(30) { spec["priority"] = .integer(Int64(pick([1, 2]))) }
        if chance(30) { spec["allowFirstLastIPs"] = "No" }
        return ours("LoadBalancerIPPool", "pool\(number)", labels: labels(), spec)
    }

    private mutating func service(_ number: Int) -> JSONValue {
        let external = some(["203.0.113.1", "203.0.113.2", "2001:db8:203::1"], 25) + addressesOfOthers(than: number)
        var addresses = ["10.96.1.\(number + 1)"]
        if number % 2 == 1 { addresses.append("2001:db8:96::\(number + 1)") }
        let isHeadless = number == 4
        if isHeadless { addresses = ["None"] }
        let isLoadBalancer = !isHeadless && chance(70)
        var spec: [String: JSONValue] = [
            "type": .string(isLoadBalancer ? "LoadBalancer" : "ClusterIP"),
            "clusterIP": .string(addresses[0]), "clusterIPs": .array(addresses.map { .string($0) }),
            "ipFamilies": addresses.count == 2 ? ["IPv4", "IPv6"] : ["IPv4"],
            "ipFamilyPolicy": addresses.count == 2 ? "RequireDualStack" : "SingleStack",
            "selector": ["app": .string(pick(["a", "b"]))],
            "ports": [
                ["name": "http", "port": .integer(Int64(pick([80, 81]))), "protocol": "TCP", "targetPort": 8080]
            ],
            "internalTrafficPolicy": .string(pick(["Cluster", "Local"])),
        ]
        if !external.isEmpty { spec["externalIPs"] = .array(external.map { .string($0) }) }
        if isLoadBalancer || !external.isEmpty {
            spec["externalTrafficPolicy"] = .string(pick(["Cluster", "Local"]))
        }
        if isLoadBalancer, chance(20) {
            spec["loadBalancerClass"] = .string(pick(["martlet.dev/bgp", "else.where/lb"]))
        }
        var body: [String: JSONValue] = ["spec": .object(spec)]
        giveToAnother(number, &body)
        return manifest(
            "v1",
            "Service",
            "s\(number)",
            namespace: number < 3 ? "default" : "shop",
            labels: labels(),
            body
        )
    }
}
