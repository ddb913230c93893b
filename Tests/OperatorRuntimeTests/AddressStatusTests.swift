import BGPResources
import KubeClient
import KubeJSON
import KubeModel
import TestCluster
import TestSupport
import Testing

/// What stands on the Service, who else may write there, and what is left when an address goes.
struct AddressStatusTests {
    private static let key = ObjectKey(namespace: "default", name: "web")

    private func status(_ cluster: TestCluster) async throws -> JSONValue {
        try await cluster.client.send(.get(Service.type, Self.key), as: JSONValue.self)["status"] ?? .null
    }

    private func conditions(_ cluster: TestCluster) async throws -> [String] {
        (try await status(cluster)["conditions"]?.array ?? []).compactMap { $0["type"]?.string }.sorted()
    }

    private func addresses(_ cluster: TestCluster, _ name: String = "web") async throws -> [String] {
        let service = try await cluster.client.get(Service.self, ObjectKey(namespace: "default", name: name))
        return (service.status?.loadBalancer?.ingress ?? []).compactMap(\.ip)
    }

    /// Writes a condition as another controller does.
    private func state(_ type: String, on cluster: TestCluster) async throws {
        let condition: JSONValue = [
            "type": .string(type), "status": "True", "reason": "Because", "message": "",
            "lastTransitionTime": "2026-01-01T00:00:00Z",
        ]
        _ = try await cluster.client.apply(
            Service.type,
            Self.key,
            [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web", "namespace": "default"],
                "status": ["conditions": [condition]],
            ],
            fieldManager: type,
            subresource: "status"
        )
    }

    @Test func `addresses are virtual ones, and the conditions of others stay`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/30"))
            try await cluster.apply(service("web"))
            try await state("example.com/Before", on: cluster)
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("it has an address", is: ["192.0.2.0"]) { try await addresses(cluster) }
                #expect(try await status(cluster)["loadBalancer"]?["ingress"]?[0]?["ipMode"] == "VIP")
                try await state("example.com/After", on: cluster)
                try await cluster.apply(service("web", type: "ClusterIP"))
                try await eventually("it is given back", is: ["example.com/After", "example.com/Before"]) {
                    try await conditions(cluster)
                }
                #expect(try await addresses(cluster) == [])
            }
        }
    }

    @Test func `what somebody else wrote over is put right, with the same address`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/30"))
            for name in ["first", "web"] { try await cluster.apply(service(name)) }
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("both are served", is: ["192.0.2.0", "192.0.2.1"]) {
                    try await addresses(cluster, "first") + addresses(cluster)
                }
                let writings: [JSONValue] = [
                    [], [["ip": "203.0.113.9"]], [["hostname": "lb.example.com"]], [["ip": "192.0.2.0"]],
                    [["ip": "192.0.2.1"], ["ip": "192.0.2.3"]], [["ip": "not an address"]],
                ]
                for writing in writings {
                    let patch: JSONValue = ["status": ["loadBalancer": ["ingress": writing], "conditions": nil]]
                    _ = try await cluster.client.patch(
                        Service.self,
                        Self.key,
                        .merge(patch),
                        WriteOptions(subresource: "status")
                    )
                    try await eventually("\(writing) is put right", is: ["192.0.2.1"]) { try await addresses(cluster) }
                    try await eventually("so is the condition", is: ["martlet.dev/IPAMRequestSatisfied"]) {
                        try await conditions(cluster)
                    }
                    #expect(try await addresses(cluster, "first") == ["192.0.2.0"])
                }
            }
        }
    }

    @Test func `an address that another controller gave is kept, and taken away with the type all the same`()
        async throws
    {
        try await TestCluster.with { cluster in
            try await cluster.apply(service("web") + "status: {loadBalancer: {ingress: [{ip: 192.0.2.2}]}}\n")
            try await cluster.apply(pool("192.0.2.0/30"))
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("it is taken over", is: ["martlet.dev/IPAMRequestSatisfied"]) {
                    try await conditions(cluster)
                }
                #expect(try await addresses(cluster) == ["192.0.2.2"])
                try await cluster.apply(service("web", type: "ClusterIP"))
                try await eventually("it is given back", is: []) { try await addresses(cluster) }
                try await eventually("nothing is left of the ledger", is: 0) {
                    try await cluster.client.list(ConfigMap.self).items.count
                }
            }
        }
    }

    @Test func `a pool that goes takes its addresses along, another gives new ones`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/30"))
            try await cluster.apply(service("web"))
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("it has an address", is: ["192.0.2.0"]) { try await addresses(cluster) }
                #expect(
                    try await cluster.client.get(LoadBalancerIPPool.self, ObjectKey(name: "services")).metadata
                        .finalizers == nil
                )
                try await cluster.client.delete(LoadBalancerIPPool.self, ObjectKey(name: "services"))
                try await eventually("it has none", is: []) { try await addresses(cluster) }
                let told = try await status(cluster)["conditions"]?[0]
                #expect(told?["status"] == "False" && told?["reason"] == "NoPool")
                try await cluster.apply(pool("198.51.100.8/32"))
                try await eventually("it has another", is: ["198.51.100.8"]) { try await addresses(cluster) }
            }
        }
    }

    @Test func `a ledger that is lost or garbled is written anew from what services have`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/31"))
            try await cluster.apply(service("web"))
            let page = ObjectKey(namespace: "default", name: "bgp-operator-addresses-192.0.2.0")
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("it has an address", is: ["192.0.2.0"]) { try await addresses(cluster) }
                try await cluster.client.delete(ConfigMap.self, page)
                try await cluster.apply(service("next"))
                try await eventually("the next has the next", is: ["192.0.2.1"]) {
                    try await addresses(cluster, "next")
                }
                _ = try await cluster.client.patch(
                    ConfigMap.self,
                    page,
                    .merge(["data": ["network": "nonsense", "claims": "a b\n192.0.2.9 x 1\n"]])
                )
                try await cluster.client.delete(Service.self, ObjectKey(namespace: "default", name: "next"))
                try await cluster.apply(service("last"))
                try await eventually("the last has it", is: ["192.0.2.1"]) { try await addresses(cluster, "last") }
                #expect(try await addresses(cluster) == ["192.0.2.0"])
            }
        }
    }
}
