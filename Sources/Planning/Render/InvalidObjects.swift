import BGPResources
import KubeJSON
package import KubeModel
import PlainText

/// The objects whose newest version cannot be read: what depends on them stays as it is, and their condition Ready says so.
package struct InvalidObjects: Sendable {
    private struct Entry: Sendable {
        let object: InvalidObject
        let hasNeverBeenValid: Bool
    }

    private var entries: [ResourceType: [Entry]] = [:]

    package init() {}

    /// Adds those of a kind, in the order of their names; `wasValid` says whether a version was read before.
    package mutating func add(_ type: ResourceType, _ objects: [InvalidObject], wasValid: (ObjectKey) -> Bool) {
        entries[type] = objects.map { object in
            Entry(object: object, hasNeverBeenValid: !(object.key.map(wasValid) ?? false))
        }
    }

    /// The kinds of the user on which it is said, in the order in which they are written.
    private static let reported = [
        BGPClusterConfig.type, BGPPeerConfig.type, BGPAdvertisement.type, BGPNodeConfigOverride.type,
        LoadBalancerIPPool.type,
    ]

    /// The names of a kind whose newest version cannot be read.
    func names(_ type: ResourceType) -> Set<String> { Set((entries[type] ?? []).compactMap(\.object.key?.name)) }

    /// Whether a node's configuration follows from something of which no good version was ever seen.
    ///
    /// Its BGPNodeConfig is then neither written nor deleted: what was applied before this process came stays applied.
    func dependsOnInvalid(_ node: String, present: BGPNodeConfig?) -> Bool {
        let owner = present?.metadata.controller?.name
        return hasNeverBeenValid(Node.type, node) || hasNeverBeenValid(BGPNodeConfigOverride.type, node)
            || owner.map { hasNeverBeenValid(BGPClusterConfig.type, $0) } ?? false
    }

    private func hasNeverBeenValid(_ type: ResourceType, _ name: String) -> Bool {
        entries[type]?.contains { $0.hasNeverBeenValid && $0.object.key?.name == name } ?? false
    }

    /// The status that says what is wrong with each, with Ready False; objects that say so already are left out.
    func statusWrites(now: Timestamp) -> [StatusWrite] {
        Self.reported.flatMap { type in (entries[type] ?? []).compactMap { Self.statusWrite(type, $0.object, now) } }
    }

    private static func statusWrite(_ type: ResourceType, _ object: InvalidObject, _ now: Timestamp) -> StatusWrite? {
        guard let key = object.key else { return nil }
        let previous = object.conditions
        let ready = Condition(
            .ready,
            .false,
            .invalidSpec,
            object.diagnostics.map(\.finding).asFindings(),
            observedGeneration: object.generation
        )
        guard let condition = [ready].settled(after: previous, now: now).first,
            previous.of(.ready) != condition, let conditions = try? JSON.tree([condition])
        else { return nil }
        return StatusWrite(
            type: type,
            key: key,
            manifest: [
                "apiVersion": .string(type.apiVersion), "kind": .string(type.kind),
                "metadata": ["name": .string(key.name)], "status": ["conditions": conditions],
            ]
        )
    }
}

extension Diagnostic {
    /// Field and message, without the object, which is known where this is said.
    fileprivate var finding: String { field.map { "\($0): \(message)" } ?? message }
}
