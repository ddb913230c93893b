import Addressing
import BGPResources
import KubeModel
import Planning
import Testing

/// Text in every field that a tenant or an administrator may fill freely, in what is said about it.
@Suite struct `Text that acts on who reads it` {
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
        world.nodes[1].metadata.annotations = [DrainWish.annotation: hostile]
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

    @Test func `reaches no condition as it is`() {
        let found = plan(Self.world, now: noon)
        let conditions = found.resources.flatMap(\.conditions) + found.services.flatMap(\.conditions)
        #expect(conditions.count > 10)
        for condition in conditions {
            #expect(Self.isPlain(condition.message ?? ""), "\(condition.type) \(condition.reason ?? "")")
        }
    }

    @Test func `reaches no reason as it is`() {
        var reasons: [ExplainedReason] = []
        let configurations = ["n1", "n2"].map { name in
            var world = World()
            world.nodes = Self.world.nodes
            world.clusterConfigs = [Self.world.clusterConfigs[0]]
            world.peerConfigs = Self.world.peerConfigs
            world.advertisements = Self.world.advertisements
            world.gates.dataPath = .notReady(Self.hostile)
            return world.configuration(name)
        }
        for service in Self.world.services {
            let explanation = explainService(
                ServiceQuestion(
                    service: service.key,
                    services: Self.world.services,
                    endpointSlices: Self.world.endpointSlices,
                    nodes: configurations
                )
            )
            reasons += explanation?.findings ?? []
            reasons += (explanation?.nodes ?? []).flatMap { $0.reasons + $0.addresses.flatMap(\.reasons) }
        }
        #expect(Set(reasons.map(\.code)).count > 5)
        for reason in reasons {
            #expect(Self.isPlain(reason.message), "\(reason.code)")
            #expect(reason.fix.map(Self.isPlain) ?? true, "\(reason.code)")
        }
    }
}
