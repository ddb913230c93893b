import KubeClient
import KubeJSON
import KubeModel
import Logging
import Pacing
import Signals
import TestSupport
import Testing

/// An API server that comes back with another past than the one that was followed, as after a restore of etcd.
@Suite(.timeLimit(.minutes(10)))
struct WatchDoubtTests {
    private let clock = ManualClock()

    /// Follows nodes on a scripted server while `body` runs, with what a reader has been told of so far.
    private func follow(
        _ script: Script,
        _ body: (ResourceStore<Node>, StoreReader<Node>) async throws -> Void
    ) async throws {
        var stores = StoreSet()
        let store = stores.register(Node.self)
        let options = WatchOptions(
            backoff: Backoff(first: .seconds(1), longest: .seconds(1)),
            clock: clock,
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

    private func pass(_ duration: Duration) async {
        await clock.waitForSleepers(1, within: duration)
        clock.advance(by: duration)
    }

    /// The store of before the loss: `a` and `b`; the one of the backup has `b` and knows nothing of `a`.
    private var script: Script {
        Script([
            list([node("a", 900), node("b", 901)], version: 1000),
            list([node("b", 901), node("c", 905)], version: 910),
        ])
    }

    private let withoutA = StoreChanges(changed: [ObjectKey(name: "c")], removed: [ObjectKey(name: "a")])

    @Test func `a watch of versions yet to come is silent, and given up for a list`() async throws {
        let script = script
        try await follow(script) { store, reader in
            _ = try await script.nextWatch()
            await pass(.seconds(90))
            await pass(.seconds(1))
            let again = try await script.nextWatch()
            #expect(again.request.query.contains(.init("resourceVersion", "1000")), "the connection may be dead")
            await pass(.seconds(90))
            // The wait before the list.
            await pass(.seconds(30))
            let next = try await script.nextWatch()
            #expect(next.request.query.contains(.init("resourceVersion", "910")))
            #expect(reader.read().changes == withoutA, "what the new list still has is as it was")
            #expect(store.epoch == 1)
        }
        #expect(script.requests.count == 5)
    }

    @Test func `bookmarks and events end a silence`() async throws {
        let script = script
        try await follow(script) { store, _ in
            for version in 1001...1003 {
                let watch = try await script.nextWatch()
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(80))
                let object =
                    version == 1002 ? node("a", version) : ["metadata": ["resourceVersion": .string("\(version)")]]
                try watch.send(version == 1002 ? "MODIFIED" : "BOOKMARK", object)
                watch.close(KubeError(.unreachable, "connection reset"))
                await pass(.seconds(1))
            }
            _ = try await script.nextWatch()
            #expect(store.epoch == 0)
        }
        #expect(script.requests.count == 5)
    }

    @Test func `a server that is at an older version is found out by the next question`() async throws {
        let script = script
        try await follow(script) { _, reader in
            let watch = try await script.nextWatch()
            script.move(to: 910)
            watch.close(KubeError(.unreachable, "connection reset"))
            await pass(.seconds(1))
            await pass(.seconds(30))
            let next = try await script.nextWatch()
            #expect(next.request.query.contains(.init("resourceVersion", "910")))
            #expect(reader.read().changes == withoutA)
        }
        #expect(script.requests.count == 4)
    }

    @Test func `another cluster behind the same name is found out though its versions are newer`() async throws {
        let script = script
        try await follow(script) { store, reader in
            let watch = try await script.nextWatch()
            script.move(to: 2000, of: "two")
            watch.close()
            await pass(.seconds(1))
            await pass(.seconds(30))
            _ = try await script.nextWatch()
            #expect(reader.read().changes == withoutA)
            #expect(store.epoch == 1)
        }
    }

    @Test func `an event of an older version is not taken`() async throws {
        let script = script
        try await follow(script) { _, reader in
            let watch = try await script.nextWatch()
            try watch.send("DELETED", node("b", 990))
            await pass(.seconds(30))
            _ = try await script.nextWatch()
            #expect(reader.read().changes == withoutA)
        }
    }

    @Test(arguments: [
        ("9", "10", true), ("10", "9", false), ("10", "10", false), ("99", "100", true),
        ("18446744073709551615", "18446744073709551616", true), ("a", "b", false), ("", "1", false),
        ("09", "10", false),
    ])
    func `versions are compared as numbers of any length, and as nothing else`(
        version: String,
        other: String,
        isOlder: Bool
    ) {
        #expect(ResourceVersion.isOlder(version, than: other) == isOlder)
    }
}
