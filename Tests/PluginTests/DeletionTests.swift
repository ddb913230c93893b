import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText
import Planning
import SpeakerAPI
import Testing
import kubectl_bgp

/// What is deleted and still counts, which the API server has no longer and the operator tells of.
struct DeletionTests {
    private static let time = Timestamp(secondsSinceEpoch: present.secondsSinceEpoch + 4)
    private static let pod = Pod(
        metadata: ObjectMeta(
            name: "operator-1",
            namespace: "martlet-system",
            labels: ["app.kubernetes.io/name": "bgp-operator"]
        ),
        spec: .init(serviceAccountName: "bgp-operator", containers: [.init(name: "operator")]),
        status: .init(phase: "Running")
    )

    private static let clusterConfig = BGPClusterConfig(
        metadata: ObjectMeta(name: "rack"),
        spec: .init(bgpInstances: [
            .init(
                name: "main",
                localASN: 65001,
                peers: [.init(name: "tor", peerAddress: ScopedAddress("10.0.0.254"), peerASN: 65000)]
            )
        ])
    )

    /// The node's configuration as it was, with a session that is up.
    private static func nodeConfig(_ conditions: [Condition] = []) -> BGPNodeConfig {
        var peer = PeerStatus(name: "tor")
        peer.peerAddress = ScopedAddress("10.0.0.254")
        peer.peeringState = .established
        peer.establishedTime = .ago(60)
        return BGPNodeConfig(
            metadata: ObjectMeta(
                name: "n1",
                ownerReferences: [
                    OwnerReference(
                        apiVersion: "martlet.dev/v2",
                        kind: "BGPClusterConfig",
                        name: "rack",
                        uid: "",
                        controller: true
                    )
                ]
            ),
            spec: .init(bgpInstances: [
                .init(
                    name: "main",
                    localASN: 65001,
                    routerID: RouterID("10.0.0.1"),
                    peers: [.init(name: "tor", peerAddress: ScopedAddress("10.0.0.254"), peerASN: 65000)]
                )
            ]),
            status: .init(conditions: conditions, bgpInstances: [.init(name: "main", localASN: 65001, peers: [peer])])
        )
    }

    /// A cluster whose one ClusterConfig was deleted a second ago, and its NodeConfig with it.
    private static func cluster(
        _ objects: [any KubeObject] = [],
        deleted: Set<String> = ["BGPClusterConfig", "BGPNodeConfig"]
    ) throws -> FixedCluster {
        var list = DeletionList()
        list.items = try [
            DeletedObject(deletion("BGPClusterConfig", "rack"), as: clusterConfig.manifest()),
            DeletedObject(deletion("BGPNodeConfig", "n1"), as: nodeConfig().manifest()),
        ]
        .filter { deleted.contains($0.kind) }
        let node = Node(
            metadata: ObjectMeta(name: "n1"),
            status: .init(addresses: [.init(type: "InternalIP", address: "10.0.0.1")])
        )
        let text = String(decoding: try JSON.encode(list), as: UTF8.self)
        return FixedCluster(objects: [node, pod] + objects, pods: ["operator-1:admin/v1/deletions": text])
    }

    private static func deletion(_ kind: String, _ name: String) -> PendingDeletion {
        PendingDeletion(ObjectReference(kind: kind, name: name), until: time, isOverdue: true)
    }

    private static let told = """
        BGPClusterConfig/rack is deleted; what it asks for ends at \(time) unless it is there again by then
        BGPNodeConfig/n1 is deleted; what it asks for ends at \(time) unless it is there again by then

        """

    @Test func `peers shows the sessions that remain, and says until when`() async throws {
        let outcome = await run("peers", "--no-headers", against: try Self.cluster())
        #expect(outcome.errors == Self.told)
        #expect(outcome.output.hasPrefix("n1     tor") || outcome.output.hasPrefix("n1   tor"))
        #expect(outcome.output.contains("established   60s"))
        #expect(outcome.status == .success)
    }

    /// The node's configuration goes while somebody watches, and comes back.
    @Test func `watched peers stay while they wait, and are reported once`() async throws {
        var back = Self.nodeConfig()
        back.status?.bgpInstances[0].peers[0].peeringState = .active
        var cluster = try Self.cluster([Self.clusterConfig, Self.nodeConfig()], deleted: ["BGPNodeConfig"])
        cluster.questions = Patches()
        cluster.changing = "bgpnodeconfigs"
        cluster.changes = [WatchEvent(type: .deleted, object: try Self.nodeConfig().manifest())]
        // A token and a question at the start, and another question when it is gone.
        cluster.laterChanges = (3, [WatchEvent(type: .added, object: try back.manifest())])
        let outcome = await run(["peers", "-w", "--no-headers"], against: cluster, closingAfter: 2)
        #expect(outcome.status == .brokenPipe)
        #expect(outcome.output.contains("established   60s") && outcome.output.contains("active"))
        #expect(!outcome.errors.contains("any more"))
        let told =
            "BGPNodeConfig/n1 is deleted; what it asks for ends at \(Self.time) unless it is there again by then\n"
        #expect(outcome.errors.ranges(of: told).count == 1)
    }

    @Test func `what a node's speaker says of a deletion is why`() async throws {
        let condition = Condition.deletionPending([Self.deletion("BGPPeerConfig", "tor")], observedGeneration: nil)
        let cluster = FixedCluster(objects: [Self.nodeConfig([condition])])
        let outcome = await run("peers", "--no-headers", against: cluster)
        #expect(outcome.output.contains("BGPPeerConfig/tor is deleted; what it asks for ends at \(Self.time)"))
        #expect(outcome.errors.isEmpty)
    }

    @Test func `explain decides with what was there, and names it`() async throws {
        let outcome = await run("explain", "node", "n1", against: try Self.cluster())
        #expect(outcome.errors == Self.told)
        #expect(outcome.output.hasPrefix("Node n1\n  Configured by:  BGPClusterConfig/rack\n"))
        #expect(outcome.output.contains("ObjectDeleted"))
        #expect(outcome.status == .success)
    }

    @Test func `an object that is back is no longer reported`() async throws {
        let outcome = await run(
            "explain",
            "node",
            "n1",
            against: try Self.cluster([Self.clusterConfig, Self.nodeConfig()])
        )
        #expect(outcome.errors.isEmpty)
        #expect(!outcome.output.contains("ObjectDeleted"))
    }

    @Test func `a reader without permission for deletions gets everything else`() async throws {
        var cluster = try Self.cluster([Self.clusterConfig, Self.nodeConfig()])
        cluster.forbidden = ["/api/v1/namespaces/martlet-system/pods"]
        let outcome = await run("peers", "--no-headers", against: cluster)
        #expect(outcome.errors.isEmpty && outcome.status == .success)
        #expect(outcome.output.contains("established"))
    }
}
