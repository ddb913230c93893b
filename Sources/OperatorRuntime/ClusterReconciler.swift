import BGPResources
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import LogKeys
import Logging
import PlainText
import Planning
import Reconciling
import Signals

/// Drives a `ClusterController`: hands it the stores after every change and carries out what it orders.
struct ClusterReconciler: Sendable {
    /// Who the server remembers as the owner of what the operator writes.
    static let fieldManager = "bgp-operator"

    let client: KubeClient
    let stores: OperatorStores
    let settings: ClusterSettings
    let board: LastRendering
    let recorder: EventRecorder
    let metrics: ReconcileMetrics
    let logger: Logger

    /// Reconciles after every change until cancelled; a failed write is tried again after a pause.
    func run() async throws {
        defer { metrics.stop() }
        try await stores.set.waitUntilReady()
        let elapsed = stores.patience.clock.stopwatch()
        var controller = ClusterController()
        try await ReconcileLoop(clock: stores.patience.clock).run(
            after: { stores.clusterSignal.merged(with: $0) },
            round: {
                guard stores.haveSecrets else { return nil }
                let now = Moment(elapsed: elapsed(), time: Timestamp(Date()))
                return try await metrics.measure { try await reconcile(&controller, at: now) }
            },
            failed: { logger.warning("a write failed, it is tried again", metadata: [.error: "\($0)"]) }
        )
    }

    /// Makes one round; returns how long until the next one at the latest.
    private func reconcile(_ controller: inout ClusterController, at now: Moment) async throws -> Duration? {
        var round = WriteRound(client, logger: logger)
        var wait: Duration?
        let effects = controller.handle(.changed(stores.inputs(settings)), at: now)
        logger.decided("changed", effects.compactMap(\.words))
        for effect in effects {
            switch effect {
            case .show(let rendered):
                board.show(rendered)
            case .hold(let nodes):
                logger.info(
                    "nodes are not as they are to be; what makes the difference may have been deleted a moment ago to come back",
                    metadata: [.nodes: "\(nodes.asSentence(most: 5))"]
                )
            case .apply(let writes):
                try await apply(writes, &round)
            case .remove(let surplus):
                try await remove(surplus, &round)
            case .write(let statuses):
                try await StatusWriter(client, fieldManager: Self.fieldManager).write(statuses, in: &round) {
                    controller.handle(.answered($0.type, $0.key, $1), at: now).forEach(record)
                }
            case .record:
                record(effect)
            case .wake(let after):
                wait = after
            }
        }
        try round.end()
        return wait
    }

    private func apply(_ writes: [NodeConfigWrite], _ round: inout WriteRound) async throws {
        for present in writes.compactMap(\.letGo) {
            try await round.attempt(present.reference) { try await mark(present, isLetGo: false) }
        }
        let requests = try writes.map { write in
            WriteRound.Write(
                write.nodeConfig.reference,
                try .apply(write.nodeConfig, fieldManager: Self.fieldManager, force: true)
            )
        }
        try await round.send(requests) { place, answer in
            _ = try answer.get()
            logger.info("rendered a node", metadata: [.node: "\(writes[place].nodeConfig.metadata.name)"])
        }
    }

    private func remove(_ surplus: [BGPNodeConfig], _ round: inout WriteRound) async throws {
        _ = try await round.attempt(each: surplus, named: \.reference) { nodeConfig in
            guard try await mark(nodeConfig, isLetGo: true) else { return }
            // The uid keeps a new object of the same name from being deleted in place of the one that was seen.
            try await client.delete(BGPNodeConfig.self, nodeConfig.key, uid: nodeConfig.metadata.uid)
            logger.info("a node is no longer selected", metadata: [.node: "\(nodeConfig.metadata.name)"])
        }
    }

    /// Says on a NodeConfig, or takes back, that nothing comes in its place; false when it is not there any more.
    @discardableResult private func mark(_ nodeConfig: BGPNodeConfig, isLetGo: Bool) async throws -> Bool {
        guard nodeConfig.isLetGo != isLetGo else { return true }
        let annotations: JSONValue = [BGPNodeConfig.letGoAnnotation: isLetGo ? "true" : .null]
        var metadata: [String: JSONValue] = ["annotations": annotations]
        metadata["uid"] = nodeConfig.metadata.uid.map(JSONValue.string)
        do {
            try await client.patch(
                BGPNodeConfig.self,
                nodeConfig.key,
                .merge(["metadata": .object(metadata)]),
                WriteOptions(fieldManager: Self.fieldManager)
            )
            return true
        } catch let error as KubeError where [.notFound, .conflict].contains(error.code) {
            return false
        }
    }

    private func record(_ effect: ClusterEffect) {
        guard case .record(let event) = effect else { return }
        recorder.record(event)
        logger.log(
            level: event.level == .warning ? .warning : .info,
            "a condition changed",
            metadata: [
                .object: "\(event.regarding.kind)/\(event.regarding.name)", .reason: "\(event.reason)",
                .reasonMessage: "\(event.note)",
            ]
        )
    }
}
