import AdminServer
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Logging
import PlainText
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct EventRecorderTests {
    @Test func `what was said last is not said again, what is said again later counts up`() async {
        let (written, notes) = AsyncStream.makeStream(of: String.self)
        let transport = InMemoryTransport { request in
            let body = try JSON.decode(JSONValue.self, from: request.body ?? Data()).object ?? [:]
            let series = body["series"]?.object?["count"]
            let note = body["note"].map { "\($0.string ?? "")" } ?? "count \(series?.integer ?? 0)"
            notes.yield("\(request.method.rawValue) \(note)")
            return .json(.object(body.merging(["kind": "Event"]) { $1 }))
        }
        let recorder = EventRecorder(
            client: KubeClient(transport: transport),
            controller: "martlet.dev/test",
            instance: "pod",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let subject = Event.Subject(apiVersion: "v1", kind: "Service", namespace: "shop", name: "web", uid: "1")
        func say(_ note: String) {
            recorder.record(
                EventDraft(
                    level: .normal,
                    reason: "Assigned",
                    action: "Assign",
                    regarding: subject,
                    note: note
                )
            )
        }
        for note in ["up", "up", "down", "down", "up", "other"] { say(note) }
        await withThrowingTaskGroup { group in
            group.addTask { try await recorder.run() }
            var seen: [String] = []
            for await line in written {
                seen.append(line)
                if seen.count == 4 { break }
            }
            #expect(seen == ["POST up", "POST down", "PATCH count 2", "POST other"])
            group.cancelAll()
        }
    }

    /// Ten thousand Services that get their addresses at once must not become ten thousand events.
    @Test func `a hundred events may come at once, the last of them warnings, and then one each second`() async throws {
        let (written, notes) = AsyncStream.makeStream(of: String.self)
        let transport = InMemoryTransport { request in
            let body = try JSON.decode(JSONValue.self, from: request.body ?? Data())
            notes.yield(body["note"]?.string ?? "")
            return .json(body)
        }
        let time = Mutex((now: 0.0, asked: 0))
        let registry = MetricsRegistry()
        let recorder = EventRecorder(
            client: KubeClient(transport: transport),
            controller: "martlet.dev/test",
            instance: "pod",
            metrics: registry,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: {
                let now = time.withLock { time in
                    time.asked += 1
                    return time.now
                }
                return Timestamp(secondsSinceEpoch: now)
            }
        )
        func say(_ level: Event.Level, _ note: String) {
            recorder.record(
                EventDraft(
                    level: level,
                    reason: "Assigned",
                    action: "Assign",
                    regarding: Event.Subject(
                        apiVersion: "v1",
                        kind: "Service",
                        namespace: "shop",
                        name: note,
                        uid: note
                    ),
                    note: note
                )
            )
        }
        for number in 0..<500 { say(.normal, "normal \(number)") }
        for number in 0..<100 { say(.warning, "warning \(number)") }
        try await withThrowingTaskGroup { group in
            group.addTask { try await recorder.run() }
            var lines = written.makeAsyncIterator()
            var seen: [String] = []
            while seen.count < 100, let line = await lines.next() { seen.append(line) }
            #expect(seen == (0..<75).map { "normal \($0)" } + (0..<25).map { "warning \($0)" })
            // Those that are left out take no token of the seconds to come, so each is decided on before time goes on.
            try await eventually("every event decided on", is: 600) { time.withLock { $0.asked } }
            try await eventually("those left out are counted", is: true) {
                registry.exposition().hasSuffix("\nmartlet_events_dropped_total 500\n")
            }
            // What was left out was not said, so it can be said later.
            time.withLock { $0.now = 26 }
            for number in 498..<500 { say(.normal, "normal \(number)") }
            say(.warning, "warning 99")
            #expect(await lines.next() == "normal 498")
            #expect(await lines.next() == "warning 99")
            group.cancelAll()
        }
    }
}
