package import BGPResources
import KubeModel

/// What has to be written to get from one state of the NodeConfigs to another.
package struct ClusterChanges: Hashable, Sendable {
    /// NodeConfigs that are not there yet, by name.
    package let created: [BGPNodeConfig]
    /// NodeConfigs whose spec, owner or mark differs, by name.
    package let updated: [BGPNodeConfig]
    /// Names of NodeConfigs to delete, sorted.
    package let deleted: [String]

    /// Whether there is nothing to do.
    package var isEmpty: Bool { created.isEmpty && updated.isEmpty && deleted.isEmpty }

    /// What leads from the NodeConfigs that exist to a rendering; those of others are left alone.
    package init(present: [BGPNodeConfig], rendered: RenderedCluster) {
        self.init(from: present, to: rendered.nodeConfigs, deleted: rendered.surplusNodeConfigs)
    }

    /// What leads from one rendering to another.
    package init(from old: RenderedCluster, to new: RenderedCluster) {
        let names = Set(new.nodeConfigs.map(\.metadata.name))
        let gone = old.nodeConfigs.map(\.metadata.name).filter { !names.contains($0) }
        self.init(from: old.nodeConfigs, to: new.nodeConfigs, deleted: gone)
    }

    private init(from old: [BGPNodeConfig], to new: [BGPNodeConfig], deleted: [String]) {
        let before = Dictionary(old.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        created = new.filter { before[$0.metadata.name] == nil }
        updated = new.filter { wanted in
            guard let present = before[wanted.metadata.name] else { return false }
            return !present.isSameWish(as: wanted)
        }
        self.deleted = deleted
    }
}

extension BGPNodeConfig {
    /// Whether what the operator writes is the same, whatever the server added.
    func isSameWish(as other: BGPNodeConfig) -> Bool {
        let label = BGPClusterConfig.managedByLabel
        return spec == other.spec && metadata.controller == other.metadata.controller
            && metadata.labels?[label] == other.metadata.labels?[label]
    }
}
