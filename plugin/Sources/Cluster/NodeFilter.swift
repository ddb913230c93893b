import KubeClient
import KubeModel

/// Which nodes a command is about: `--node` by name, `-l` by label.
package struct NodeFilter: Hashable, Sendable {
    /// The names, or nil for every node.
    package let names: Set<String>?

    /// Lets every node through, or those with these names.
    package init(names: Set<String>? = nil) {
        self.names = names
    }

    /// Finds out which nodes the flags mean; asks the cluster only when labels decide.
    package init(_ scope: ScopeOptions, selector: String?, on cluster: Cluster) async throws {
        guard let selector else {
            self.init(names: scope.nodes)
            return
        }
        let selected = try await cluster.list(Node.self, selector: selector)
        let names = Set(selected.items.map(\.metadata.name))
        self.init(names: scope.nodes.map(names.intersection) ?? names)
    }

    /// Whether the command is about the node.
    package func includes(_ node: String) -> Bool {
        names?.contains(node) ?? true
    }
}
