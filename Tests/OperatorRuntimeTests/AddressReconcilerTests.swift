import BGPResources
import KubeClient
import KubeModel
import TestCluster
import TestSupport
import Testing

struct AddressReconcilerTests {
    private func addresses(_ cluster: TestCluster, _ name: String) async throws -> [String] {
        let service = try await cluster.client.get(Service.self, ObjectKey(namespace: "default", name: name))
        return (service.status?.loadBalancer?.ingress ?? []).compactMap(\.ip)
    }

    private func fence(_ cluster: TestCluster, _ name: String) async throws {
        try await cluster.apply(peerConfig(name))
        try await eventually("\(name) is seen", is: "True Accepted") {
            try await cluster.conditions(BGPPeerConfig.self, name)?["Ready"] ?? ""
        }
    }

    @Test func `without a pool no service is touched`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(service("web"))
            try await cluster.apply(
                service("other") + "status: {loadBalancer: {ingress: [{ip: 203.0.113.9}]}}\n"
            )
            let (client, writes) = cluster.recorded()
            try await running(operatorServices(client)) {
                try await fence(cluster, "fence")
                #expect(writes.writes.filter { $0.contains("/default/services/") } == [])
                #expect(try await addresses(cluster, "other") == ["203.0.113.9"])
            }
        }
    }

    @Test func `two services get two addresses, keep them over a restart, and lose them with their type`() async throws
    {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/30"))
            try await cluster.apply(service("a"))
            try await cluster.apply(service("b"))
            let (first, _) = cluster.recorded()
            try await running(operatorServices(first)) {
                try await eventually("both are served", is: ["192.0.2.0", "192.0.2.1"]) {
                    try await addresses(cluster, "a") + addresses(cluster, "b")
                }
            }
            let (second, writes) = cluster.recorded()
            try await running(operatorServices(second)) {
                // A third comes, and the first two change in what does not matter.
                try await cluster.apply(service("a", label: "blue"))
                try await cluster.apply(service("0-first"))
                try await eventually("the third is served", is: ["192.0.2.2"]) {
                    try await addresses(cluster, "0-first")
                }
                #expect(try await addresses(cluster, "a") + addresses(cluster, "b") == ["192.0.2.0", "192.0.2.1"])
                try await fence(cluster, "fence")
                #expect(
                    writes.writes.filter { $0.contains("/default/services/") } == [
                        "PATCH /api/v1/namespaces/default/services/0-first/status"
                    ]
                )
                try await cluster.apply(service("b", type: "ClusterIP"))
                try await eventually("b gives its address back", is: []) { try await addresses(cluster, "b") }
                try await cluster.apply(service("c"))
                try await eventually("c has the free one", is: ["192.0.2.1"]) { try await addresses(cluster, "c") }
            }
        }
    }

    @Test func `a service costs one write, and the claims of a page are written together`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/24"))
            let names = (0..<60).map { "s\($0)" }
            for name in names { try await cluster.apply(service(name)) }
            let (client, writes) = cluster.recorded()
            try await running(operatorServices(client)) {
                try await eventually("the pool says all are served", is: "60") {
                    let pool = try await cluster.client.get(LoadBalancerIPPool.self, ObjectKey(name: "services"))
                    return pool.status?.ipv4?.used ?? ""
                }
                // What comes back from the watch asks for nothing more.
                try await fence(cluster, "fence")
            }
            let statuses = names.map { "PATCH /api/v1/namespaces/default/services/\($0)/status" }
            let others = writes.writes.filter { !$0.contains("bgppeerconfigs") && !statuses.contains($0) }
            #expect(writes.writes.filter(statuses.contains).sorted() == statuses.sorted())
            #expect(
                others == [
                    "POST /api/v1/namespaces/default/configmaps",
                    "PATCH /apis/martlet.dev/v2/loadbalancerippools/services/status",
                ]
            )
        }
    }

    @Test func `a service that no pool serves says why`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/32"))
            try await cluster.apply(service("a"))
            let (client, _) = cluster.recorded()
            try await running(operatorServices(client)) {
                try await eventually("a is served", is: ["192.0.2.0"]) { try await addresses(cluster, "a") }
                try await cluster.apply(service("b"))
                try await eventually("b is told", is: "OutOfIPs") {
                    let service = try await cluster.client.get(
                        Service.self,
                        ObjectKey(namespace: "default", name: "b")
                    )
                    return service.status?.conditions?.of("martlet.dev/IPAMRequestSatisfied")?.reason?.rawValue ?? ""
                }
                try await eventually("an event says so", is: ["AddressAssigned", "OutOfIPs"]) {
                    try await cluster.client.list(Event.self).items.filter { $0.regarding.kind == "Service" }
                        .map(\.reason).sorted()
                }
            }
        }
    }
}
