import AdminServer
import KubeClient
import KubeJSON
import KubeModel
import Logging
import Pacing
import PlainMetrics
import Signals
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
            backoff: Backoff(first: .seconds(1), longest: .seconds(1)),
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
                    #"martlet_list_failures_total{reason="Forbidden",resource="nodes"} 2"#,
                    #"martlet_list_failures_total{reason="ServerError",resource="nodes"} 1"#,
                ]
            )
            watch.close(KubeError(.unreachable, "connection reset"))
            await pause()
            let next = try await script.nextWatch()
            #expect(series().last == #"martlet_watch_failures_total{reason="Unreachable",resource="nodes"} 1"#)
            // The version is too old: the list is read again.
            try next.send("ERROR", ["kind": "Status", "code": 410, "reason": "Expired", "message": "too old"])
            await pause()
            _ = try await script.nextWatch()
            #expect(series().contains(#"martlet_watch_failures_total{reason="Expired",resource="nodes"} 1"#))
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

    /// The series of a metric, without its name.
    private func series(_ name: String) -> [String] {
        registry.exposition().split(separator: "\n").filter { $0.hasPrefix("\(name){") }
            .map { String($0.dropFirst(name.count)) }
    }

    @Test func `metrics show whether a resource is followed, and why watches end`() async throws {
        let script = Script([list([node("a", 1)], version: 10)])
        try await follow(script) { _ in
            func restarts() -> [String] { series("martlet_watch_restarts_total") }
            let connected = "martlet_watch_connected"
            let watch = try await script.nextWatch()
            try await eventually("the watch is open", is: [#"{resource="nodes"} 1"#]) { series(connected) }
            #expect(restarts().count == 3 && restarts().allSatisfy { $0.hasSuffix(" 0") })
            watch.close(KubeError(.unreachable, "connection reset"))
            await clock.waitForSleepers(1, within: .seconds(1))
            #expect(series(connected) == [#"{resource="nodes"} 0"#])
            #expect(restarts().last { $0.hasSuffix(" 1") } == #"{reason="error",resource="nodes"} 1"#)
            clock.advance(by: .seconds(1))
            let next = try await script.nextWatch()
            try next.send("ERROR", ["kind": "Status", "code": 410, "reason": "Expired", "message": "too old"])
            await pause()
            let last = try await script.nextWatch()
            #expect(restarts().contains(#"{reason="expired",resource="nodes"} 1"#))
            try last.send("BOOKMARK", node("", 12))
            last.close()
            _ = try await script.nextWatch()
            #expect(restarts().contains(#"{reason="closed",resource="nodes"} 1"#))
            try await eventually("the watch is open", is: [#"{resource="nodes"} 1"#]) { series(connected) }
        }
        #expect(series("martlet_watch_connected") == [], "it goes with the one who follows")
    }

    @Test func `a kind that the cluster does not know has no series`() async throws {
        try await follow(Script([failure(404, "NotFound")]), isOptional: true) { store in
            try await store.signal.wait { store.isReady }
            #expect(registry.exposition() == "")
        }
    }

    @Test func `metrics show how many objects are known, by kind`() async throws {
        var stores = StoreSet()
        let store = stores.register(Node.self)
        _ = stores.register(Service.self)
        let source = APISource(
            client: KubeClient(transport: Script([list([node("a", 1), node("b", 2)], version: 10)]).transport),
            stores: stores,
            options: WatchOptions(clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try? await source.run() }
            defer { group.cancelAll() }
            try await store.signal.wait { store.isReady }
        }
        let samples = stores.samples.map { ($0.labels.map(\.1), $0.value) }
        #expect(samples.first { $0.0 == ["Node"] }?.1 == 2)
        #expect(samples.count == 2)
    }
}
