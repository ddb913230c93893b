import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

/// One row of the table of traffic policies (SEMANTICS, "Which routes a node announces to a peer").
struct PolicyRow: CustomTestStringConvertible, Sendable {
    let name: String
    let policy: Service.TrafficPolicy
    let endpoints: [(EndpointState, String?)]
    let isAnnounced: Bool
    let code: String

    var testDescription: String { name }

    static let all = [
        PolicyRow("Cluster, one ready elsewhere", .cluster, [(.ready, "n2")], true, "UsableEndpoints"),
        PolicyRow("Cluster, one ready without node", .cluster, [(.ready, nil)], true, "UsableEndpoints"),
        PolicyRow("Cluster, none at all", .cluster, [], false, "NoUsableEndpoints"),
        PolicyRow("Cluster, none ready", .cluster, [(.notReady, "n1")], false, "NoUsableEndpoints"),
        PolicyRow("Cluster, last one terminating", .cluster, [(.terminating, "n1")], false, "NoUsableEndpoints"),
        PolicyRow(
            "Cluster, last one serves",
            .cluster,
            [(.servingTerminating, "n2")],
            true,
            "LastServingEndpoints"
        ),
        PolicyRow("Local, one ready here", .local, [(.ready, "n1"), (.ready, "n2")], true, "LocalEndpoints"),
        PolicyRow("Local, ready elsewhere only", .local, [(.ready, "n2")], false, "NoLocalEndpoints"),
        PolicyRow("Local, ready without node", .local, [(.ready, nil)], false, "EndpointsWithoutNode"),
        PolicyRow("Local, here but not ready", .local, [(.notReady, "n1")], false, "NoLocalEndpoints"),
        PolicyRow("Local, none at all", .local, [], false, "NoLocalEndpoints"),
        PolicyRow("Local, last one serves here", .local, [(.servingTerminating, "n1")], true, "LastServingEndpoints"),
        PolicyRow(
            "Local, serves here, ready elsewhere",
            .local,
            [(.servingTerminating, "n1"), (.ready, "n2")],
            false,
            "NoLocalEndpoints"
        ),
        PolicyRow(
            "Local, last one serves elsewhere",
            .local,
            [(.servingTerminating, "n2")],
            false,
            "NoLocalEndpoints"
        ),
        PolicyRow("Local, here but terminating", .local, [(.terminating, "n1")], false, "NoLocalEndpoints"),
    ]

    init(
        _ name: String,
        _ policy: Service.TrafficPolicy,
        _ endpoints: [(EndpointState, String?)],
        _ isAnnounced: Bool,
        _ code: String
    ) {
        self.name = name
        self.policy = policy
        self.endpoints = endpoints
        self.isAnnounced = isAnnounced
        self.code = code
    }
}

@Suite struct TrafficPolicyTests {
    @Test(arguments: PolicyRow.all, AddressKind.allCases)
    func `each kind of address follows its own traffic policy`(row: PolicyRow, kind: AddressKind) throws {
        let text = "192.0.2.1"
        let other: Service.TrafficPolicy = row.policy == .local ? .cluster : .local
        var world = ClusterFixture()
        world.advertisements = [advertisement([serviceEntry([kind])])]
        world.services = [
            service(
                "web",
                type: kind == .loadBalancerIP ? "LoadBalancer" : "ClusterIP",
                loadBalancer: kind == .loadBalancerIP ? [text] : [],
                external: kind == .externalIP ? [text] : [],
                cluster: kind == .clusterIP ? [text] : [],
                externalPolicy: kind == .clusterIP ? other : row.policy,
                internalPolicy: kind == .clusterIP ? row.policy : other
            )
        ]
        world.slices = [slice(of: "web", row.endpoints.map { TestEndpoint(state: $0.0, node: $0.1) })]
        #expect(world.prefixes() == (row.isAnnounced ? ["192.0.2.1/32"] : []))
        let decision = try #require(world.advertised().decisions.first)
        #expect(decision.isSelected)
        #expect(decision.isEligible == row.isAnnounced)
        #expect(decision.reasons.map(\.code) == ["Selected", ReasonCode(rawValue: row.code)])
    }

    @Test func `an unset ready counts as ready`() {
        var world = ClusterFixture()
        world.services = [service("web", loadBalancer: ["192.0.2.1"], externalPolicy: .local)]
        world.slices = [slice(of: "web", [.unset("n1")])]
        #expect(world.prefixes() == ["192.0.2.1/32"])
    }

    @Test func `whenNoEndpoints Advertise keeps the route under Cluster, and changes nothing under Local`() {
        var world = ClusterFixture()
        world.advertisements = [advertisement([serviceEntry(whenNoEndpoints: .advertise)])]
        world.services = [service("web", loadBalancer: ["192.0.2.1"])]
        #expect(world.prefixes() == ["192.0.2.1/32"])
        #expect(world.advertised().decisions.first?.reasons.map(\.code) == ["Selected", "AdvertisedWithoutEndpoints"])
        world.services = [service("web", loadBalancer: ["192.0.2.1"], externalPolicy: .local)]
        #expect(world.prefixes() == [])
    }

    @Test func `each family is decided by its own endpoints`() {
        var world = ClusterFixture()
        world.peerConfigs = [peerConfig(families: [.ipv4, .ipv6])]
        world.services = [service("web", loadBalancer: ["192.0.2.1", "2001:db8::1"], externalPolicy: .local)]
        world.slices = [
            slice(of: "web", [.ready("n2")]), slice(of: "web", addressType: "IPv6", [.ready("n1")]),
        ]
        #expect(world.prefixes() == ["2001:db8::1/128"])
        #expect(world.prefixes("n2") == [])
    }

    @Test func `slices of all names count together, but only those of the same service`() {
        var world = ClusterFixture()
        world.services = [service("web", loadBalancer: ["192.0.2.1"], externalPolicy: .local)]
        world.slices = [
            slice(of: "web", name: "a", [.notReady("n1")]), slice(of: "web", name: "b", [.ready("n1")]),
            slice(of: "web", name: "c", addressType: "FQDN", [.ready("n1")]),
        ]
        #expect(world.prefixes() == ["192.0.2.1/32"])
        world.slices = [slice(of: "other", [.ready("n1")]), slice(of: "web", namespace: "x", [.ready("n1")])]
        #expect(world.prefixes() == [])
    }

    @Test func `asking about the other policy leaves everything else as it is`() throws {
        var world = ClusterFixture()
        world.services = [service("web", loadBalancer: ["192.0.2.1"], externalPolicy: .local)]
        world.slices = [slice(of: "web", [.ready("n2")])]
        let advertiser = Advertiser(world.snapshot())
        let key = ObjectKey(namespace: "default", name: "web")
        #expect(advertiser.decisions(of: key).map(\.isWanted) == [false])
        #expect(advertiser.decisions(of: key, asPolicy: .cluster).map(\.isWanted) == [true])
        #expect(advertiser.decisions(of: key, asPolicy: .local).map(\.isWanted) == [false])
        #expect(advertiser.routes(of: router) == [])
    }
}
