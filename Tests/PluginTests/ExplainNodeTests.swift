import BGPResources
import BGPTypes
import Inspection
import KubeJSON
import KubeModel
import Planning
import Testing
import kubectl_bgp

struct ExplainNodeTests {
    @Test func `a node that is selected names its configuration`() async throws {
        let outcome = await run("explain", "node", "berlin-1", against: Self.cluster)
        #expect(outcome.output.hasPrefix("Node berlin-1\n  Configured by:  BGPClusterConfig/berlin\n"))
        #expect(outcome.status == .success)
    }

    @Test func `a node that nothing selects is a finding that says so`() async throws {
        let outcome = await run("explain", "node", "oslo-1", "-o", "json", against: Self.cluster)
        let explanation = try JSON.decode(NodeExplanation.self, from: outcome.output)
        let reason = ExplainedReason(.configuration(.noClusterConfig(node: "oslo-1")))
        #expect(explanation == NodeExplanation(node: "oslo-1", clusterConfig: nil, reasons: [reason]))
        #expect(outcome.status == .findings)
    }

    @Test func `a node that does not exist is an error`() async {
        let outcome = await run("explain", "node", "rome-1", against: Self.cluster)
        #expect(outcome.errors == "Error from server (NotFound): nodes \"rome-1\" not found\n")
        #expect(outcome.status == .failure)
    }

    @Test func `existing nodes of a list are explained, and missing ones reported`() async {
        let outcome = await run("explain", "node", "rome-1", "berlin-1", "-o", "name", against: Self.cluster)
        #expect(outcome.output == "node/berlin-1\n")
        #expect(outcome.errors == "Error from server (NotFound): nodes \"rome-1\" not found\n")
        #expect(outcome.status == .failure)
    }

    /// What a node's objects say when all is well but for `edit`.
    private static func node(
        annotations: [String: String] = [:],
        overridden peer: String = "tor",
        state: SessionState = .established
    ) -> FixedCluster {
        var cluster = cluster
        var status = PeerStatus(name: "tor")
        status.peeringState = state
        status.lastError =
            state == .established
            ? nil
            : SessionError(
                reason: "ConnectionRefused",
                message: "10.0.0.254 refused the connection",
                time: .ago(5),
                fix: "start the router"
            )
        cluster.objects = [
            Node(
                metadata: ObjectMeta(name: "berlin-1", labels: ["region": "berlin"], annotations: annotations),
                status: .init(addresses: [.init(type: "InternalIP", address: "192.0.2.1")])
            ),
            BGPClusterConfig(
                metadata: ObjectMeta(name: "berlin"),
                spec: .init(
                    nodeSelector: LabelSelector(matchLabels: ["region": "berlin"]),
                    bgpInstances: [
                        .init(
                            name: "main",
                            localASN: 65001,
                            peers: [.init(name: "tor", peerAddress: ScopedAddress("10.0.0.254"))]
                        )
                    ]
                )
            ),
            BGPNodeConfigOverride(
                metadata: ObjectMeta(name: "berlin-1"),
                spec: .init(bgpInstances: [.init(name: "main", peers: [.init(name: peer)])])
            ),
            BGPNodeConfig(
                metadata: ObjectMeta(name: "berlin-1"),
                spec: .init(bgpInstances: [
                    .init(
                        name: "main",
                        localASN: 65001,
                        routerID: RouterID("192.0.2.1"),
                        peers: [.init(name: "tor", peerAddress: ScopedAddress("10.0.0.254"))]
                    )
                ]),
                status: .init(bgpInstances: [.init(name: "main", peers: [status])])
            ),
        ]
        return cluster
    }

    @Test func `a node of which all is well has no finding`() async {
        let outcome = await run("explain", "node", "berlin-1", against: Self.node())
        #expect(outcome.status == .success)
        #expect(outcome.output.contains("  Sessions:       tor (main) established\n"))
    }

    @Test func `a session that is down is a finding with what helps`() async {
        let outcome = await run("explain", "node", "berlin-1", against: Self.node(state: .active))
        #expect(outcome.status == .findings)
        #expect(
            outcome.output.contains(
                """
                  - SessionNotEstablished: the session with main/tor is active: 10.0.0.254 refused the connection
                      at BGPNodeConfig/berlin-1
                      fix: start the router

                """
            )
        )
    }

    @Test func `an override that matches nothing is a finding`() async {
        let outcome = await run("explain", "node", "berlin-1", against: Self.node(overridden: "top"))
        #expect(outcome.status == .findings)
        #expect(
            outcome.output.contains(
                """
                  - UnmatchedEntries: instance main of BGPClusterConfig/berlin has no peer top
                      at BGPNodeConfigOverride/berlin-1, spec.bgpInstances[0].peers[0].name
                      fix: correct the name, or remove the entry

                """
            )
        )
    }

    @Test(arguments: [("martlet.dev/drain", "yes"), ("martlet.dev/drain-grace-period-seconds", "soon")])
    func `an invalid drain annotation is a finding`(annotation: String, value: String) async {
        let outcome = await run("explain", "node", "berlin-1", against: Self.node(annotations: [annotation: value]))
        #expect(outcome.status == .findings)
        #expect(
            outcome.output.contains(
                "  - InvalidAnnotation: the node stays in service: metadata.annotations[\(annotation)]: expected "
            )
        )
        #expect(outcome.output.contains("      fix: kubectl bgp drain berlin-1, or remove the annotation\n"))
    }

    @Test func `an invalid grace period leaves the default, and the drain is reported as well`() async {
        let outcome = await run(
            "explain",
            "node",
            "berlin-1",
            against: Self.node(annotations: [
                "martlet.dev/drain": "true", "martlet.dev/drain-grace-period-seconds": "soon",
            ])
        )
        #expect(outcome.status == .findings)
        #expect(
            outcome.output.contains(
                "  - InvalidAnnotation: the node is drained with a grace period of 10 seconds: metadata.annotations[martlet.dev/"
                    + "drain-grace-period-seconds]: expected seconds from 0 to 3600, found \"soon\"\n"
            )
        )
        #expect(outcome.output.contains("NodeDraining"))
    }

    @Test func `without any BGPClusterConfig the fix is to create one`() async {
        var cluster = Self.cluster
        cluster.objects = cluster.objects.filter { !($0 is BGPClusterConfig) }
        let outcome = await run("explain", "node", "oslo-1", against: cluster)
        #expect(outcome.status == .findings)
        #expect(
            outcome.output.hasSuffix(
                """
                  - NoClusterConfig: there is no BGPClusterConfig
                      fix: create a BGPClusterConfig; config/samples has one to begin with

                """
            )
        )
    }

    private static let cluster = FixedCluster(objects: [
        node("berlin-1", region: "berlin"), node("oslo-1", region: "oslo"),
        BGPClusterConfig(
            metadata: ObjectMeta(name: "berlin"),
            spec: .init(
                nodeSelector: LabelSelector(matchLabels: ["region": "berlin"]),
                bgpInstances: [.init(name: "main", localASN: 65001)]
            )
        ),
    ])

    private static func node(_ name: String, region: String) -> Node {
        Node(
            metadata: ObjectMeta(name: name, labels: ["region": region]),
            status: .init(addresses: [.init(type: "InternalIP", address: "192.0.2.1")])
        )
    }
}
