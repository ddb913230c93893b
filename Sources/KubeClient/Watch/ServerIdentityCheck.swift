import KubeModel
import LogKeys
import Logging
import Signals
import Synchronization

/// Finds out which cluster the API server serves, for all watchers of a program at once: by the uid of the namespace `kube-system`,
/// which every cluster has from its first minute to its end.
///
/// A program that may not read it runs on without: then a server of another cluster is only known by its versions.
final class ServerIdentityCheck: Sendable {
    private struct State {
        /// The number of the last question.
        var asked = 0
        /// Up to which question there is an answer.
        var answered = 0
        /// The uid; nil while it is not known.
        var uid: String?
        var isToldOf = false
    }

    private static let namespace = ObjectKey(name: "kube-system")
    private let state = Mutex(State())
    private let questions = ChangeSignal()
    private let answers = ChangeSignal()

    /// Answers questions until cancelled; those that come together are one request.
    func run(_ client: KubeClient, logger: Logger) async throws {
        for await _ in questions.changes() {
            let last = state.withLock(\.asked)
            guard state.withLock({ $0.answered < last }) else { continue }
            let uid = await ask(client, logger)
            try Task.checkCancellation()
            state.withLock { state in
                state.answered = last
                state.uid = uid
            }
            answers.notify()
        }
    }

    /// The uid as the server says it from now on, nil when it does not, or not to this program; throws `CancellationError`.
    func uid() async throws -> String? {
        let question = state.withLock { state in
            state.asked += 1
            return state.asked
        }
        questions.notify()
        try await answers.wait { state.withLock { $0.answered >= question } }
        return state.withLock(\.uid)
    }

    private func ask(_ client: KubeClient, _ logger: Logger) async -> String? {
        do {
            return try await client.get(Namespace.self, Self.namespace).metadata.uid
        } catch {
            let isFirst = state.withLock { state in
                defer { state.isToldOf = true }
                return !state.isToldOf
            }
            if isFirst {
                logger.debug("which cluster the server serves is not known", metadata: [.error: "\(error)"])
            }
            return nil
        }
    }
}
