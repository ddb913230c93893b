import FoundationEssentials
package import KubeClient
package import KubeJSON
package import KubeModel
import PlainText
import Planning
import SpeakerAPI

/// The speakers' pods, asked through the API server.
package struct Speakers: Sendable {
    /// The port that a speaker answers on when its pod does not say.
    package static let defaultPort = 9179

    package var pods: [String: Pod] { found.byNode }

    private let cluster: Cluster
    private let namespace: String
    private let found: SpeakerPods

    /// Finds the speakers of an installation on the chosen nodes.
    package init(on cluster: Cluster, namespace: String, nodes: NodeFilter) async throws {
        self.cluster = cluster
        self.namespace = namespace
        let list = try await cluster.list(Pod.self, namespace: namespace, selector: SpeakerPods.selector)
        found = SpeakerPods(list.items, on: nodes)
    }

    /// Asks every speaker the same question, some at a time, and sorts out who answered.
    ///
    /// Nodes that are expected to have a speaker and have none count as silent.
    package func ask<Document: SpeakerDocument>(
        _ path: String,
        query: [KubeRequest.Field] = [],
        for type: Document.Type,
        expecting expected: [String] = []
    ) async -> SpeakerAnswers<Document> {
        var answers = SpeakerAnswers<Document>(warnings: found.warnings)
        for node in expected where pods[node] == nil {
            answers.silent[node] = "no speaker's pod runs there in namespace \(namespace)"
        }
        var token: Redacted<String>?
        if pods.values.contains(where: { $0.isRunning && !$0.isPlain }) {
            do {
                token = try await cluster.viewerTokens.token(in: namespace, from: cluster.client)
            } catch {
                answers.warnings.append(Self.words(error, namespace))
            }
        }
        let question = Question(path: path, query: query, token: token)
        var waiting = pods.sorted { $0.key < $1.key }[...]
        await withTaskGroup(of: (String, Result<Document, CommandFailure>).self) { group in
            for (node, pod) in waiting.prefix(Self.askedAtOnce) {
                group.addTask { (node, await ask(pod, on: node, question)) }
            }
            waiting = waiting.dropFirst(Self.askedAtOnce)
            while let (node, answer) = await group.next() {
                switch answer {
                case .success(let document): answers.documents[node] = document
                case .failure(let failure): answers.silent[node] = failure.message
                }
                if let (node, pod) = waiting.popFirst() {
                    group.addTask { (node, await ask(pod, on: node, question)) }
                }
            }
        }
        return answers
    }

    private struct Question {
        let path: String
        let query: [KubeRequest.Field]
        let token: Redacted<String>?
    }

    private static let askedAtOnce = 16

    private func ask<Document: SpeakerDocument>(
        _ pod: Pod,
        on node: String,
        _ question: Question
    ) async -> Result<Document, CommandFailure> {
        guard pod.isRunning else {
            let state = pod.metadata.deletionTimestamp == nil ? pod.status?.phase ?? "not started" : "Terminating"
            return .failure(CommandFailure(message: "the speaker's pod \(pod.key) is \(state)"))
        }
        var headers: [KubeRequest.Field] = []
        if !pod.isPlain {
            guard let token = question.token else {
                return .failure(CommandFailure(message: "there is no token to ask pod \(pod.key) with"))
            }
            headers.append(KubeRequest.Field("X-Martlet-Token", token.value))
        }
        do {
            let response = try await cluster.client.podProxy(
                namespace: pod.metadata.namespace ?? namespace,
                pod: pod.metadata.name,
                port: String(pod.adminPort),
                isSecured: !pod.isPlain,
                path: question.path,
                query: question.query,
                headers: headers
            )
            let document = try JSON.decode(Document.self, from: response.body)
            guard document.node == node else {
                let problem = document.problem.map { ": \($0.asMessage)" } ?? ""
                return .failure(
                    CommandFailure(
                        message: "pod \(pod.key) answers for \(document.node.quoted), which is refused\(problem)"
                    )
                )
            }
            return .success(document)
        } catch let error as DecodingError {
            return .failure(CommandFailure(message: "pod \(pod.key) answers in another version: \(error.words)"))
        } catch let error as KubeError where error.status == nil && Self.refusals.contains(error.code) {
            // The API server says no with a Status, the speaker in plain words.
            if error.code == .unauthorized { cluster.viewerTokens.forget(namespace) }
            return .failure(CommandFailure(message: "the speaker's pod \(pod.key) refuses: \(error.message)"))
        } catch {
            return .failure(CommandFailure(error))
        }
    }

    private static let refusals: Set<KubeError.Code> = [.unauthorized, .forbidden]

    /// Why there is no token, and what gives the right to one.
    private static func words(_ error: any Error, _ namespace: String) -> String {
        let account = "serviceaccount \(namespace)/\(ViewerTokens.account)"
        return switch (error as? KubeError)?.code {
        case .forbidden:
            "you may not create a token of \(account), which speakers want to see: the Role bgp-routes-reader in namespace "
                + "\(namespace) gives that right"
        case .notFound: "there is no \(account), whose token speakers want to see: config/rbac has it"
        default: "there is no token of \(account), which speakers want to see: \(CommandFailure(error).message)"
        }
    }
}

/// What a speaker answers: it says for which node.
package protocol SpeakerDocument: Decodable, Sendable {
    /// The node it speaks for.
    var node: String { get }
    /// Why it speaks for no node at all; nil when it does.
    var problem: String? { get }
}

extension NodeRoutes: SpeakerDocument {
    /// The page of peers tells it.
    package var problem: String? { nil }
}
extension NodePeers: SpeakerDocument {}

/// What the speakers said, and who said nothing and why.
package struct SpeakerAnswers<Document: Sendable>: Sendable {
    /// The answers by node.
    package var documents: [String: Document] = [:]

    /// The reasons by node.
    package var silent: [String: String] = [:]

    /// What is in doubt about the speakers, or keeps all of them from answering.
    package var warnings: [String] = []

    /// Who did not answer, as a part of a document.
    package var unanswered: JSONValue {
        .array(silent.sorted { $0.key < $1.key }.map { ["node": .string($0.key), "reason": .string($0.value)] })
    }

    /// Says what is in doubt, and names the nodes that did not answer, one line each.
    package func report(on console: Console) {
        for warning in warnings { console.warn(warning) }
        for (node, reason) in silent.sorted(by: { $0.key < $1.key }) {
            console.warn("\(node) does not answer: \(reason)")
        }
    }
}
