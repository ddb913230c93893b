import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import TestCluster
import TestSupport
import Testing

struct ClusterReconcilerTests {
    private static let settled = [
        "Ready": "False Applying", "NoMatchingNode": "False NodesMatched",
        "MissingPeerConfigs": "False PeerConfigsFound",
        "ConflictingClusterConfig": "False NoConflict", "RouterIDConflict": "False NoRouterIDConflict",
        "AllNodesExcluded": "False NoneExcluded", "NodesDrained": "False NoneDrained",
        "NoPodCIDR": "False PodCIDRsFound", "DeletionPending": "False NothingDeleted",
        "SessionsEstablished": "False NotAllEstablished",
    ]

    private func nodeConfigs(_ cluster: TestCluster) async throws -> [String] {
        try await cluster.client.list(BGPNodeConfig.self).items.map(\.metadata.name).sorted()
    }

    private func settle(_ cluster: TestCluster, waitingFor nodes: String) async throws {
        try await eventually("the ClusterConfig waits for speakers", is: true) {
            let ready = try await cluster.client.get(BGPClusterConfig.self, ObjectKey(name: "rack")).status?.conditions
                .of("Ready")
            return ready?.message?.contains("not applied yet on \(nodes) (\(nodes.prefix(2)): no speaker") ?? false
        }
    }

    @Test func `nodes are rendered when they are selected and their configuration goes when they are not`() async throws
    {
        try await TestCluster.with { cluster in
            try await cluster.apply(node("n1", zone: "a", address: "10.0.0.1"))
            try await cluster.apply(node("n2", zone: "b", address: "10.0.0.2"))
            try await cluster.apply(peerConfig("tor"))
            try await cluster.apply(rack)
            let (client, _) = cluster.recorded()
            try await running(operatorServices(client)) {
                try await eventually("n1 is rendered", is: ["n1"]) { try await nodeConfigs(cluster) }
                let rendered = try await cluster.client.get(BGPNodeConfig.self, ObjectKey(name: "n1"))
                let owner = try await cluster.client.get(BGPClusterConfig.self, ObjectKey(name: "rack"))
                #expect(
                    rendered.spec.bgpInstances == [
                        BGPNodeConfig.Instance(
                            name: "main",
                            localASN: 65001,
                            routerID: RouterID("10.0.0.1"),
                            routerIDSource: .internalIP,
                            peers: [
                                BGPNodeConfig.Peer(
                                    name: "tor",
                                    peerAddress: ScopedAddress("10.0.0.254"),
                                    peerASN: 65000,
                                    peerConfigRef: PeerConfigReference(name: "tor")
                                )
                            ]
                        )
                    ]
                )
                #expect(rendered.metadata.ownerReferences?.map(\.uid) == [owner.metadata.uid ?? ""])
                try await eventually("every condition is stated", is: Self.settled) {
                    try await cluster.conditions(BGPClusterConfig.self, "rack") ?? [:]
                }
                try await cluster.apply(node("n2", zone: "a", address: "10.0.0.2"))
                try await eventually("n2 follows its label", is: ["n1", "n2"]) { try await nodeConfigs(cluster) }
                try await cluster.apply(node("n1", zone: "b", address: "10.0.0.1"))
                try await eventually("n1 is let go", is: ["n2"]) { try await nodeConfigs(cluster) }
                let after = try await cluster.client.get(BGPClusterConfig.self, ObjectKey(name: "rack"))
                #expect(after.spec == owner.spec)
                #expect(after.metadata.generation == 1)
            }
        }
    }

    @Test func `what is written already is not written again`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(node("n1", zone: "a", address: "10.0.0.1"))
            try await cluster.apply(peerConfig("tor"))
            try await cluster.apply(rack)
            let (first, firstWrites) = cluster.recorded()
            try await running(operatorServices(first)) {
                try await settle(cluster, waitingFor: "n1")
                #expect(firstWrites.writes.filter { $0.contains("nodeconfigs") }.count == 1)
                let before = firstWrites.writes.count
                // Neither changes anything for the operator; the new PeerConfig does, and is seen after them.
                try await cluster.apply(service("web", type: "ClusterIP"))
                try await cluster.apply(node("n9", zone: "z", address: "10.0.0.9"))
                try await cluster.apply(peerConfig("fence"))
                try await eventually("the fence is seen", is: "True Accepted") {
                    try await cluster.conditions(BGPPeerConfig.self, "fence")?["Ready"] ?? ""
                }
                #expect(
                    firstWrites.writes.dropFirst(before) == ["PATCH /apis/martlet.dev/v2/bgppeerconfigs/fence/status"]
                )
                // Events are written beside the status, not before it.
                try await eventually("events are written", is: true) { firstWrites.events > 0 }
                // That speakers have not followed yet is no warning.
                let warnings = try await cluster.client.list(Event.self).items.filter { $0.type == .warning }
                #expect(warnings.map(\.reason) == [])
            }
            let (second, secondWrites) = cluster.recorded()
            try await running(operatorServices(second)) {
                try await cluster.apply(peerConfig("fence2"))
                try await eventually("the second fence is seen", is: "True Accepted") {
                    try await cluster.conditions(BGPPeerConfig.self, "fence2")?["Ready"] ?? ""
                }
                #expect(secondWrites.writes == ["PATCH /apis/martlet.dev/v2/bgppeerconfigs/fence2/status"])
                try await eventually("one event is written", is: 1) { secondWrites.events }
            }
        }
    }

    @Test func `an object of a newer schema says so and keeps what it applied, over a restart too`() async throws {
        let newer: @Sendable (String) -> String = { text in
            text.replacing("- Honor\n", with: "- Honor\n                    - Sometimes\n")
        }
        try await TestCluster.with(schemas: newer) { cluster in
            try await cluster.apply(node("n1", zone: "a", address: "10.0.0.1"))
            try await cluster.apply(peerConfig("tor"))
            try await cluster.apply(rack)
            let (first, firstWrites) = cluster.recorded()
            try await running(operatorServices(first)) {
                try await settle(cluster, waitingFor: "n1")
                try await cluster.apply(rack.replacing("spec:\n", with: "spec:\n  nodeExclusion: Sometimes\n"))
                try await eventually("the object is told", is: "False InvalidSpec") {
                    try await cluster.conditions(BGPClusterConfig.self, "rack")?["Ready"] ?? ""
                }
            }
            #expect(firstWrites.writes.filter { $0.hasPrefix("DELETE") } == [])
            let (second, secondWrites) = cluster.recorded()
            try await running(operatorServices(second)) {
                try await cluster.apply(peerConfig("fence"))
                try await eventually("the fence is seen", is: "True Accepted") {
                    try await cluster.conditions(BGPPeerConfig.self, "fence")?["Ready"] ?? ""
                }
                #expect(
                    secondWrites.writes.filter { !$0.contains("peerconfigs") } == [],
                    "nothing is deleted, and the object is not told again"
                )
                #expect(try await nodeConfigs(cluster) == ["n1"])
            }
        }
    }

    @Test func `one of two operators writes, and the other takes over when it is gone`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(node("n1", zone: "a", address: "10.0.0.1"))
            try await cluster.apply(peerConfig("tor"))
            let (first, _) = cluster.recorded()
            let (second, secondWrites) = cluster.recorded()
            let lease = ObjectKey(namespace: "default", name: "bgp-operator")
            try await running(operatorServices(first, contendingAs: "one")) {
                try await eventually("one leads", is: "one") {
                    try await cluster.client.get(Lease.self, lease).spec?.holderIdentity ?? ""
                }
            }
            try await eventually("the lease is given back", is: "") {
                try await cluster.client.get(Lease.self, lease).spec?.holderIdentity ?? ""
            }
            try await running(operatorServices(first, contendingAs: "one")) {
                try await eventually("one leads again", is: "one") {
                    try await cluster.client.get(Lease.self, lease).spec?.holderIdentity ?? ""
                }
                try await running(operatorServices(second, contendingAs: "two")) {
                    try await cluster.apply(rack)
                    try await eventually("n1 is rendered", is: ["n1"]) { try await nodeConfigs(cluster) }
                    #expect(secondWrites.writes == [])
                }
            }
        }
    }
}
