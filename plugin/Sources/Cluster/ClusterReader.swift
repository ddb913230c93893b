package import FoundationEssentials
package import KubeModel

/// What the commands ask of a cluster; the program answers from an API server, tests from values.
package protocol ClusterReader: Sendable {
    /// The namespace of the context, which is meant where `-n` is not given.
    var defaultNamespace: String { get }

    /// All objects of a kind, or those of a namespace, or those that a label selector in kubectl's form selects.
    func list<Object: KubeObject>(
        _ type: Object.Type,
        namespace: String?,
        selector: String?
    ) async throws -> ObjectList<Object>

    /// One object; throws ``CommandFailure`` when there is none.
    func get<Object: KubeObject>(_ type: Object.Type, _ key: ObjectKey) async throws -> Object

    /// Hands on what changes after a list, until `receive` throws.
    func watch<Object: KubeObject>(
        _ type: Object.Type,
        after list: ObjectList<Object>,
        receive: @Sendable (ObjectChange<Object>) async throws -> Void
    ) async throws

    /// What a program in a pod answers to a GET of a path with its query, asked through the API server.
    func ask(pod: ObjectKey, port: Int, path: String) async throws -> Data

    /// The API server's version, such as `v1.34.1`.
    func serverVersion() async throws -> String
}

/// The objects of a list and the point in time they are from.
package struct ObjectList<Object: KubeObject>: Sendable {
    /// The objects in the server's order.
    package let items: [Object]

    /// Where a watch goes on.
    package let resourceVersion: String

    /// Objects that could not be read.
    package let unreadable: [Diagnostic]

    /// Makes a list.
    package init(items: [Object], resourceVersion: String = "", unreadable: [Diagnostic] = []) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.unreadable = unreadable
    }
}

/// One object that is new, different or gone.
package enum ObjectChange<Object: KubeObject>: Sendable {
    case present(Object)
    case gone(Object)
}

/// Finds the cluster that the flags name.
package protocol ClusterConnector: Sendable {
    /// Does work with a cluster and closes the connections after it.
    func withCluster<Result: Sendable>(
        _ options: ConnectionOptions,
        _ work: (any ClusterReader) async throws -> Result
    ) async throws -> Result

    /// The names in the kubeconfig, for completing `--context`, `--cluster` and `--user`.
    func configuredNames(_ options: ConnectionOptions) -> ConfiguredNames
}

/// The names that a kubeconfig knows.
package struct ConfiguredNames: Hashable, Sendable {
    package var contexts: [String]
    package var clusters: [String]
    package var users: [String]

    /// Makes the lists; empty unless given.
    package init(contexts: [String] = [], clusters: [String] = [], users: [String] = []) {
        self.contexts = contexts
        self.clusters = clusters
        self.users = users
    }
}

extension ClusterReader {
    /// All objects of a kind in the cluster.
    package func list<Object: KubeObject>(_ type: Object.Type) async throws -> ObjectList<Object> {
        try await list(type, namespace: nil, selector: nil)
    }
}
