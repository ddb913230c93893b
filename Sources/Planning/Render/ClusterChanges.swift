package import BGPResources
import KubeModel

/// What has to be written to get from one state of the NodeConfigs to another.
package struct ClusterChanges: Hashable, Sendable {
    /// NodeConfigs that are not there yet, by name.
    package let created: [BGPNodeConfig]
    /// NodeConfigs whose spec, owner or mark differs, by name.
    package let updated: [BGPNodeConfig]
    /// NodeConfigs on which nothing differs but what the operator says of itself, by name.
    package let noted: [BGPNodeConfig]
    /// Names of NodeConfigs to delete, sorted.
    package let deleted: [String]

    /// Whether there is nothing to do.
    package var isEmpty: Bool { created.isEmpty && updated.isEmpty && noted.isEmpty && deleted.isEmpty }

    /// What leads from the NodeConfigs that exist to a rendering; those of others are left alone, and so are those of nodes
    /// whose ClusterConfig is deleted and still counts.
    package init(present: [BGPNodeConfig], rendered: RenderedCluster) {
        let wanted = rendered.nodeConfigs.filter { !rendered.keptNodes.contains($0.metadata.name) }
        self.init(from: present, to: wanted, deleted: rendered.surplusNodeConfigs)
    }

    /// What leads from one rendering to another.
    package init(from old: RenderedCluster, to new: RenderedCluster) {
        let names = Set(new.nodeConfigs.map(\.metadata.name))
        let gone = old.nodeConfigs.map(\.metadata.name).filter { !names.contains($0) }
        self.init(from: old.nodeConfigs, to: new.nodeConfigs, deleted: gone)
    }

    /// The changes without what is about some nodes.
    package func without(_ names: Set<String>) -> ClusterChanges {
        ClusterChanges(
            created: created,
            updated: updated.filter { !names.contains($0.metadata.name) },
            noted: noted,
            deleted: deleted.filter { !names.contains($0) }
        )
    }

    private init(created: [BGPNodeConfig], updated: [BGPNodeConfig], noted: [BGPNodeConfig], deleted: [String]) {
        self.created = created
        self.updated = updated
        self.noted = noted
        self.deleted = deleted
    }

    private init(from old: [BGPNodeConfig], to new: [BGPNodeConfig], deleted: [String]) {
        let before = Dictionary(old.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        created = new.filter { before[$0.metadata.name] == nil }
        updated = new.filter { wanted in
            guard let present = before[wanted.metadata.name] else { return false }
            return !present.isSameWish(as: wanted)
        }
        noted = new.filter { wanted in
            guard let note = wanted.operatorNote, let present = before[wanted.metadata.name] else { return false }
            return present.isSameWish(as: wanted) && present.operatorNote != note
        }
        self.deleted = deleted
    }
}

extension BGPNodeConfig {
    /// Whether what the operator writes is the same, whatever the server added.
    func isSameWish(as other: BGPNodeConfig) -> Bool {
        let label = BGPClusterConfig.managedByLabel
        return spec == other.spec && metadata.controller == other.metadata.controller
            && metadata.labels?[label] == other.metadata.labels?[label] && isLetGo == other.isLetGo
    }
}
