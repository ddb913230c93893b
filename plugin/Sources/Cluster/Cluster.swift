package import KubeClient
package import KubeModel

/// The cluster that the flags name.
package struct Cluster: Sendable {
    /// Talks to its API server.
    package let client: KubeClient

    /// The namespace of the context, which is meant where `-n` is not given.
    package let defaultNamespace: String

    /// The tokens that speakers are shown.
    package let viewerTokens = ViewerTokens()

    /// Takes a client and the context's namespace.
    package init(client: KubeClient, defaultNamespace: String = "default") {
        self.client = client
        self.defaultNamespace = defaultNamespace
    }

    /// All objects of a kind, or those of a namespace, or those that a label selector in kubectl's form selects.
    package func list<Object: KubeObject>(
        _ type: Object.Type,
        namespace: String? = nil,
        selector: String? = nil
    ) async throws -> ObjectList<Object> {
        try await client.list(type, ObjectScope(namespace: namespace, labelSelector: selector))
    }
}

/// Finds the cluster that the flags name; tests have one in memory.
package protocol ClusterConnector: Sendable {
    /// Does work with a cluster and closes the connections after it.
    func withCluster<Result: Sendable>(
        _ options: ConnectionOptions,
        _ work: (Cluster) async throws -> Result
    ) async throws -> Result

    /// The names of the kubeconfig's contexts, for completing `--context`.
    func contextNames(_ options: ConnectionOptions) -> [String]
}

extension ObjectList {
    /// Names the objects that could not be read.
    func report(on console: Console) {
        for diagnostic in diagnostics { console.warn(diagnostic.description) }
    }
}
