import BGPResources
import KubeModel

/// Which ClusterConfigs select which nodes, and which of them keeps each.
struct NodeClaims {
    /// The ClusterConfigs that select a node, the one that keeps it first.
    private(set) var claims: [String: [BGPClusterConfig]] = [:]

    /// A ClusterConfig that breaks its own rules, or is deleted, keeps what it has and claims nothing more.
    ///
    /// One that is deleted gives a node up to a new one at once, and to those that were there before it went once it has been
    /// away for longer than a replacement takes.
    init(_ snapshot: SortedSnapshot) {
        for node in snapshot.nodes {
            let name = node.metadata.name
            let present = snapshot.nodeConfig(name)
            let labels = node.metadata.labels ?? [:]
            let claimants = snapshot.clusterConfigs.filter { config in
                let isOwner = present?.isControlled(by: config) ?? false
                if !snapshot.faults(config).isEmpty || snapshot.isDeleted(config) { return isOwner }
                return config.spec.nodeSelector?.matches(labels) ?? true
            }
            guard !claimants.isEmpty else { continue }
            let owner = claimants.first { present?.isControlled(by: $0) ?? false }
            let byAge = claimants.sorted { $0.isOlder(than: $1) }
            if let owner, let deletion = snapshot.deletions[owner.reference] {
                // One without a status has come since: nobody has told it yet that another has the node.
                let heirs = byAge.filter { $0.key != owner.key && (deletion.isOverdue || $0.status == nil) }
                guard heirs.isEmpty else {
                    claims[name] =
                        heirs
                        + byAge.filter { other in
                            other.key != owner.key && !heirs.contains { $0.key == other.key }
                        }
                    continue
                }
            }
            claims[name] = owner.map { owner in [owner] + byAge.filter { $0.key != owner.key } } ?? byAge
        }
    }

    /// The ClusterConfig that keeps a node.
    func winner(_ node: String) -> BGPClusterConfig? {
        claims[node]?.first
    }

    /// For one ClusterConfig the others it meets, each with the nodes concerned, sorted.
    func conflicts(of config: BGPClusterConfig) -> [(other: String, nodes: [String])] {
        var nodes: [String: [String]] = [:]
        for (node, claimants) in claims where claimants.contains(where: { $0.key == config.key }) {
            for other in claimants where other.key != config.key {
                nodes[other.metadata.name, default: []].append(node)
            }
        }
        return nodes.keys.sorted().map { ($0, (nodes[$0] ?? []).sorted()) }
    }
}

extension BGPNodeConfig {
    /// Whether the object is managed by a ClusterConfig at all.
    var isControlledByClusterConfig: Bool {
        guard let controller = metadata.controller else { return false }
        return controller.kind == BGPClusterConfig.type.kind && controller.apiVersion.hasPrefix("martlet.dev/")
    }

    /// Whether a ClusterConfig manages the object: this very one, or one of its name in whose place it came.
    func isControlled(by config: BGPClusterConfig) -> Bool {
        isControlledByClusterConfig && metadata.controller?.name == config.metadata.name
    }
}

extension BGPClusterConfig {
    /// The earlier creation, then the name; without creation time (manifests) the name alone.
    func isOlder(than other: BGPClusterConfig) -> Bool {
        if let mine = metadata.creationTimestamp, let theirs = other.metadata.creationTimestamp, mine != theirs {
            return mine < theirs
        }
        if (metadata.creationTimestamp == nil) != (other.metadata.creationTimestamp == nil) {
            return metadata.creationTimestamp != nil
        }
        return metadata.name < other.metadata.name
    }
}
