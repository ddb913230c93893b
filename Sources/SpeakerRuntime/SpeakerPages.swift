import AdminServer
import BGPEngine
import BGPResources
import BGPTransport
import FoundationEssentials
import KubeModel
import PlainText
import Planning
import SpeakerAPI

/// The speaker's state as JSON: its peers and its routes, as `kubectl bgp` reads them through the pod proxy.
struct SpeakerPages: Sendable {
    let node: String
    let speaker: BGPServer
    let driver: NodeDriver

    var pages: [AdminPage] {
        [
            AdminPage("v1/peers") { _ in await peers() },
            AdminPage("v1/routes/:view") { routes($0) },
        ]
    }

    private func peers() async -> AdminPage.Answer {
        let snapshots = Dictionary(speaker.snapshot().map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let sockets = Dictionary(speaker.instances().map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let now = Timestamp(Date.now)
        let elapsed = driver.elapsed
        let (plans, heldBack, waiting, gates, problem) = await driver.read { node in
            (node.plans, node.heldBack, node.paused(at: elapsed), node.gates, node.missingNode)
        }
        let instances = plans.map { plan in
            var instance = NodeInstance(plan.name, sockets[plan.name])
            instance.localASN = plan.localASN
            instance.routerID = plan.routerID
            return instance
        }
        let paused = waiting.map { paused in
            PausedPrefix(
                prefix: paused.prefix,
                until: Timestamp(secondsSinceEpoch: now.secondsSinceEpoch + paused.rest / .seconds(1))
            )
        }
        let document = NodePeers(
            node: node,
            gates: GatesDocument(gates),
            instances: instances,
            peers: [],
            paused: paused,
            problem: problem
        )
        return .json { writer in
            var list = JSONList<NodePeers, NodePeer>(writer)
            try await list.begin(document, in: "peers")
            for plan in plans {
                for peer in plan.peers {
                    let status = PeerStatus(peer, snapshots[peer.id], heldBack: heldBack[peer.id] ?? [:])
                    try await list.write(NodePeer(instance: plan.name, status: status))
                }
            }
            try await list.end(document, in: "peers")
        }
    }

    private func routes(_ request: AdminPage.Request) -> AdminPage.Answer {
        guard let view = request.parameters["view"].flatMap(NodeRoutes.View.init) else {
            return .refusal(404, "expected /v1/routes/available, /v1/routes/advertised or /v1/routes/received")
        }
        let query = RouteQuery(request.query)
        if query.isTooLong { return .refusal(400, "prefix: at most \(RouteQuery.mostPrefixes) are compared at a time") }
        return RoutePage(node: node, view: view, query: query, speaker: speaker, driver: driver).answer
    }
}

extension NodeInstance {
    /// An instance with its sockets, if it has any.
    init(_ name: String, _ snapshot: InstanceSnapshot?) {
        self.init(
            name: name,
            listening: snapshot?.listening.map(\.description) ?? [],
            problem: snapshot?.problems.first?.description,
            reason: snapshot?.problems.first?.reason.rawValue
        )
    }
}
