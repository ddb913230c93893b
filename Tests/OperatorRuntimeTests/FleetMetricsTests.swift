import AdminServer
import BGPResources
import KubeClient
import KubeJSON
import KubeModel
import OperatorRuntime
import PlainMetrics
import ServiceLifecycle
import TestCluster
import TestSupport
import Testing

/// What `/metrics` of an operator has.
@Suite(.timeLimit(.minutes(10))) struct FleetMetricsTests {
    private let registry = MetricsRegistry(describing: Operator.metrics)

    /// The series whose names begin so, without `martlet_`, with their values.
    private func series(_ names: String...) -> [String] {
        registry.exposition().split(separator: "\n")
            .filter { line in names.contains { line.hasPrefix("martlet_\($0)") } }
            .map { String($0.dropFirst("martlet_".count)) }
    }

    private func services(
        _ client: KubeClient,
        contendingAs identity: String? = nil,
        _ metrics: MetricsRegistry? = nil
    ) -> [any ServiceLifecycle.Service] {
        var configuration = OperatorConfiguration(
            source: .server(client),
            namespace: "default",
            identity: identity ?? "test"
        )
        configuration.electsLeader = identity != nil
        configuration.secretPace = .hasty
        return Operator(configuration, metrics: metrics ?? registry, logger: TestCluster.logger).services
    }

    @Test func `metrics count pools and services by state, and drop a removed pool`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(service("a"))
            try await running(services(cluster.client)) {
                // Where there was never a pool nobody waits for one.
                try await eventually(
                    "nobody waits",
                    is: [#"services{state="pending"} 0"#, #"services{state="satisfied"} 0"#]
                ) {
                    series("services")
                }
                try await cluster.apply(pool("192.0.2.0/31"))
                for name in ["b", "c"] { try await cluster.apply(service(name)) }
                try await eventually(
                    "two are served, one waits",
                    is: [
                        #"pool_addresses_used{family="ipv4",pool="services"} 2"#,
                        #"pool_addresses{family="ipv4",pool="services"} 2"#,
                        #"pool_addresses_available{family="ipv4",pool="services"} 0"#,
                        #"pool_conflict{pool="services"} 0"#, #"pool_disabled{pool="services"} 0"#,
                        #"services{state="pending"} 1"#, #"services{state="satisfied"} 2"#,
                    ].sorted()
                ) { series("pool", "services").sorted() }
                let big = pool("2001:db8::/64").replacing("name: services", with: "name: big")
                try await cluster.apply(big)
                try await cluster.apply(big.replacing("name: big", with: "name: other"))
                try await eventually(
                    "totals of IPv6 are not exact, and conflicts are told",
                    is: [
                        #"pool_addresses{family="ipv6",pool="big"} 1.8446744073709552e+19"#,
                        #"pool_conflict{pool="big"} 0"#, #"pool_conflict{pool="other"} 1"#,
                    ]
                ) {
                    series("pool_addresses{", "pool_conflict").filter {
                        $0.contains("big") || $0.hasPrefix("pool_conflict{pool=\"other\"}")
                    }
                }
                for name in ["big", "other"] {
                    try await cluster.client.delete(LoadBalancerIPPool.self, ObjectKey(name: name))
                }
                try await eventually("they are gone", is: []) {
                    series("pool").filter { $0.contains("big") || $0.contains("other") }
                }
                #expect(series("pool").count == 5)
                // A pool with room that hands out nothing is no pool that is used up.
                try await cluster.apply(pool("192.0.2.0/29").replacing("spec: {", with: "spec: {disabled: true, "))
                try await eventually(
                    "it is disabled",
                    is: [
                        #"pool_addresses_available{family="ipv4",pool="services"} 0"#,
                        #"pool_addresses{family="ipv4",pool="services"} 8"#, #"pool_disabled{pool="services"} 1"#,
                    ].sorted()
                ) { series("pool_addresses{", "pool_addresses_available", "pool_disabled").sorted() }
            }
        }
    }

    @Test func `metrics count nodes and sessions of a ClusterConfig, and drop them with it`() async throws {
        try await TestCluster.with { cluster in
            for name in ["n1", "n2"] {
                try await cluster.apply(node(name, zone: "a", address: "10.0.0.\(name.dropFirst())"))
            }
            try await cluster.apply(peerConfig("tor"))
            try await cluster.apply(rack)
            try await running(services(cluster.client)) {
                try await eventually(
                    "all is told",
                    is: [
                        #"cluster_config_ready{cluster_config="rack"} 0"#,
                        #"nodes{cluster_config="rack",state="configured"} 2"#,
                        #"nodes{cluster_config="rack",state="ready"} 0"#,
                        #"nodes{cluster_config="rack",state="selected"} 2"#,
                        #"sessions{cluster_config="rack",state="established"} 0"#,
                        #"sessions{cluster_config="rack",state="expected"} 2"#,
                    ]
                ) { series("cluster_config_ready", "nodes", "sessions") }
                try await cluster.client.delete(BGPClusterConfig.self, ObjectKey(name: "rack"))
                try await eventually("nothing is left", is: []) { series("cluster_config_ready", "nodes", "sessions") }
            }
        }
    }

    @Test func `metrics count rounds, and those that a refusal ended`() async throws {
        try await TestCluster.with { cluster in
            let client = cluster.client { request in
                guard request.method == .patch, request.path.contains("bgpnodeconfigs") else { return request }
                throw KubeError(.forbidden, "no right to it")
            }
            try await cluster.apply(node("n1", zone: "a", address: "10.0.0.1"))
            try await cluster.apply(peerConfig("tor"))
            try await running(services(client)) {
                try await eventually("there was a round", is: true) {
                    !series(#"reconcile_last_success_timestamp_seconds{controller="cluster"}"#).isEmpty
                        && !series(#"reconcile_total{controller="cluster",result="success"} "#).contains {
                            $0.hasSuffix(" 0")
                        }
                }
                #expect(series(#"reconcile_total{controller="cluster",result="error"}"#).first?.hasSuffix(" 0") == true)
                try await cluster.apply(rack)
                try await eventually("one failed", is: false) {
                    series(#"reconcile_total{controller="cluster",result="error"}"#).contains { $0.hasSuffix(" 0") }
                }
                let counts = series("reconcile_duration_seconds_count")
                #expect(counts.count == 2 && counts.allSatisfy { !$0.hasSuffix(" 0") })
                #expect(series(#"api_requests_total{code="error",resource="bgpnodeconfigs",verb="patch"}"#).count == 1)
            }
        }
    }

    @Test func `a leader's metrics cover the cluster, and a follower's only itself`() async throws {
        let other = MetricsRegistry(describing: Operator.metrics)
        let fleet = ["leader 1", "nodes", "sessions", "pool", "services", "cluster_config", "reconcile_last"]
        let standby = MetricsRegistry(describing: Operator.metrics)
        @Sendable func isTold(_ name: String) -> Bool { !series(name).isEmpty }
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/31"))
            try await cluster.apply(rack)
            try await running(services(cluster.client, contendingAs: "second", other)) {
                try await eventually("the other leads", is: true) {
                    other.exposition().contains("\nmartlet_leader 1\n")
                }
                try await running(services(cluster.client, contendingAs: "first", standby)) {
                    try await eventually("all is known here, too", is: true) {
                        standby.exposition().contains("\nmartlet_store_objects{kind=\"BGPClusterConfig\"} 1\n")
                    }
                    let page = standby.exposition()
                    #expect(fleet.filter { page.contains("\nmartlet_\($0)") } == [])
                    #expect(page.contains("\nmartlet_leader 0\n"))
                }
            }
            // The other has given the lease back.
            try await running(services(cluster.client, contendingAs: "first")) {
                try await eventually("all is told by the new leader", is: fleet) { fleet.filter(isTold) }
                // Somebody takes the lease away.
                let key = ObjectKey(namespace: "default", name: "bgp-operator")
                _ = try await cluster.client.patch(
                    Lease.self,
                    key,
                    .merge(["spec": ["holderIdentity": "third", "leaseDurationSeconds": 3600]])
                )
                try await eventually("nothing is told any more", is: []) { fleet.filter(isTold) }
                #expect(series("leader") == ["leader 0"])
            }
        }
    }
}
