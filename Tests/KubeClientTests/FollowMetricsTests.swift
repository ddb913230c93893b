import AdminServer
import KubeClient
import KubeModel
import Logging
import TestSupport
import Testing

/// Lists and watches that fail are counted, by kind and by why.
@Suite(.timeLimit(.minutes(10)))
struct FollowMetricsTests {
    private let registry = MetricsRegistry()
    private let clock = ManualClock()

    private func series() -> [String] {
        registry.exposition().split(separator: "\n").filter { $0.contains("failures") && !$0.hasPrefix("#") }
            .map(String.init)
    }

    private func follow(
        _ script: Script,
        isOptional: Bool = false,
        _ body: (ResourceStore<Node>) async throws -> Void
    ) async throws {
        var stores = StoreSet()
        let store = stores.register(Node.self, isOptional: isOptional)
        let options = WatchOptions(
            backOff: BackOff(first: .seconds(1), longest: .seconds(1)),
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            metrics: registry
        )
        let client = KubeClient(transport: script.transport, retry: RetryPolicy(attempts: 1))
        let source = APISource(client: client, stores: stores, options: options)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await source.run() }
            defer { group.cancelAll() }
            try await body(store)
        }
    }

    /// Lets a wait between attempts pass.
    private func pause() async {
        await clock.waitForSleepers(1, within: .seconds(1))
        clock.advance(by: .seconds(1))
    }

    @Test func `a list that is refused counts each time, and a watch that breaks`() async throws {
        let script = Script([
            failure(403, "Forbidden"), failure(403, "Forbidden"), failure(500, "InternalError"),
            list([node("a", 1)], version: 10),
        ])
        try await follow(script) { _ in
            for _ in 0..<3 { await pause() }
            let watch = try await script.nextWatch()
            #expect(
                series() == [
                    #"martlet_list_failures_total{resource="nodes",reason="Forbidden"} 2"#,
                    #"martlet_list_failures_total{resource="nodes",reason="ServerError"} 1"#,
                ]
            )
            watch.close(KubeError(.unreachable, "connection reset"))
            await pause()
            let next = try await script.nextWatch()
            #expect(series().last == #"martlet_watch_failures_total{resource="nodes",reason="Unreachable"} 1"#)
            // The version is too old: the list is read again.
            try next.send("ERROR", ["kind": "Status", "code": 410, "reason": "Expired", "message": "too old"])
            await pause()
            _ = try await script.nextWatch()
            #expect(series().contains(#"martlet_watch_failures_total{resource="nodes",reason="Expired"} 1"#))
            #expect(series().count == 4)
        }
    }

    @Test func `nothing fails where a kind may be absent, nor where a watch ends`() async throws {
        let script = Script([failure(404, "NotFound"), list([node("a", 1)], version: 10)])
        try await follow(script, isOptional: true) { store in
            await pause()
            let watch = try await script.nextWatch()
            try watch.send("ADDED", node("b", 11))
            try await store.signal.wait { store.snapshot.count == 2 }
            watch.close()
            _ = try await script.nextWatch()
            #expect(series() == [])
        }
    }

    @Test func `what servers say makes no series of its own`() async throws {
        let script = Script((0..<40).map { failure(400 + $0, "Reason\($0)") } + [list([], version: 1)])
        try await follow(script) { _ in
            for _ in 0..<40 { await pause() }
            _ = try await script.nextWatch()
            #expect(series().count < KubeError.Code.allCases.count)
            #expect(series().allSatisfy { !$0.contains("Reason1") })
        }
    }
}
