import BGPResources
import KubeClient
import KubeJSON
import KubeModel
import Planning
import TestCluster
import TestSupport
import Testing

/// Addresses that another controller gave stay, and what pools take away is told.
struct ForeignAddressTests {
    private func ingress(_ cluster: TestCluster, _ name: String) async throws -> [String] {
        let service = try await cluster.client.get(Service.self, ObjectKey(namespace: "default", name: name))
        return (service.status?.loadBalancer?.ingress ?? []).compactMap { $0.ip ?? $0.hostname }
    }

    private func reason(_ cluster: TestCluster, _ name: String) async throws -> String {
        let service = try await cluster.client.get(Service.self, ObjectKey(namespace: "default", name: name))
        return service.status?.conditions?.of("martlet.dev/IPAMRequestSatisfied")?.reason?.rawValue ?? "none"
    }

    /// Writes a status as another controller does.
    private func give(_ entries: JSONValue, to name: String, on cluster: TestCluster) async throws {
        _ = try await cluster.client.patch(
            Service.self,
            ObjectKey(namespace: "default", name: name),
            .merge(["status": ["loadBalancer": ["ingress": entries]]]),
            WriteOptions(fieldManager: "another", subresource: "status")
        )
    }

    private func events(_ cluster: TestCluster, _ reason: String) async throws -> [String] {
        try await cluster.client.list(Event.self).items.filter { $0.reason == reason && $0.type == .warning }
            .compactMap(\.note).sorted()
    }

    private func chosen(_ cidr: String, name: String = "services") -> String {
        """
        apiVersion: martlet.dev/v2
        kind: LoadBalancerIPPool
        metadata: {name: \(name)}
        spec: {blocks: [{cidr: \(cidr)}], serviceSelector: {matchLabels: {run: chosen}}}

        """
    }

    /// Waits until the operator has looked at everything that was written before.
    private func fence(_ cluster: TestCluster, _ name: String) async throws {
        try await cluster.apply(service("fence-\(name)", label: "chosen"))
        try await eventually("fence \(name) is served", is: 1) { try await ingress(cluster, "fence-\(name)").count }
    }

    @Test func `an operator with a class leaves services of other classes, or of none, alone`()
        async throws
    {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/28"))
            for (name, words) in [
                ("ours", "\n  loadBalancerClass: example.com/edge"),
                ("usual", "\n  loadBalancerClass: martlet.dev/bgp"),
                ("plain", ""),
            ] {
                try await cluster.apply(
                    service(name).replacing("type: LoadBalancer", with: "type: LoadBalancer\(words)")
                )
            }
            let classes = LoadBalancerClasses(["example.com/edge"], includesUnclassed: false)
            try await running(operatorServices(cluster.recorded().client, serving: classes)) {
                try await eventually("ours is served", is: ["192.0.2.0"]) { try await ingress(cluster, "ours") }
                try await cluster.apply(
                    service("later").replacing(
                        "type: LoadBalancer",
                        with: "type: LoadBalancer\n  loadBalancerClass: example.com/edge"
                    )
                )
                try await eventually("another of ours is served", is: 1) { try await ingress(cluster, "later").count }
                for name in ["usual", "plain"] {
                    #expect(try await ingress(cluster, name) == [])
                    #expect(try await reason(cluster, name) == "none")
                }
            }
        }
    }

    @Test func `what another controller gave to a service that no pool serves stays whatever happens to pools`()
        async throws
    {
        try await TestCluster.with { cluster in
            try await cluster.apply(chosen("192.0.2.0/28"))
            try await cluster.apply(service("intern"))
            try await cluster.apply(
                service("named").replacing("type: LoadBalancer", with: "type: LoadBalancer\n  loadBalancerClass: a.b/c")
            )
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("it is told", is: "PoolSelectorMismatch") { try await reason(cluster, "intern") }
                for name in ["intern", "named"] {
                    try await give([["ip": "10.22.203.3"], ["hostname": "x.example"]], to: name, on: cluster)
                }
                try await eventually("it is no longer told", is: "none") { try await reason(cluster, "intern") }
                let steps: [(String, String)] = [
                    ("edited", chosen("192.0.2.0/27")), ("joined", chosen("198.51.100.0/28", name: "more")),
                ]
                for (name, text) in steps {
                    try await cluster.apply(text)
                    try await fence(cluster, name)
                    #expect(try await ingress(cluster, "intern") == ["10.22.203.3", "x.example"])
                }
                // One that would serve it says why it does not.
                try await cluster.apply(pool("192.0.2.0/27"))
                try await eventually("it says why", is: "ServedByAnother") { try await reason(cluster, "intern") }
                #expect(try await ingress(cluster, "intern") == ["10.22.203.3", "x.example"])
            }
            // Another process knows no more than the ledger.
            try await running(operatorServices(cluster.recorded().client)) {
                for name in ["services", "more"] {
                    try await cluster.client.delete(LoadBalancerIPPool.self, ObjectKey(name: name))
                }
                try await eventually("nothing is said any more", is: "none") { try await reason(cluster, "intern") }
                try await cluster.apply(pool("192.0.2.0/27"))
                try await fence(cluster, "last")
                for name in ["intern", "named"] {
                    #expect(try await ingress(cluster, name) == ["10.22.203.3", "x.example"])
                }
                try await give([], to: "intern", on: cluster)
                try await eventually("what is free is served", is: "Satisfied") { try await reason(cluster, "intern") }
            }
        }
    }

    @Test func `other controllers' addresses stay when ours are withdrawn`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(chosen("192.0.2.0/28"))
            try await cluster.apply(service("web", label: "chosen"))
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("it is served", is: ["192.0.2.0"]) { try await ingress(cluster, "web") }
            }
            // While no operator runs.
            try await give([["ip": "192.0.2.0"], ["ip": "10.22.203.3"]], to: "web", on: cluster)
            try await cluster.client.delete(LoadBalancerIPPool.self, ObjectKey(name: "services"))
            try await cluster.apply(chosen("198.51.100.0/28", name: "more"))
            try await cluster.apply(service("web", label: "other"))
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("ours is gone alone", is: ["10.22.203.3"]) { try await ingress(cluster, "web") }
                try await fence(cluster, "more")
                try await eventually("nothing is said", is: "none") { try await reason(cluster, "web") }
                #expect(try await ingress(cluster, "web") == ["10.22.203.3"])
            }
        }
    }

    @Test func `a pool that is deleted warns every service of the address it loses, with the pool's name`() async throws
    {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/30"))
            for name in ["a", "b"] { try await cluster.apply(service(name)) }
            try await running(operatorServices(cluster.recorded().client)) {
                try await eventually("both are served", is: ["192.0.2.0", "192.0.2.1"]) {
                    try await ingress(cluster, "a") + ingress(cluster, "b")
                }
                try await cluster.apply(pool("198.51.100.8/31").replacing("name: services", with: "name: spare"))
                try await cluster.client.delete(LoadBalancerIPPool.self, ObjectKey(name: "services"))
                try await eventually("both have others", is: ["198.51.100.8", "198.51.100.9"]) {
                    try await ingress(cluster, "a") + ingress(cluster, "b")
                }
                try await eventually(
                    "both are warned",
                    is: [
                        "192.0.2.0 is lost: pool services was deleted; it gets 198.51.100.8 instead",
                        "192.0.2.1 is lost: pool services was deleted; it gets 198.51.100.9 instead",
                    ]
                ) { try await events(cluster, "AddressLost") }
            }
        }
    }

    private func sharer(_ name: String, port: Int, policy: String = "Cluster", key: String = "dns") -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: default, annotations: {martlet.dev/sharing-key: \(key)}}
        spec:
          type: LoadBalancer
          externalTrafficPolicy: \(policy)
          selector: {app: dns}
          ports: [{port: \(port), protocol: TCP}]

        """
    }

    /// Each edit is one that `kubectl apply` makes after the other.
    @Test func `two Services that share an address and are edited in turn keep it, and the younger says so`()
        async throws
    {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/30"))
            let history = AddressHistory()
            try await history.during(cluster) {
                try await running(operatorServices(cluster.recorded().client)) {
                    try await cluster.apply(sharer("a", port: 53))
                    try await eventually("a is served", is: ["192.0.2.0"]) { try await ingress(cluster, "a") }
                    try await cluster.apply(sharer("b", port: 54))
                    try await eventually("b shares", is: ["192.0.2.0"]) { try await ingress(cluster, "b") }
                    try await cluster.apply(sharer("a", port: 53, policy: "Local"))
                    try await eventually("b is told", is: "SharingConflict") { try await reason(cluster, "b") }
                    #expect(try await ingress(cluster, "a") + ingress(cluster, "b") == ["192.0.2.0", "192.0.2.0"])
                    try await cluster.apply(sharer("b", port: 54, policy: "Local"))
                    try await eventually("all is well", is: "Satisfied") { try await reason(cluster, "b") }
                    // Ports that clash, and an operator that starts meanwhile.
                    try await cluster.apply(sharer("a", port: 54, policy: "Local"))
                    try await eventually("b waits", is: "AddressWithheld") { try await reason(cluster, "b") }
                    #expect(try await ingress(cluster, "b") == [])
                }
                try await running(operatorServices(cluster.recorded().client)) {
                    try await cluster.apply(service("new"))
                    try await eventually("another gets another", is: ["192.0.2.1"]) {
                        try await ingress(cluster, "new")
                    }
                    try await cluster.apply(sharer("a", port: 53, policy: "Local"))
                    try await eventually("b is back", is: ["192.0.2.0"]) { try await ingress(cluster, "b") }
                    #expect(try await ingress(cluster, "a") == ["192.0.2.0"])
                    #expect(try await reason(cluster, "b") == "Satisfied")
                }
            }
            #expect(history.holders["192.0.2.0"]?.map(\.name).sorted() == ["a", "b"])
        }
    }
}
