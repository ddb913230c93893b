package import BGPResources
package import KubeModel

/// Keeps the cluster as `render` says: a BGPNodeConfig for each node, and on every object of the user what became of it.
///
/// A value that is handed the whole world whenever something of it changed, and returns what is to be done. Nothing is ordered
/// that is there already, so an idle cluster costs no request; what was ordered and failed is ordered again with the next inputs.
package struct ClusterController: Sendable {
    private var clusterConfigs = PendingWrites<BGPClusterConfig>()
    private var peerConfigs = PendingWrites<BGPPeerConfig>()
    private var advertisements = PendingWrites<BGPAdvertisement>()
    private var overrides = PendingWrites<BGPNodeConfigOverride>()
    private var doubts = FirstDoubts()

    package init() {}

    /// Moves on by one event; the effects are to be carried out in order.
    package mutating func handle(_ event: ClusterEvent, at now: Moment) -> [ClusterEffect] {
        switch event {
        case .changed(let inputs): decide(inputs, at: now)
        case .answered(BGPClusterConfig.type, let key, let metadata): Self.take(metadata, key, &clusterConfigs)
        case .answered(BGPPeerConfig.type, let key, let metadata): Self.take(metadata, key, &peerConfigs)
        case .answered(BGPAdvertisement.type, let key, let metadata): Self.take(metadata, key, &advertisements)
        case .answered(BGPNodeConfigOverride.type, let key, let metadata): Self.take(metadata, key, &overrides)
        case .answered: []
        }
    }

    private mutating func decide(_ inputs: ClusterInputs, at now: Moment) -> [ClusterEffect] {
        var snapshot = inputs.snapshot
        snapshot.clusterConfigs = Self.newest(snapshot.clusterConfigs, inputs.epoch, &clusterConfigs)
        snapshot.peerConfigs = Self.newest(snapshot.peerConfigs, inputs.epoch, &peerConfigs)
        snapshot.advertisements = Self.newest(snapshot.advertisements, inputs.epoch, &advertisements)
        snapshot.overrides = Self.newest(snapshot.overrides, inputs.epoch, &overrides)
        let rendered = render(snapshot, now: now.time)
        // Those that are deleted and still count are not there to be changed.
        let deleted = Set(snapshot.deletions.map(\.object))
        let present = snapshot.nodeConfigs.filter { !deleted.contains($0.reference) }
        let changes = ClusterChanges(present: present, rendered: rendered)
        let held = doubts.names(in: changes, of: snapshot, rest: inputs.settlingTime)
        var effects: [ClusterEffect] = [.show(rendered)]
        if !held.isEmpty { effects.append(.hold(held.sorted())) }
        effects += Self.nodeConfigs(changes.without(held), present, inputs.invalid)
        var statuses: [StatusWrite] = []
        statuses += Self.writes(
            rendered.clusterConfigs,
            snapshot.clusterConfigs,
            \.status,
            inputs.invalid,
            &clusterConfigs
        )
        statuses += Self.writes(rendered.peerConfigs, snapshot.peerConfigs, \.status, inputs.invalid, &peerConfigs)
        statuses += Self.writes(
            rendered.advertisements,
            snapshot.advertisements,
            \.status,
            inputs.invalid,
            &advertisements
        )
        statuses += Self.writes(rendered.overrides, snapshot.overrides, \.status, inputs.invalid, &overrides)
        statuses += inputs.invalid.statusWrites(now: now.time)
        if !statuses.isEmpty { effects.append(.write(statuses)) }
        if !held.isEmpty, let rest = inputs.settlingTime { effects.append(.wake(after: rest)) }
        return effects
    }

    private static func nodeConfigs(
        _ changes: ClusterChanges,
        _ present: [BGPNodeConfig],
        _ invalid: InvalidObjects
    ) -> [ClusterEffect] {
        let present = Dictionary(present.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        let wanted = (changes.created + changes.updated + changes.noted).filter { nodeConfig in
            let name = nodeConfig.metadata.name
            return !invalid.dependsOnInvalid(name, present: present[name])
        }
        let surplus = changes.deleted.compactMap { present[$0] }
            .filter { !invalid.dependsOnInvalid($0.metadata.name, present: $0) }
        var effects: [ClusterEffect] = []
        if !wanted.isEmpty {
            effects.append(
                .apply(
                    wanted.map { nodeConfig in
                        let there = present[nodeConfig.metadata.name]
                        return NodeConfigWrite(nodeConfig, letGo: there?.isLetGo == true ? there : nil)
                    }
                )
            )
        }
        if !surplus.isEmpty { effects.append(.remove(surplus)) }
        return effects
    }

    private static func newest<Object: KubeObject>(
        _ objects: [Object],
        _ epoch: Int,
        _ writes: inout PendingWrites<Object>
    ) -> [Object] {
        writes.enter(epoch: epoch)
        return writes.newest(objects)
    }

    /// The statuses that are to be others; an object whose newest version cannot be read keeps its status.
    private static func writes<Object: ConditionedObject>(
        _ statuses: [NamedStatus<Object.Status>],
        _ objects: [Object],
        _ field: WritableKeyPath<Object, Object.Status?>,
        _ invalid: InvalidObjects,
        _ writes: inout PendingWrites<Object>
    ) -> [StatusWrite] {
        let present = Dictionary(objects.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        let invalid = invalid.names(Object.type)
        return statuses.compactMap { wanted in
            guard !invalid.contains(wanted.name), let object = present[wanted.name],
                object[keyPath: field] != wanted.status
            else { return nil }
            var changed = object
            changed[keyPath: field] = wanted.status
            guard let write = try? StatusWrite(changed) else { return nil }
            writes.start(changed, over: object)
            return write
        }
    }

    private static func take<Object: ConditionedObject>(
        _ metadata: ObjectMeta,
        _ key: ObjectKey,
        _ writes: inout PendingWrites<Object>
    ) -> [ClusterEffect] {
        guard let (present, written) = writes.answer(metadata, at: key) else { return [] }
        return ConditionEvents.events(from: present.conditions, to: written.conditions, on: present.eventSubject)
            .map(ClusterEffect.record)
    }
}

/// A kind of the user's whose status has conditions.
private protocol ConditionedObject: KubeObject {
    associatedtype Status: Hashable & Sendable
    /// The conditions of its status; none without a status.
    var conditions: [Condition] { get }
}

extension BGPClusterConfig: ConditionedObject {
    fileprivate var conditions: [Condition] { status?.conditions ?? [] }
}

extension BGPPeerConfig: ConditionedObject {
    fileprivate var conditions: [Condition] { status?.conditions ?? [] }
}

extension BGPAdvertisement: ConditionedObject {
    fileprivate var conditions: [Condition] { status?.conditions ?? [] }
}

extension BGPNodeConfigOverride: ConditionedObject {
    fileprivate var conditions: [Condition] { status?.conditions ?? [] }
}
