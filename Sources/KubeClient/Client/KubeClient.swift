import FoundationEssentials
import KubeModel
import KubeYAML

/// Talks to one API server with types.
///
/// How the pieces of this target fit together:
///
/// - `KubeConnection.open(options, program:)` finds the server (kubeconfig, in-cluster); its `client` is what this describes;
///   `KubeClient(transport:)` takes any other, such as `InMemoryTransport` in tests.
/// - `client.get/list/create/update/patch/apply/delete`, `podProxy`, `serverVersion` are single requests. All of them throw
///   `KubeError`, whose `code` and `recovery` callers act on. 429 and 503 are retried as the server asks.
/// - `var stores = StoreSet(); let services = stores.register(Service.self)` names the kinds to follow. `APISource(client:stores:)`
///   or `ManifestDirectory(path:stores:)` is the service that fills them. `stores.isReady` is true once all are loaded.
/// - `store.snapshot` is an immutable value; `store.makeReader().read()` also says which keys changed since the last
///   read; `stores.signal.changes()` is a coalesced stream of "something changed".
/// - `LeaderElection` runs a closure while this process holds a Lease; `EventRecorder` writes events on transitions.
package struct KubeClient: Sendable {
    /// What carries the requests.
    package let transport: any KubeTransport
    private let retry: RetryPolicy

    /// Takes a transport; `retry` says how patient single requests are.
    package init(transport: any KubeTransport, retry: RetryPolicy = RetryPolicy()) {
        self.transport = transport
        self.retry = retry
    }

    /// Sends any request and returns the answer if its status is 200 to 299; throws `KubeError` otherwise.
    package func send(_ request: KubeRequest) async throws -> KubeResponse {
        try await retry.run {
            let response = try await transport.send(request)
            guard (200..<300).contains(response.status) else { throw KubeError(response) }
            return response
        }
    }

    /// Sends any request and decodes the answer.
    package func send<Value: Decodable>(_ request: KubeRequest, as type: Value.Type) async throws -> Value {
        let response = try await send(request)
        do {
            return try JSON.decode(type, from: response.body)
        } catch let error as DecodingError {
            throw KubeError(.undecodable, Self.sentence(error, request, response))
        }
    }

    /// Opens a stream; throws `KubeError` when the answer is not 200 to 299.
    package func open(_ request: KubeRequest) async throws -> KubeStream {
        let stream = try await transport.stream(request)
        guard (200..<300).contains(stream.status) else {
            var body: [UInt8] = []
            for try await piece in stream.pieces {
                body += piece
                // Enough for a Status; the rest may have no end.
                if body.count >= 1 << 16 { break }
            }
            throw KubeError(KubeResponse(status: stream.status, headers: stream.headers, body: Data(body)))
        }
        return stream
    }

    private static func sentence(_ error: DecodingError, _ request: KubeRequest, _ response: KubeResponse) -> String {
        let tree = try? JSON.decode(JSONValue.self, from: response.body)
        let fault = DecodingFault(error, in: tree)
        let place = fault.path.steps.isEmpty ? "" : "\(fault.path): "
        return "the answer to \(request.method.rawValue) \(request.path) cannot be decoded: \(place)\(fault.message)"
    }
}
