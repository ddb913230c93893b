import KubeClient
import KubeJSON
import KubeModel
import Synchronization

/// An API server that answers list and watch requests as a test says, one after another.
final class Script: Sendable {
    /// A watch that the test feeds.
    struct Watch: Sendable {
        let request: KubeRequest
        let continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation

        func send(_ type: String, _ object: JSONValue) throws {
            let line: JSONValue = ["type": .string(type), "object": object]
            continuation.yield(Array(try JSON.encode(line)) + Array("\n".utf8))
        }

        func close(_ error: (any Error)? = nil) { continuation.finish(throwing: error) }
    }

    private struct State {
        var answers: [InMemoryTransport.Answer]
        var requests: [KubeRequest] = []
        var version: Int?
        var cluster = "one"
    }

    private let state: Mutex<State>
    private let opened: AsyncStream<Watch>.Continuation
    private let watches: AsyncStream<Watch>

    /// Takes the answers to everything that is no watch; the last is given again and again.
    init(_ answers: [InMemoryTransport.Answer]) {
        state = Mutex(State(answers: answers))
        (watches, opened) = AsyncStream.makeStream(of: Watch.self)
    }

    /// Waits for the next watch to be opened.
    func nextWatch() async throws -> Watch {
        for await watch in watches { return watch }
        throw CancellationError()
    }

    /// The requests, but for those by which a watcher finds out where the server is.
    var requests: [KubeRequest] { state.withLock(\.requests) }

    /// Lets the server be at a version, and serve a cluster; nil is a version that is newer than any.
    func move(to version: Int?, of cluster: String = "one") {
        state.withLock { state in
            state.version = version
            state.cluster = cluster
        }
    }

    var transport: InMemoryTransport {
        InMemoryTransport { [self] request in
            if request.path == "/api/v1/namespaces/kube-system" {
                return .json(["metadata": ["name": "kube-system", "uid": .string(state.withLock(\.cluster))]])
            }
            if request.query.contains(.init("limit", "1")) {
                return list([], version: state.withLock(\.version) ?? .max)
            }
            if request.query.contains(.init("watch", "1")) {
                state.withLock { $0.requests.append(request) }
                let (stream, continuation) = AsyncThrowingStream.makeStream(of: [UInt8].self)
                opened.yield(Watch(request: request, continuation: continuation))
                return .stream(stream)
            }
            return state.withLock { state in
                state.requests.append(request)
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
        }
    }
}

func node(_ name: String, _ version: Int, labels: [String: String] = [:]) -> JSONValue {
    [
        "apiVersion": "v1", "kind": "Node",
        "metadata": [
            "name": .string(name), "resourceVersion": .string("\(version)"),
            "labels": .object(labels.mapValues { .string($0) }),
        ],
        "spec": [:], "status": [:],
    ]
}

func list(_ items: [JSONValue], version: Int, continue token: String? = nil) -> InMemoryTransport.Answer {
    var metadata: [String: JSONValue] = ["resourceVersion": .string("\(version)")]
    if let token { metadata["continue"] = .string(token) }
    return .json(["kind": "NodeList", "apiVersion": "v1", "metadata": .object(metadata), "items": .array(items)])
}

func failure(_ code: Int, _ reason: String, headers: [KubeRequest.Field] = []) -> InMemoryTransport.Answer {
    .json(
        [
            "kind": "Status", "status": "Failure", "reason": .string(reason), "message": .string(reason),
            "code": .integer(Int64(code)),
        ],
        status: code,
        headers: headers
    )
}
