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

    /// What to say of the nodes that `--node` names and that do not exist, in kubectl's words.
    ///
    /// Those with a BGPNodeConfig are known to be there; whether others are, the API server is asked.
    package static func absentees(_ scope: ScopeOptions, known: Set<String>, on cluster: Cluster) async throws
        -> [CommandFailure]
    {
        var failures: [CommandFailure] = []
        for name in (scope.nodes ?? []).subtracting(known).sorted() {
            do {
                guard try await cluster.client.find(Node.self, ObjectKey(name: name)) == nil else { continue }
                failures.append(CommandFailure(absentNode: name))
            } catch let error as KubeError where error.code == .forbidden {
                // Who may not read Nodes is told what is known: that the node has no part in BGP.
                failures.append(.error("no node \"\(name)\" has a BGPNodeConfig"))
            }
        }
        return failures
    }

    /// Whether the command is about the node.
    package func includes(_ node: String) -> Bool {
        names?.contains(node) ?? true
    }
}
