import BGPResources
import KubeClient
import KubeModel
import TestCluster
import TestSupport
import Testing

/// Every mistake that can be made in a pool, applied to a cluster that has pools without any.
struct PoolMistakeTests {
    /// A pool's spec, and what is said about it: by the schema at once, or by a condition.
    private struct Mistake {
        let name: String
        let spec: String
        let verdict: Verdict
        let words: [String]
    }

    private enum Verdict {
        case refused
        case condition(String)
        case warning(String)
    }

    private static let mistakes: [Mistake] = [
        refused("no blocks", "blocks: []", "spec.blocks"),
        refused("an empty block", "blocks: [{}]", "spec.blocks[0]", "exactly one of cidr and start must be set"),
        refused("cidr and start", "blocks: [{cidr: 10.1.0.0/24, start: 10.1.0.1}]", "spec.blocks[0]", "exactly one of"),
        refused("stop alone", "blocks: [{stop: 10.1.0.1}]", "spec.blocks[0]", "stop can be set with start only"),
        refused("host bits", "blocks: [{cidr: 10.1.0.200/28}]", "spec.blocks[0].cidr", "without host bits"),
        refused("host bits in IPv6", "blocks: [{cidr: '2001:db8::1/64'}]", "spec.blocks[0].cidr", "without host bits"),
        refused("garbage", "blocks: [{cidr: lots}]", "spec.blocks[0].cidr"),
        refused("an address as cidr", "blocks: [{cidr: 10.1.0.1}]", "spec.blocks[0].cidr"),
        refused("a length too long", "blocks: [{cidr: 10.1.0.0/33}]", "spec.blocks[0].cidr"),
        refused("leading zeros", "blocks: [{start: 10.1.0.01}]", "spec.blocks[0].start", "IPv4 or IPv6 address"),
        refused("a zone", "blocks: [{start: 'fe80::1%eth0'}]", "spec.blocks[0].start", "IPv4 or IPv6 address"),
        refused("a name", "blocks: [{start: gateway}]", "spec.blocks[0].start", "IPv4 or IPv6 address"),
        refused("all of IPv4", "blocks: [{cidr: 0.0.0.0/0}]", "spec.blocks[0].cidr", "whole internet"),
        refused("all of IPv6", "blocks: [{cidr: '::/0'}]", "spec.blocks[0].cidr", "whole internet"),
        refused("two families", "blocks: [{start: 10.1.0.1, stop: '2001:db8::1'}]", "spec.blocks[0]", "one family"),
        refused("IPv4 in IPv6", "blocks: [{cidr: '::ffff:10.1.0.0/120'}]", "spec.blocks[0].cidr"),
        refused("a garbled exclusion", "blocks: [{cidr: 10.1.0.0/24}]\n  excluded: [gateway]", "spec.excluded[0]"),
        refused(
            "an exclusion twice",
            "blocks: [{cidr: 10.1.0.0/24}]\n  excluded: [10.1.0.1, 10.1.0.1]",
            "spec.excluded"
        ),
        refused("a wrong word", "blocks: [{cidr: 10.1.0.0/24}]\n  allowFirstLastIPs: Maybe", "spec.allowFirstLastIPs"),
        refused("a word without quotes", "blocks: [{cidr: 10.1.0.0/24}]\n  allowFirstLastIPs: No", "allowFirstLastIPs"),
        refused("no address a service", "blocks: [{cidr: 10.1.0.0/24}]\n  maxPerService: 0", "spec.maxPerService"),
        refused("too many a service", "blocks: [{cidr: 10.1.0.0/24}]\n  maxPerService: 257", "spec.maxPerService"),
        refused("a huge priority", "blocks: [{cidr: 10.1.0.0/24}]\n  priority: 2000000", "spec.priority"),
        refused(
            "an operator without values",
            "blocks: [{cidr: 10.1.0.0/24}]\n  serviceSelector: {matchExpressions: [{key: a, operator: In}]}",
            "matchExpressions[0]"
        ),

        invalid("a reversed range", "blocks: [{start: 10.1.0.9, stop: 10.1.0.1}]", "spec.blocks[0].stop", "10.1.0.9"),
        invalid(
            "all of IPv4 in other words",
            "blocks: [{start: 0.0.0.0, stop: 255.255.255.255}]",
            "spec.blocks[0]",
            "whole internet"
        ),
        invalid(
            "all of IPv6 in other words",
            "blocks: [{start: '::', stop: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'}]",
            "spec.blocks[0]",
            "whole internet"
        ),
        invalid("no address at all", "blocks: [{start: 0.0.0.0}]", "spec.blocks[0]", "no host's (0.0.0.0/8)"),
        invalid("loopback", "blocks: [{cidr: 127.0.0.0/8}]", "spec.blocks[0]", "every host's own"),
        invalid("multicast", "blocks: [{cidr: 239.1.0.0/16}]", "spec.blocks[0]", "multicast"),
        invalid("IPv6 multicast", "blocks: [{cidr: 'ff05::/64'}]", "spec.blocks[0]", "multicast"),
        invalid("link-local", "blocks: [{cidr: 169.254.1.0/24}]", "spec.blocks[0]", "link-local"),
        invalid("IPv6 link-local", "blocks: [{cidr: 'fe80::/64'}]", "spec.blocks[0]", "link-local"),
        invalid("broadcast", "blocks: [{start: 255.255.255.255}]", "spec.blocks[0]", "broadcast"),
        invalid(
            "an exclusion elsewhere",
            "blocks: [{cidr: 10.1.0.0/24}]\n  excluded: [10.2.0.1]",
            "spec.excluded[0]",
            "10.2.0.1"
        ),

        conflict("itself", "blocks: [{cidr: 10.1.0.0/24}, {start: 10.1.0.9}]", "LoadBalancerIPPool/wrong", "10.1.0.9"),
        conflict(
            "itself, twice the same",
            "blocks: [{cidr: 10.1.0.0/24}, {cidr: 10.1.0.0/24}]",
            "LoadBalancerIPPool/wrong"
        ),
        conflict("an older pool", "blocks: [{cidr: 203.0.112.0/23}]", "LoadBalancerIPPool/older", "203.0.113.0"),
        conflict("an older pool's only address", "blocks: [{start: 203.0.113.7}]", "LoadBalancerIPPool/older"),
        conflict("an older pool in IPv6", "blocks: [{cidr: '2001:db8:1:2::/64'}]", "LoadBalancerIPPool/older"),
        spared("a node", "blocks: [{cidr: 10.9.0.0/24}]", "Node/n1", "10.9.0.9"),
        spared("a node's IPv6 address", "blocks: [{cidr: '2001:db8:9::/64'}]", "Node/n1"),
        spared("pods", "blocks: [{cidr: 10.10.0.0/16}]", "Node/n1 pod network", "10.10.0.0-10.10.0.255"),
        conflict("cluster IPs", "blocks: [{start: 10.97.1.1, stop: 10.97.1.9}]", "ServiceCIDR/kubernetes", "10.96.0.0"),
        conflict("cluster IPs of IPv6", "blocks: [{cidr: 'fd00:96::/112'}]", "ServiceCIDR/kubernetes"),
        conflict("the API server's address", "blocks: [{cidr: 10.32.0.0/24}]", "Service/default/kubernetes"),
        conflict(
            "everything",
            "blocks: [{start: 1.0.0.0, stop: 126.255.255.255}]",
            "Service/default/kubernetes",
            "ServiceCIDR/kubernetes"
        ),
    ]

    private static func refused(_ name: String, _ spec: String, _ words: String...) -> Mistake {
        Mistake(name: name, spec: spec, verdict: .refused, words: words)
    }

    private static func invalid(_ name: String, _ spec: String, _ words: String...) -> Mistake {
        Mistake(name: name, spec: spec, verdict: .condition("InvalidBlocks"), words: words)
    }

    private static func conflict(_ name: String, _ spec: String, _ words: String...) -> Mistake {
        Mistake(name: name, spec: spec, verdict: .condition("PoolConflict"), words: words)
    }

    private static func spared(_ name: String, _ spec: String, _ words: String...) -> Mistake {
        Mistake(name: name, spec: spec, verdict: .warning("AddressesSpared"), words: words)
    }

    @Test func `every mistake is named and touches no other pool`() async throws {
        try await TestCluster.with(checksRules: true) { cluster in
            try await cluster.apply(Self.world)
            try await cluster.apply(service("holder"))
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("the good pools are ready", is: Self.good) { try await verdicts(cluster) }
                for mistake in Self.mistakes { try await make(mistake, in: cluster) }
                // Nothing was ever taken from the wrong pool, nor lost by who had an address.
                let services = try await cluster.client.list(Service.self).items
                let holders = services.filter { $0.spec.type == "LoadBalancer" }
                #expect(holders.count > 20)
                for holder in holders {
                    let addresses = (holder.status?.loadBalancer?.ingress ?? []).compactMap(\.ip)
                    #expect(
                        addresses.count == 1 && addresses[0].hasPrefix("198.51.100."),
                        "\(holder.key): \(addresses)"
                    )
                }
            }
        }
    }

    @Test func `a network of cluster IPs that comes later stops the pool, and gone again lets it go on`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("10.40.0.0/24"))
            try await running(operatorServices(cluster.recorded().client)) {
                func ready() async throws -> String? {
                    try await cluster.conditions(LoadBalancerIPPool.self, "services")?["Ready"]
                }
                try await eventually("the pool is ready", is: "True Ready") { try await ready() }
                try await cluster.apply(
                    "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: more}\n"
                        + "spec: {cidrs: [10.40.0.0/20]}\n"
                )
                try await eventually("the pool is in conflict", is: "False PoolConflict") { try await ready() }
                try await cluster.client.delete(ServiceCIDR.self, ObjectKey(name: "more"))
                try await eventually("the pool is ready again", is: "True Ready") { try await ready() }
            }
        }
    }

    @Test func `a server that has ServiceCIDRs as v1beta1 is asked for those`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(
                "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: kubernetes}\n"
                    + "spec: {cidrs: [10.40.0.0/20]}\n"
            )
            try await cluster.apply(pool("10.40.0.0/24"))
            let path = "/apis/networking.k8s.io/v1/servicecidrs"
            let client = cluster.client { request in
                var request = request
                if request.path == path { throw KubeError(.notFound, "no networking.k8s.io/v1 servicecidrs") }
                if request.path == "/apis/networking.k8s.io/v1beta1/servicecidrs" { request.path = path }
                return request
            }
            try await running(operatorServices(client)) {
                try await eventually("the pool is in conflict", is: "False PoolConflict") {
                    try await cluster.conditions(LoadBalancerIPPool.self, "services")?["Ready"]
                }
            }
        }
    }

    @Test func `a server that knows or shows no ServiceCIDR is one without`() async throws {
        for status in [404, 403] {
            try await TestCluster.with { cluster in
                try await cluster.apply(pool("10.40.0.0/24"))
                let client = cluster.client { request in
                    guard request.path.hasSuffix("/servicecidrs") else { return request }
                    throw KubeError(status == 404 ? .notFound : .forbidden, "no servicecidrs")
                }
                try await running(operatorServices(client)) {
                    try await eventually("the pool is ready", is: "True Ready") {
                        try await cluster.conditions(LoadBalancerIPPool.self, "services")?["Ready"]
                    }
                }
            }
        }
    }

    private func make(_ mistake: Mistake, in cluster: TestCluster) async throws {
        let manifest = """
            apiVersion: martlet.dev/v2
            kind: LoadBalancerIPPool
            metadata: {name: wrong}
            spec:
              \(mistake.spec)

            """
        switch mistake.verdict {
        case .refused:
            let error = await #expect(throws: KubeError.self, "\(mistake.name)") { try await cluster.apply(manifest) }
            let message = error?.message ?? ""
            for word in mistake.words { #expect(message.contains(word), "\(mistake.name): \(message)") }
        case .condition(let type), .warning(let type):
            try await cluster.apply(manifest)
            let key = ObjectKey(name: "wrong")
            let told = try await eventually("\(mistake.name) is told") {
                let conditions = try await cluster.client.get(LoadBalancerIPPool.self, key).status?.conditions ?? []
                return conditions.of(type)?.status == .true ? conditions : nil
            }
            let message = told.of(type)?.message ?? ""
            for word in mistake.words { #expect(message.contains(word), "\(mistake.name): \(message)") }
            let isReady = if case .warning = mistake.verdict { true } else { false }
            #expect(told.of("Ready")?.status == ConditionStatus(isReady), "\(mistake.name)")
            let name = "s\(mistake.name.filter(\.isLetter).lowercased())"
            try await cluster.apply(service(name))
            try await eventually("\(name) has an address", is: 1) {
                let service = try await cluster.client.get(Service.self, ObjectKey(namespace: "default", name: name))
                return service.status?.loadBalancer?.ingress?.count ?? 0
            }
            var verdicts = try await verdicts(cluster)
            verdicts["wrong"] = nil
            #expect(verdicts == Self.good, "\(mistake.name)")
            try await cluster.client.delete(LoadBalancerIPPool.self, key)
        }
    }

    private func verdicts(_ cluster: TestCluster) async throws -> [String: String] {
        let pools = try await cluster.client.list(LoadBalancerIPPool.self).items
        return Dictionary(
            uniqueKeysWithValues: pools.map { pool in
                let conditions = pool.status?.conditions ?? []
                return (
                    pool.metadata.name, conditions.map { "\($0.type)=\($0.status.rawValue)" }.joined(separator: " ")
                )
            }
        )
    }

    private static let good = [
        "innocent": "AddressesSpared=False InvalidBlocks=False PoolConflict=False Ready=True",
        "older": "AddressesSpared=False InvalidBlocks=False PoolConflict=False Ready=True",
    ]

    private static let world = """
        apiVersion: v1
        kind: Node
        metadata: {name: n1}
        spec: {podCIDR: 10.10.0.0/24, podCIDRs: [10.10.0.0/24, "fd00:10::/64"]}
        status:
          addresses:
            - {type: InternalIP, address: 10.9.0.9}
            - {type: ExternalIP, address: "2001:db8:9::9"}
            - {type: Hostname, address: n1}
        ---
        apiVersion: networking.k8s.io/v1
        kind: ServiceCIDR
        metadata: {name: kubernetes}
        spec: {cidrs: [10.96.0.0/12, "fd00:96::/108"]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: kubernetes, namespace: default}
        spec: {clusterIP: 10.32.0.1, clusterIPs: [10.32.0.1], ports: [{port: 443, protocol: TCP}]}
        ---
        apiVersion: martlet.dev/v2
        kind: LoadBalancerIPPool
        metadata: {name: innocent}
        spec: {priority: 10, blocks: [{cidr: 198.51.100.0/24}]}
        ---
        apiVersion: martlet.dev/v2
        kind: LoadBalancerIPPool
        metadata: {name: older}
        spec: {priority: 5, blocks: [{cidr: 203.0.113.0/24}, {cidr: "2001:db8:1::/48"}]}

        """
}
