import AdminServer
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Testing

/// Requests to the API server are counted and timed by what they ask for.
@Suite struct RequestMetricsTests {
    private let registry = MetricsRegistry()

    /// The series of a metric, without its name.
    private func series(_ name: String) -> [String] {
        registry.exposition().split(separator: "\n").filter { $0.hasPrefix("\(name){") }
            .map { String($0.dropFirst(name.count)) }
    }

    private func client(
        _ answer: @escaping @Sendable (KubeRequest) async throws -> InMemoryTransport.Answer
    ) -> KubeClient {
        KubeClient(transport: InMemoryTransport(answer), retry: RetryPolicy(attempts: 1)).measured(by: registry)
    }

    private static let requests: [(KubeRequest, String)] = [
        (.get(Service.type, ObjectKey(namespace: "shop", name: "web")), #"resource="services",verb="get""#),
        (.list(Service.type), #"resource="services",verb="list""#),
        (.list(Service.type, ObjectScope(namespace: "shop")), #"resource="services",verb="list""#),
        (.list(Node.type), #"resource="nodes",verb="list""#),
        (.get(Node.type, ObjectKey(name: "n1")), #"resource="nodes",verb="get""#),
        (KubeRequest(.get, "/api/v1/namespaces/kube-system"), #"resource="namespaces",verb="get""#),
        (KubeRequest(.get, "/api/v1/namespaces"), #"resource="namespaces",verb="list""#),
        (.create(Node.type, namespace: nil, [:]), #"resource="nodes",verb="create""#),
        (.update(Node.type, ObjectKey(name: "n1"), [:]), #"resource="nodes",verb="update""#),
        (.delete(Node.type, ObjectKey(name: "n1")), #"resource="nodes",verb="delete""#),
        (
            .apply(
                Service.type,
                ObjectKey(namespace: "shop", name: "web"),
                [:],
                fieldManager: "test",
                force: true,
                subresource: "status"
            ),
            #"resource="services/status",verb="patch""#
        ),
        (
            .podProxy(namespace: "kube", pod: "p", port: "1", path: "/v1/peers/secret"),
            #"resource="pods/proxy",verb="get""#
        ),
        (KubeRequest(.get, "/version"), #"resource="none",verb="get""#),
        (KubeRequest(.get, "/apis/discovery.k8s.io/v1"), #"resource="none",verb="get""#),
    ]

    @Test(arguments: requests) func `a request is named by few words`(request: KubeRequest, labels: String) async throws
    {
        _ = try await client { _ in .json([:]) }.send(request)
        #expect(series("martlet_api_requests_total") == [#"{code="200",\#(labels)} 1"#])
        #expect(series("martlet_api_request_duration_seconds_count") == [#"{code="200",\#(labels)} 1"#])
    }

    @Test func `a watch is timed to the head of its answer`() async throws {
        let (pieces, feed) = AsyncThrowingStream.makeStream(of: [UInt8].self)
        let request = KubeRequest.watch(Node.type, from: "1", timeout: .seconds(10))
        let stream = try await client { _ in .stream(pieces) }.open(request)
        #expect(series("martlet_api_requests_total") == [#"{code="200",resource="nodes",verb="watch"} 1"#])
        #expect(series("martlet_api_request_duration_seconds_count").count == 1)
        feed.finish()
        for try await _ in stream.pieces {}
    }

    @Test func `refusals and missing answers are counted separately`() async throws {
        let answers: [KubeError.Code?] = [.forbidden, .unreachable]
        for answer in answers {
            let client = client { _ in
                guard answer == .forbidden else { throw KubeError(.unreachable, "no route") }
                return failure(403, "Forbidden")
            }
            await #expect(throws: KubeError.self) { try await client.send(.list(Node.type)) }
        }
        #expect(
            series("martlet_api_requests_total") == [
                #"{code="403",resource="nodes",verb="list"} 1"#, #"{code="error",resource="nodes",verb="list"} 1"#,
            ]
        )
    }

    @Test func `requests in bulk are counted and not timed`() async throws {
        let requests = (0..<20).map { KubeRequest.get(Node.type, ObjectKey(name: "n\($0)")) }
        await client { _ in .json([:]) }.send(requests) { _, _ in true }
        #expect(series("martlet_api_requests_total") == [#"{code="200",resource="nodes",verb="get"} 20"#])
        #expect(
            series("martlet_api_request_duration_seconds_count") == [#"{code="200",resource="nodes",verb="get"} 0"#]
        )
    }

    @Test func `a request that was given up is not counted`() async throws {
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let client = client { _ in
            start.yield()
            try await Task.sleep(for: .seconds(600))
            return .json([:])
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await client.send(.list(Node.type)) }
            for await _ in started { break }
            group.cancelAll()
        }
        #expect(series("martlet_api_requests_total") == [])
    }
}
