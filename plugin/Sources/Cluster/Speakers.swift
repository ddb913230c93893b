import FoundationEssentials
package import KubeClient
package import KubeModel

/// The speakers' pods, found by label, asked through the API server.
package struct Speakers: Sendable {
    /// The label that marks a speaker's pod.
    package static let selector = "app.kubernetes.io/name=bgp-speaker"

    /// The port that a speaker answers on when its pod does not say.
    package static let defaultPort = 9179

    /// The pods by their node.
    package let pods: [String: Pod]

    private let client: KubeClient

    /// Finds the speakers on the chosen nodes.
    package init(on cluster: Cluster, namespace: String?, nodes: NodeFilter) async throws {
        client = cluster.client
        let list = try await cluster.list(Pod.self, namespace: namespace, selector: Self.selector)
        let placed = list.items.compactMap { pod in pod.spec?.nodeName.map { ($0, pod) } }
        pods = Dictionary(placed.filter { nodes.includes($0.0) }) { left, right in
            left.isPreferred(over: right) ? left : right
        }
    }

    /// Asks every speaker the same question, some at a time, and sorts out who answered.
    ///
    /// Nodes that are expected to have a speaker and have none count as silent.
    package func ask<Document: Decodable & Sendable>(
        _ path: String,
        query: [KubeRequest.Field] = [],
        for type: Document.Type,
        expecting expected: [String] = []
    ) async -> SpeakerAnswers<Document> {
        var answers = SpeakerAnswers<Document>()
        for node in expected where pods[node] == nil {
            answers.silent[node] = "no pod with the label \(Self.selector) runs there"
        }
        var waiting = pods.sorted { $0.key < $1.key }[...]
        await withTaskGroup(of: (String, Result<Document, CommandFailure>).self) { group in
            for (node, pod) in waiting.prefix(Self.askedAtOnce) {
                group.addTask { (node, await ask(pod, path, query)) }
            }
            waiting = waiting.dropFirst(Self.askedAtOnce)
            while let (node, answer) = await group.next() {
                switch answer {
                case .success(let document): answers.documents[node] = document
                case .failure(let failure): answers.silent[node] = failure.message
                }
                if let (node, pod) = waiting.popFirst() {
                    group.addTask { (node, await ask(pod, path, query)) }
                }
            }
        }
        return answers
    }

    private static let askedAtOnce = 16

    private func ask<Document: Decodable>(
        _ pod: Pod,
        _ path: String,
        _ query: [KubeRequest.Field]
    ) async -> Result<Document, CommandFailure> {
        guard pod.isRunning else {
            let state = pod.metadata.deletionTimestamp == nil ? pod.status?.phase ?? "not started" : "Terminating"
            return .failure(CommandFailure(message: "the speaker's pod \(pod.key) is \(state)"))
        }
        do {
            let response = try await client.podProxy(
                namespace: pod.metadata.namespace ?? "default",
                pod: pod.metadata.name,
                port: String(pod.adminPort),
                path: path,
                query: query
            )
            return .success(try JSON.decode(Document.self, from: response.body))
        } catch let error as DecodingError {
            return .failure(CommandFailure(message: "pod \(pod.key) answers in another version: \(error.words)"))
        } catch {
            return .failure(CommandFailure(error))
        }
    }
}

/// What the speakers said, and who said nothing and why.
package struct SpeakerAnswers<Document: Sendable>: Sendable {
    /// The answers by node.
    package var documents: [String: Document] = [:]

    /// The reasons by node.
    package var silent: [String: String] = [:]

    /// Who did not answer, as a part of a document.
    package var unanswered: JSONValue {
        .array(silent.sorted { $0.key < $1.key }.map { ["node": .string($0.key), "reason": .string($0.value)] })
    }

    /// Names the nodes that did not answer, one line each.
    package func report(on console: Console) {
        for (node, reason) in silent.sorted(by: { $0.key < $1.key }) {
            console.warn("node \(node) does not answer: \(reason)")
        }
    }
}

extension Pod {
    /// The container port named `admin`, as the speaker's DaemonSet names it.
    fileprivate var adminPort: Int {
        let ports = (spec?.containers ?? []).flatMap { $0.ports ?? [] }
        return ports.first { $0.name == "admin" }.map { Int($0.containerPort) } ?? Speakers.defaultPort
    }

    fileprivate var isRunning: Bool {
        metadata.deletionTimestamp == nil && (status?.phase ?? "Running") == "Running"
    }

    /// During an update two pods may be on a node: the one that runs counts, then the newer.
    fileprivate func isPreferred(over other: Pod) -> Bool {
        if isRunning != other.isRunning { return isRunning }
        guard let own = metadata.creationTimestamp, let others = other.metadata.creationTimestamp, own != others else {
            return key < other.key
        }
        return own > others
    }
}
