import BGPResources
import KubeClient
import KubeModel
import PlainText
import Planning

/// The objects of the user that our types cannot hold: what hangs on them stays as it is, and they are told.
struct InvalidObjects {
    private let stores: OperatorStores

    init(_ stores: OperatorStores) {
        self.stores = stores
    }

    /// What to write to the status of each: the condition Ready is False and says why; objects that say so already are
    /// left out.
    func reports(now: Timestamp) -> [Report] {
        reports(of: stores.clusterConfigs, now) + reports(of: stores.peerConfigs, now)
            + reports(of: stores.advertisements, now) + reports(of: stores.overrides, now)
            + reports(of: stores.pools, now)
    }

    /// The status of one broken object.
    struct Report {
        let type: ResourceType
        let key: ObjectKey
        let manifest: JSONValue
    }

    /// Whether a node's configuration follows from something of which no good version was ever seen.
    ///
    /// Its BGPNodeConfig is then neither written nor deleted: what was applied before this process came stays applied.
    func conceal(_ node: String, present: BGPNodeConfig?) -> Bool {
        let owner = present?.metadata.ownerReferences?.first { $0.controller == true }?.name
        return stores.nodes.hasNeverBeenValid(node) || stores.overrides.hasNeverBeenValid(node)
            || owner.map { stores.clusterConfigs.hasNeverBeenValid($0) } ?? false
    }

    private func reports<Object: KubeObject>(of store: ResourceStore<Object>, _ now: Timestamp) -> [Report] {
        store.refused.compactMap { object in
            guard let key = object.key else { return nil }
            let previous = object.conditions
            let ready = Condition(
                type: ConditionType.ready,
                status: .false,
                observedGeneration: object.generation,
                reason: "InvalidSpec",
                message: object.diagnostics.map(\.finding).asFindings()
            )
            let settled = [ready].settled(after: previous, now: now)
            guard let condition = settled.first, previous.of(ConditionType.ready) != condition,
                let tree = try? JSON.tree(condition)
            else { return nil }
            return Report(
                type: Object.type,
                key: key,
                manifest: [
                    "apiVersion": .string(Object.type.apiVersion), "kind": .string(Object.type.kind),
                    "metadata": ["name": .string(key.name)], "status": ["conditions": [tree]],
                ]
            )
        }
    }
}

extension ResourceStore {
    /// Whether the newest version of an object is refused.
    func isRefused(_ name: String) -> Bool {
        refused.contains { $0.key?.name == name }
    }

    /// Whether an object exists of which no good version was ever seen.
    func hasNeverBeenValid(_ name: String) -> Bool {
        isRefused(name) && snapshot[ObjectKey(name: name)] == nil
    }
}

extension Diagnostic {
    /// Field and message, without the object, which is known where this is said.
    fileprivate var finding: String { field.map { "\($0): \(message)" } ?? message }
}
