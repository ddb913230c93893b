import BGPResources
import FoundationEssentials
import KubeClient
import KubeModel
import Logging
import Planning

/// Keeps the cluster as `render` says: a BGPNodeConfig for each node, and on every object of the user what became of it.
///
/// It is level-driven: whatever changed, the whole world is rendered and compared with what is there. Nothing is
/// written that is there already, so an idle cluster costs no request.
struct ClusterReconciler: Sendable {
    /// Who the server remembers as the owner of what the operator writes.
    static let fieldManager = "bgp-operator"

    let client: KubeClient
    let stores: OperatorStores
    let settings: ClusterSettings
    let board: RenderingBoard
    let logger: Logger

    /// Reconciles after every change until cancelled; a failed write is tried again after a pause.
    func run() async throws {
        var pause = Pause()
        for await _ in stores.set.signal.changes() where stores.set.isReady {
            do {
                try await reconcile()
                pause.reset()
            } catch let error as KubeError {
                logger.warning("the API server refused a write, it is tried again", metadata: ["error": "\(error)"])
                try await Task.sleep(for: pause.next())
                stores.set.signal.notify()
            }
        }
    }

    private func reconcile() async throws {
        let snapshot = stores.snapshot(settings)
        let rendered = render(snapshot, now: Timestamp(Date()))
        board.show(rendered)
        try await apply(ClusterChanges(present: snapshot.nodeConfigs, rendered: rendered), to: snapshot)
        try await writeStatuses(rendered, over: snapshot)
    }

    private func apply(_ changes: ClusterChanges, to snapshot: ClusterSnapshot) async throws {
        for nodeConfig in changes.created + changes.updated {
            _ = try await client.apply(nodeConfig, fieldManager: Self.fieldManager, force: true)
            logger.info("rendered a node", metadata: ["node": "\(nodeConfig.metadata.name)"])
        }
        for name in changes.deleted {
            // The uid keeps a new object of the same name from being deleted in place of the one that was seen.
            let uid = snapshot.nodeConfigs.first { $0.metadata.name == name }?.metadata.uid
            try await client.delete(BGPNodeConfig.self, ObjectKey(name: name), uid: uid)
            logger.info("a node is no longer selected", metadata: ["node": "\(name)"])
        }
    }

    private func writeStatuses(_ rendered: RenderedCluster, over snapshot: ClusterSnapshot) async throws {
        try await write(rendered.clusterConfigs, over: snapshot.clusterConfigs, at: \.status)
        try await write(rendered.peerConfigs, over: snapshot.peerConfigs, at: \.status)
        try await write(rendered.advertisements, over: snapshot.advertisements, at: \.status)
        try await write(rendered.overrides, over: snapshot.overrides, at: \.status)
    }

    private func write<Object: KubeObject, Status: Hashable & Sendable>(
        _ statuses: [NamedStatus<Status>],
        over objects: [Object],
        at field: WritableKeyPath<Object, Status?>
    ) async throws {
        let present = Dictionary(objects.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        for wanted in statuses {
            guard var object = present[wanted.name], object[keyPath: field] != wanted.status else { continue }
            object[keyPath: field] = wanted.status
            do {
                _ = try await client.applyStatus(object, fieldManager: Self.fieldManager)
            } catch let error as KubeError where error.code == .notFound {
                // Deleted meanwhile: the watch will say so.
                continue
            }
        }
    }
}

/// How long to wait after failures: 1 s, doubling up to 30 s.
struct Pause {
    private var failures = 0

    mutating func next() -> Duration {
        failures = min(failures + 1, 6)
        return .seconds(min(30, 1 << (failures - 1)))
    }

    mutating func reset() { failures = 0 }
}
