import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Synchronization

/// An API server that keeps one object and refuses updates of versions that are not the latest.
final class LeaseServer: Sendable {
    private struct State {
        var lease: Lease?
        var version = 0
    }

    private let state = Mutex(State())

    /// What the server has.
    var lease: Lease? { state.withLock(\.lease) }

    var client: KubeClient {
        let transport = InMemoryTransport { [self] request in
            let body = try request.body.map { try JSON.decode(Lease.self, from: Data($0)) }
            return try state.withLock { state in
                switch request.method {
                case .get:
                    guard let lease = state.lease else { return failure(404, "NotFound") }
                    return .json(try JSON.tree(lease))
                case .post where state.lease != nil:
                    return failure(409, "AlreadyExists")
                case .put where state.lease?.metadata.resourceVersion != body?.metadata.resourceVersion:
                    return failure(409, "Conflict")
                default:
                    guard var lease = body else { return failure(400, "BadRequest") }
                    state.version += 1
                    lease.metadata.resourceVersion = "\(state.version)"
                    state.lease = lease
                    return .json(try JSON.tree(lease))
                }
            }
        }
        return KubeClient(transport: transport, retry: RetryPolicy(attempts: 1))
    }
}
