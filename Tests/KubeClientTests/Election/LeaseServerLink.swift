import KubeClient
import Synchronization

/// One client's way to a server, which can be cut.
final class LeaseServerLink: Sendable {
    private enum State { case whole, severed, silent }

    private let server: LeaseServer
    private let state = Mutex(State.whole)

    init(_ server: LeaseServer) {
        self.server = server
    }

    /// Lets every request fail from now on.
    func sever() { state.withLock { $0 = .severed } }

    /// Leaves every request without an answer from now on.
    func silence() { state.withLock { $0 = .silent } }

    var client: KubeClient {
        let transport = InMemoryTransport { [self] request in
            switch state.withLock({ $0 }) {
            case .severed: throw KubeError(.unreachable, "cut")
            case .silent: try await ContinuousClock().sleep(for: .seconds(3600))
            case .whole: break
            }
            let response = try await server.client.transport.send(request)
            return .bytes(Array(response.body), status: response.status)
        }
        return KubeClient(transport: transport, retry: RetryPolicy(attempts: 1))
    }
}
