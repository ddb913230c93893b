import BGPResources
import KubeModel

/// What an operator that has just started finds other than it would have it, and leaves alone for a while.
///
/// It does not know what was deleted right before it came. A NodeConfig whose ClusterConfig or override is missing may lack it
/// for a moment only, and then neither the node's sessions nor its router id have a reason to go.
struct FirstDoubts: Sendable {
    /// Nil before the first look.
    private var names: Set<String>?

    /// The nodes that are left alone among some changes; `rest` is what is left of the time, nil when it is over.
    ///
    /// Only what is different at the first look is in doubt: whatever changes later was seen to change. A node whose owner is there
    /// and does not select it is let go at once.
    mutating func names(in changes: ClusterChanges, of snapshot: ClusterSnapshot, rest: Duration?) -> Set<String> {
        guard rest != nil else {
            names = []
            return []
        }
        if let names { return names.intersection(changes.updated.map(\.metadata.name) + changes.deleted) }
        let owners = Set(snapshot.clusterConfigs.map(\.metadata.name))
        let present = Dictionary(
            snapshot.nodeConfigs.map { ($0.metadata.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let nodes = Set(snapshot.nodes.map(\.metadata.name))
        let deleted = changes.deleted.filter { name in
            nodes.contains(name) && !(present[name]?.metadata.controller.map { owners.contains($0.name) } ?? true)
        }
        let found = Set(changes.updated.map(\.metadata.name) + deleted)
        names = found
        return found
    }
}
