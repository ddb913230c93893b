import BGPResources
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Planning
import SpeakerAPI

/// What is deleted and still counts, which the API server has no longer: the operator says it.
///
/// Where the operator cannot be asked, or the user may not ask it, nothing is known of such objects. That is no failure: they are
/// few, and count for seconds.
struct Deletions: Sendable {
    private var items: [DeletedObject] = []

    /// The label and the service account of the operator's pods.
    private static let name = "bgp-operator"
    /// The operator answers from memory; a node that is down must not hold up everything else.
    private static let patience = Duration.seconds(2)

    /// Nothing is deleted.
    init() {}

    /// Asks the operator of an installation.
    init(of cluster: Cluster, namespace: String) async {
        items = (try? await Self.ask(cluster, namespace)) ?? []
    }

    private static func ask(_ cluster: Cluster, _ namespace: String) async throws -> [DeletedObject] {
        let pods = try await cluster.list(
            Pod.self,
            namespace: namespace,
            selector: "app.kubernetes.io/name=\(name)"
        )
        // Every replica follows the objects, whether it leads or not.
        let running = pods.items.filter { $0.isRunning && $0.spec?.serviceAccountName == name }
        guard let pod = running.min(by: { $0.key < $1.key }) else { return [] }
        var headers: [KubeRequest.Field] = []
        if !pod.isPlain {
            let token = try await cluster.viewerTokens.token(in: namespace, from: cluster.client)
            headers.append(KubeRequest.Field("X-Martlet-Token", token.value))
        }
        let response = try await cluster.client.podProxy(
            namespace: namespace,
            pod: pod.metadata.name,
            port: "admin",
            isSecured: !pod.isPlain,
            path: "/v1/deletions",
            headers: headers,
            timeout: patience
        )
        return try JSON.decode(DeletionList.self, from: response.body).items
    }

    /// What is known of the deletions.
    var pending: [PendingDeletion] { items.map(\.deletion) }

    /// The objects of a kind as they were, those left out that are there again.
    func objects<Object: KubeObject>(_ type: Object.Type, besides present: [Object]) -> [Object] {
        let known = Set(present.map(\.key))
        return items.filter { $0.kind == Object.type.kind }.compactMap(\.object)
            .compactMap { try? JSON.decode(type, from: $0) }.filter { !known.contains($0.key) }
    }

    /// Forgets what is there again.
    mutating func forget(_ present: [ObjectReference]) {
        let present = Set(present)
        items.removeAll { present.contains($0.deletion.object) }
    }

    /// Says on standard error what is deleted and still counts.
    func report(on console: Console) {
        for deletion in pending { console.note(deletion.message) }
    }
}
