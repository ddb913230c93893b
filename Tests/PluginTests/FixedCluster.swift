import FoundationEssentials
import KubeModel
import kubectl_bgp

/// A cluster whose objects never change and whose speakers always say the same.
struct FixedCluster: ClusterReader {
    var defaultNamespace = "default"
    var objects: [any KubeObject] = []
    var unreadable: [Diagnostic] = []

    /// What follows a list of the objects, in a watch.
    var changes: [any KubeObject] = []

    /// The answers by pod and path; anything else is refused.
    var answers: [String: String] = [:]

    func list<Object: KubeObject>(
        _ type: Object.Type,
        namespace: String?,
        selector: String?
    ) async throws -> ObjectList<Object> {
        let items = objects.compactMap { $0 as? Object }.filter { object in
            (namespace == nil || object.metadata.namespace == namespace)
                && Self.selects(selector, object.metadata.labels ?? [:])
        }
        return ObjectList(
            items: items,
            resourceVersion: "1",
            unreadable: unreadable.filter { $0.object?.kind == Object.type.kind }
        )
    }

    func get<Object: KubeObject>(_ type: Object.Type, _ key: ObjectKey) async throws -> Object {
        let found = objects.compactMap { $0 as? Object }.first { $0.key == key }
        guard let found else {
            throw CommandFailure(
                message: "Error from server (NotFound): \(Object.type.plural) \"\(key.name)\" not found"
            )
        }
        return found
    }

    func watch<Object: KubeObject>(
        _ type: Object.Type,
        after list: ObjectList<Object>,
        receive: @Sendable (ObjectChange<Object>) async throws -> Void
    ) async throws {
        for object in changes.compactMap({ $0 as? Object }) {
            try await receive(object.metadata.deletionTimestamp == nil ? .present(object) : .gone(object))
        }
    }

    func ask(pod: ObjectKey, port: Int, path: String) async throws -> Data {
        guard let answer = answers["\(pod.name):\(port)\(path)"] else {
            throw CommandFailure.error("connection refused")
        }
        return Data(answer.utf8)
    }

    func serverVersion() async throws -> String { "v1.34.1" }

    /// Understands `key=value` pairs with commas.
    private static func selects(_ selector: String?, _ labels: [String: String]) -> Bool {
        (selector ?? "").split(separator: ",").allSatisfy { term in
            let parts = term.split(separator: "=", maxSplits: 1).map(String.init)
            return parts.count == 2 && labels[parts[0]] == parts[1]
        }
    }
}

/// Connects to a fixed cluster whatever the flags say.
struct FixedConnector: ClusterConnector {
    let cluster: FixedCluster

    func withCluster<Result: Sendable>(
        _ options: ConnectionOptions,
        _ work: (any ClusterReader) async throws -> Result
    ) async throws -> Result {
        guard options.context != "nowhere" else {
            throw CommandFailure.error("context \"nowhere\" does not exist")
        }
        return try await work(cluster)
    }

    func configuredNames(_ options: ConnectionOptions) -> ConfiguredNames {
        ConfiguredNames(contexts: ["prod", "lab"], clusters: ["c1"], users: ["u1"])
    }
}
