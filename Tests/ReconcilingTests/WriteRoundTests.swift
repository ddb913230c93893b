import KubeClient
import KubeJSON
import KubeModel
import Logging
import Reconciling
import Synchronization
import Testing

struct WriteRoundTests {
    private func writes(_ names: [String]) -> [WriteRound.Write] {
        names.map { name in
            let key = ObjectKey(namespace: "default", name: name)
            return WriteRound.Write(
                ObjectReference(kind: "Service", namespace: "default", name: name),
                .patch(Service.type, key, .merge(["status": [:]]))
            )
        }
    }

    private func round(_ answer: @escaping @Sendable (KubeRequest) async throws -> InMemoryTransport.Answer)
        -> WriteRound
    {
        let client = KubeClient(transport: InMemoryTransport(answer), retry: RetryPolicy(attempts: 1))
        return WriteRound(client, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static let written: InMemoryTransport.Answer = .json(["metadata": ["name": "x", "resourceVersion": "1"]])

    private static func refusal(_ status: Int, _ reason: String) -> InMemoryTransport.Answer {
        .json(["kind": "Status", "reason": .string(reason), "message": "no"], status: status)
    }

    @Test func `at least eight writes are under way at a time, and asked to be answered with metadata alone`()
        async throws
    {
        let state = Mutex((underWay: 0, most: 0, accepted: Set<String>()))
        var round = round { request in
            state.withLock { state in
                state.underWay += 1
                state.most = max(state.most, state.underWay)
                state.accepted.formUnion(request.headers.filter { $0.name == "Accept" }.map(\.value))
            }
            for _ in 0..<100 { await Task.yield() }
            state.withLock { $0.underWay -= 1 }
            return Self.written
        }
        var answered = 0
        try await round.send(writes((0..<40).map { "s\($0)" })) { _, answer in
            let version = try answer.get().resourceVersion
            #expect(version == "1")
            answered += 1
        }
        try round.end()
        #expect(answered == 40)
        #expect(state.withLock(\.most) >= 8)
        #expect(
            state.withLock(\.accepted) == [
                "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
            ]
        )
    }

    @Test func `a refusal keeps no other write from being made, and ends the round`() async throws {
        var round = round { $0.path.hasSuffix("/bad") ? Self.refusal(422, "Invalid") : Self.written }
        var taken: [Int] = []
        try await round.send(writes(["a", "bad", "c"])) { place, answer in
            _ = try answer.get()
            taken.append(place)
        }
        #expect(taken.sorted() == [0, 2])
        #expect(throws: KubeError.self) { try round.end() }
    }

    @Test func `an object that is gone is not a failure`() async throws {
        var round = round { _ in Self.refusal(404, "NotFound") }
        try await round.send(writes(["a"])) { _, answer in _ = try answer.get() }
        try round.end()
    }

    @Test func `a server that does not answer ends the writes at once`() async throws {
        let count = Mutex(0)
        var round = round { _ in
            count.withLock { $0 += 1 }
            throw KubeError(.unreachable, "away")
        }
        await #expect(throws: KubeError.self) {
            try await round.send(writes((0..<100).map { "s\($0)" })) { _, answer in _ = try answer.get() }
        }
        #expect(count.withLock(\.self) < 100)
    }
}
