import FoundationEssentials
import KubeJSON
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
    let retry: RetryPolicy

    /// Takes a transport; `retry` says how patient single requests are.
    package init(transport: any KubeTransport, retry: RetryPolicy = RetryPolicy()) {
        self.transport = transport
        self.retry = retry
    }

    /// Runs work that sends many small requests and computes little, where that costs least; its child tasks run there, too.
    package func busy<Value>(_ work: () async throws -> Value) async rethrows -> Value {
        try await withTaskExecutorPreference(transport.executor, operation: work)
    }

    /// Sends any request and returns the answer if its status is 200 to 299; throws `KubeError` otherwise.
    package func send(_ request: KubeRequest) async throws -> KubeResponse {
        try await retry.run {
            let response = try await transport.send(request)
            guard (200..<300).contains(response.status) else { throw KubeError(response) }
            return response
        }
    }

    /// Sends a request and hands over the body of a good answer piece by piece; throws `KubeError` for any other.
    ///
    /// `begin` is called before each attempt, since the server may ask for patience.
    func read(
        _ request: KubeRequest,
        begin: () -> Void,
        take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws {
        try await retry.run {
            begin()
            let response = try await transport.read(request, take: take)
            guard (200..<300).contains(response.status) else { throw KubeError(response) }
        }
    }

    /// What every object has, is long, and nobody here asks for: who set which of its fields.
    static let unread = ["managedFields"]

    /// Sends any request and decodes the answer, all but the `managedFields` of objects, and members of any other names given.
    package func send<Value: Decodable>(
        _ request: KubeRequest,
        as type: Value.Type,
        leavingOut unread: [String] = []
    ) async throws -> Value {
        let response = try await send(request)
        do {
            return try JSON.decode(type, from: try JSON.read(response.body, leavingOut: Self.unread + unread))
        } catch let error as DecodingError {
            throw KubeError(.undecodable, Self.sentence(error, request, response))
        }
    }

    /// Sends requests of which none depends on another, many at a time, and hands over each answer, with the place of its
    /// request, as it comes.
    ///
    /// Ends early when `take` returns false; what is under way then is still answered. The answers are in no order.
    package func send(
        _ requests: [KubeRequest],
        take: (_ place: Int, _ answer: Result<KubeResponse, any Error>) async -> Bool
    ) async {
        await busy {
            await transport.send(requests) { place, answer in
                guard case .success(let response) = answer, !(200..<300).contains(response.status) else {
                    return await take(place, answer)
                }
                let error = KubeError(response)
                guard [.unauthorized, .tooManyRequests, .serverError].contains(error.code) else {
                    return await take(place, .failure(error))
                }
                // Single requests have the patience, and the means to renew a token.
                do {
                    return await take(place, .success(try await send(requests[place])))
                } catch {
                    return await take(place, .failure(error))
                }
            }
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
