import KubeClient
import KubeJSON
import KubeModel
import Logging
import PlainText
import Signals
import TestSupport
import Testing

/// A store whose kind is one of those of which deleted objects count for a while.
@Suite(.timeLimit(.minutes(10)))
struct DeletedObjectTests {
    private let clock = ManualClock()
    private let a = ObjectKey(name: "a")

    /// Follows nodes, as if they were a kind of ours, on a scripted server while `body` runs.
    private func follow(
        _ script: Script,
        earlier: [Node] = [],
        _ body: (ResourceStore<Node>, StoreReader<Node>) async throws -> Void
    ) async throws {
        var stores = StoreSet()
        let store = stores.register(
            Node.self,
            patience: DeletionPatience(clock: clock),
            validate: { $0.metadata.labels?["bad"] == nil ? [] : [FieldError("metadata.labels", "expected none")] },
            isFinal: { $0.metadata.labels?["final"] == "true" },
            earlier: { earlier }
        )
        // What measures how long watches are silent stands still.
        let options = WatchOptions(
            clock: ManualClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let client = KubeClient(transport: script.transport, retry: RetryPolicy(attempts: 1))
        let source = APISource(client: client, stores: stores, options: options)
        try await alongside({ try await source.run() }) {
            try await store.signal.wait { store.isReady }
            let reader = store.makeReader()
            _ = reader.read()
            try await body(store, reader)
        }
    }

    private var script: Script { Script([list([node("a", 1)], version: 10)]) }

    /// A node that waits for its finalizers.
    private func going(_ name: String, _ version: Int, since: Timestamp) -> JSONValue {
        [
            "metadata": [
                "name": .string(name), "resourceVersion": .string("\(version)"),
                "deletionTimestamp": .string(since.description),
            ],
            "spec": [:], "status": [:],
        ]
    }

    private func pass(_ duration: Duration) async {
        await clock.waitForSleepers(1, within: duration)
        clock.advance(by: duration)
    }

    @Test func `an object that is made anew in time is only changed`() async throws {
        let script = script
        try await follow(script) { store, reader in
            let watch = try await script.nextWatch()
            try watch.send("DELETED", node("a", 11))
            try await store.signal.wait { store.isDeleted(a) }
            #expect(store.snapshot[a] != nil && reader.read().changes.isEmpty)
            #expect(store.deletions.map(\.object) == [ObjectReference(kind: "Node", name: "a")])
            #expect(store.deletions.map(\.isOverdue) == [false])
            await pass(.seconds(2))
            try await store.signal.wait { store.deletions.map(\.isOverdue) == [true] }
            try watch.send("ADDED", node("a", 12, labels: ["x": "y"]))
            try await store.signal.wait { !store.isDeleted(a) }
            #expect(reader.read().changes == StoreChanges(changed: [a]))
            #expect(store.snapshot[a]?.metadata.labels == ["x": "y"])
            // The old time is over without anything.
            clock.advance(by: .seconds(10))
            try watch.send("ADDED", node("b", 13))
            try await store.signal.wait { store.snapshot.count == 2 }
        }
    }

    @Test func `one that stays away is gone after five seconds`() async throws {
        let script = script
        try await follow(script) { store, reader in
            let watch = try await script.nextWatch()
            try watch.send("DELETED", node("a", 11))
            try await store.signal.wait { store.isDeleted(a) }
            await pass(.seconds(1))
            await pass(.seconds(4))
            try await store.signal.wait { store.snapshot.isEmpty }
            #expect(reader.read().changes == StoreChanges(removed: [a]))
            #expect(store.deletions.isEmpty)
        }
    }

    @Test func `one whose end is final is gone at once`() async throws {
        let script = script
        try await follow(script) { store, _ in
            let watch = try await script.nextWatch()
            try watch.send("MODIFIED", node("a", 11, labels: ["final": "true"]))
            try watch.send("DELETED", node("a", 12, labels: ["final": "true"]))
            try await store.signal.wait { store.snapshot.isEmpty }
            #expect(store.deletions.isEmpty)
        }
    }

    @Test func `one that finalizers keep ends five seconds after it began to go, and begins nothing new`() async throws
    {
        let script = script
        try await follow(script) { store, _ in
            let watch = try await script.nextWatch()
            let since = Timestamp(secondsSinceEpoch: 1_800_000_000)
            try watch.send("MODIFIED", going("a", 11, since: since))
            try await store.signal.wait { store.isDeleted(a) }
            #expect(store.snapshot[a]?.metadata.deletionTimestamp == nil, "it is as it was")
            await pass(.seconds(1))
            await pass(.seconds(4))
            try await store.signal.wait { store.snapshot.isEmpty }
            try watch.send("MODIFIED", going("a", 12, since: since))
            try watch.send("DELETED", going("a", 13, since: since))
            try watch.send("ADDED", node("b", 14))
            try await store.signal.wait { store.snapshot.keys.map(\.name) == ["b"] }
            #expect(store.deletions.isEmpty)
            try watch.send("ADDED", node("a", 15))
            try await store.signal.wait { store.snapshot.count == 2 }
        }
    }

    @Test func `one that is replaced by a broken one keeps what was good of it, for good`() async throws {
        let script = script
        try await follow(script) { store, _ in
            let watch = try await script.nextWatch()
            try watch.send("DELETED", node("a", 11))
            try watch.send("ADDED", node("a", 12, labels: ["bad": "yes"]))
            try await store.signal.wait { !store.refused.isEmpty }
            #expect(store.deletions.isEmpty && store.snapshot[a]?.metadata.labels == [:])
        }
    }

    @Test func `one that a new list lacks waits as well, and one that it has with another uid is only changed`()
        async throws
    {
        let script = Script([
            list([node("a", 1), node("b", 2)], version: 10), list([node("b", 31, labels: ["uid": "new"])], version: 40),
        ])
        try await follow(script) { store, reader in
            let watch = try await script.nextWatch()
            try watch.send("ERROR", ["kind": "Status", "code": 410, "reason": "Expired"])
            _ = try await script.nextWatch()
            #expect(store.deletions.map(\.object.name) == ["a"])
            #expect(reader.read().changes == StoreChanges(changed: [ObjectKey(name: "b")]))
        }
    }

    @Test func `what an earlier run knew and the first list lacks waits, and no longer than anything else`()
        async throws
    {
        let script = script
        let earlier = ["a", "gone"].map { Node(metadata: ObjectMeta(name: $0)) }
        try await follow(script, earlier: earlier) { store, _ in
            #expect(store.snapshot.keys.map(\.name) == ["a", "gone"])
            #expect(store.deletions.map(\.object.name) == ["gone"])
            #expect(store.restOfPatience == .seconds(5))
            await pass(.seconds(1))
            await pass(.seconds(4))
            try await store.signal.wait { store.snapshot.keys.map(\.name) == ["a"] }
            #expect(store.restOfPatience == nil)
        }
    }

    @Test func `one that has been going for long when a program starts does not count`() async throws {
        let script = Script([
            list([node("a", 1), going("old", 2, since: Timestamp(secondsSinceEpoch: 1_000_000_000))], version: 10)
        ])
        try await follow(script) { store, _ in
            #expect(store.snapshot.keys.map(\.name) == ["a"])
            #expect(store.deletions.isEmpty)
        }
    }
}
