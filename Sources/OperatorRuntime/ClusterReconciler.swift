import BGPResources
import FoundationEssentials
import KubeClient
import KubeModel
import LogKeys
import Logging
import PlainText
import Planning
import Reconciling
import Signals

/// Keeps the cluster as `render` says: a BGPNodeConfig for each node, and on every object of the user what became of it.
///
/// It is level-driven: whatever of it changed, the whole world is rendered and compared with what is there. Nothing is
/// written that is there already, so an idle cluster costs no request.
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
        try await withThrowingDiscardingTaskGroup { group in
            defer {
                group.cancelAll()
                metrics.stop()
            }
            var pause = Pause()
            var writes = Writes()
            try await stores.set.waitUntilReady()
            for await _ in stores.clusterSignal.changes() where stores.haveSecrets {
                do {
                    try await metrics.measure { try await reconcile(&writes) }
                    pause.reset()
                } catch let error as KubeError {
                    logger.warning("a write failed, it is tried again", metadata: [.error: "\(error)"])
                    try await Task.sleep(for: pause.next())
                    stores.clusterSignal.notify()
                }
                guard let rest = writes.doubts.takeAlarm() else { continue }
                group.addTask {
                    try await stores.patience.clock.sleep(for: rest)
                    stores.clusterSignal.notify()
                }
            }
        }
    }

    /// What was written and has not come back yet.
    private struct Writes {
        var clusterConfigs = PendingWrites<BGPClusterConfig>()
        var peerConfigs = PendingWrites<BGPPeerConfig>()
        var advertisements = PendingWrites<BGPAdvertisement>()
        var overrides = PendingWrites<BGPNodeConfigOverride>()
        var doubts = FirstDoubts()
    }

    private func reconcile(_ writes: inout Writes) async throws {
        var snapshot = stores.snapshot(settings)
        snapshot.clusterConfigs = writes.clusterConfigs.newest(snapshot.clusterConfigs)
        snapshot.peerConfigs = writes.peerConfigs.newest(snapshot.peerConfigs)
        snapshot.advertisements = writes.advertisements.newest(snapshot.advertisements)
        snapshot.overrides = writes.overrides.newest(snapshot.overrides)
        let rendered = render(snapshot, now: Timestamp(Date()))
        board.show(rendered)
        let broken = InvalidObjects(stores)
        var round = WriteRound(client, logger: logger)
        // Those that are deleted and still count are not there to be changed.
        snapshot.nodeConfigs.removeAll { stores.nodeConfigs.isDeleted($0.key) }
        let changes = ClusterChanges(present: snapshot.nodeConfigs, rendered: rendered)
        let doubtful = writes.doubts.names(in: changes, of: snapshot, rest: stores.nodeConfigs.restOfPatience)
        if !doubtful.isEmpty {
            logger.info(
                "nodes are not as they are to be; what makes the difference may have been deleted a moment ago to come back",
                metadata: [.nodes: "\(doubtful.sorted().asSentence(most: 5))"]
            )
        }
        try await apply(changes.without(doubtful), to: snapshot, broken, &round)
        let (old, new) = (snapshot, rendered)
        try await write(new.clusterConfigs, over: old.clusterConfigs, at: \.status, &writes.clusterConfigs, &round)
        try await write(new.peerConfigs, over: old.peerConfigs, at: \.status, &writes.peerConfigs, &round)
        try await write(new.advertisements, over: old.advertisements, at: \.status, &writes.advertisements, &round)
        try await write(new.overrides, over: old.overrides, at: \.status, &writes.overrides, &round)
        try await report(broken, &round)
        try round.end()
    }

    private func apply(
        _ changes: ClusterChanges,
        to snapshot: ClusterSnapshot,
        _ broken: InvalidObjects,
        _ round: inout WriteRound
    ) async throws {
        let present = Dictionary(
            snapshot.nodeConfigs.map { ($0.metadata.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var wanted = (changes.created + changes.updated + changes.noted).filter { nodeConfig in
            !broken.conceal(nodeConfig.metadata.name, present: present[nodeConfig.metadata.name])
        }[...]
        while !wanted.isEmpty {
            for (reference, answer) in await write(wanted.prefix(Self.breadth), over: present) {
                try await round.attempt(reference) { try answer.get() }
            }
            wanted = wanted.dropFirst(Self.breadth)
        }
        for name in changes.deleted {
            guard let surplus = present[name], !broken.conceal(name, present: surplus) else { continue }
            try await round.attempt(surplus.reference) {
                guard try await mark(surplus, isLetGo: true) else { return }
                // The uid keeps a new object of the same name from being deleted in place of the one that was seen.
                try await client.delete(BGPNodeConfig.self, surplus.key, uid: surplus.metadata.uid)
                logger.info("a node is no longer selected", metadata: [.node: "\(name)"])
            }
        }
    }

    /// How many NodeConfigs are written at a time: those of a thousand nodes have to be there again before their speakers have
    /// waited for them.
    private static let breadth = 16

    private func write(
        _ nodeConfigs: ArraySlice<BGPNodeConfig>,
        over present: [String: BGPNodeConfig]
    ) async -> [(ObjectReference, Result<Void, any Error>)] {
        await withTaskGroup(of: (ObjectReference, Result<Void, any Error>).self) { group in
            for nodeConfig in nodeConfigs {
                group.addTask {
                    do {
                        try await write(nodeConfig, over: present[nodeConfig.metadata.name])
                        return (nodeConfig.reference, .success(()))
                    } catch {
                        return (nodeConfig.reference, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func write(_ nodeConfig: BGPNodeConfig, over present: BGPNodeConfig?) async throws {
        if let present, present.isLetGo { try await mark(present, isLetGo: false) }
        _ = try await client.write(.apply(nodeConfig, fieldManager: Self.fieldManager, force: true))
        logger.info("rendered a node", metadata: [.node: "\(nodeConfig.metadata.name)"])
    }

    /// Says on a NodeConfig, or takes back, that nothing comes in its place; false when it is not there any more.
    @discardableResult private func mark(_ nodeConfig: BGPNodeConfig, isLetGo: Bool) async throws -> Bool {
        guard nodeConfig.isLetGo != isLetGo else { return true }
        let annotations: JSONValue = [BGPNodeConfig.letGoAnnotation: isLetGo ? "true" : .null]
        var metadata: [String: JSONValue] = ["annotations": annotations]
        metadata["uid"] = nodeConfig.metadata.uid.map(JSONValue.string)
        do {
            _ = try await client.patch(
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

    private func write<Object: ConditionedObject>(
        _ statuses: [NamedStatus<Object.Status>],
        over objects: [Object],
        at field: WritableKeyPath<Object, Object.Status?>,
        _ writes: inout PendingWrites<Object>,
        _ round: inout WriteRound
    ) async throws {
        let present = Dictionary(objects.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        let refused = stores.refused(Object.self)
        for wanted in statuses where !refused.contains(wanted.name) {
            guard let object = present[wanted.name], object[keyPath: field] != wanted.status else { continue }
            var changed = object
            changed[keyPath: field] = wanted.status
            try await round.attempt(object.reference) {
                var answer = changed
                let write = try StatusWrite(changed)
                answer.metadata.resourceVersion = try await client.apply(
                    write.type,
                    write.key,
                    write.manifest,
                    fieldManager: Self.fieldManager,
                    force: true,
                    subresource: "status"
                ).resourceVersion
                writes.note(answer, to: object)
                let events = ConditionEvents.events(
                    from: object.conditions,
                    to: changed.conditions,
                    on: object.eventSubject
                )
                for event in events {
                    recorder.record(event)
                    logger.log(
                        level: event.level == .warning ? .warning : .info,
                        "a condition changed",
                        metadata: [
                            .object: "\(object.reference)", .reason: "\(event.reason)", .reasonMessage: "\(event.note)",
                        ]
                    )
                }
            }
        }
    }

    private func report(_ broken: InvalidObjects, _ round: inout WriteRound) async throws {
        for report in broken.reports(now: Timestamp(Date())) {
            let reference = ObjectReference(kind: report.type.kind, namespace: nil, name: report.key.name)
            try await round.attempt(reference) {
                _ = try await client.apply(
                    report.type,
                    report.key,
                    report.manifest,
                    fieldManager: Self.fieldManager,
                    force: true,
                    subresource: "status"
                )
            }
        }
    }
}

/// A kind of the user's whose status has conditions.
protocol ConditionedObject: KubeObject {
    associatedtype Status: Hashable & Sendable
    /// The conditions of its status; none without a status.
    var conditions: [Condition] { get }
}

extension BGPClusterConfig: ConditionedObject {
    var conditions: [Condition] { status?.conditions ?? [] }
}

extension BGPPeerConfig: ConditionedObject {
    var conditions: [Condition] { status?.conditions ?? [] }
}

extension BGPAdvertisement: ConditionedObject {
    var conditions: [Condition] { status?.conditions ?? [] }
}

extension BGPNodeConfigOverride: ConditionedObject {
    var conditions: [Condition] { status?.conditions ?? [] }
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
