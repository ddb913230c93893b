import FoundationEssentials
import KubeClient
import KubeModel
import Logging
import Synchronization
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
                EventRecorder.Entry(
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
}
