import KubeClient
import KubeJSON
import KubeModel
import Logging
import Pacing
import Signals
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct APISourceTests {
    private let clock = ManualClock()

    private var options: WatchOptions {
        WatchOptions(
            pageSize: 2,
            idleTimeout: .seconds(90),
            backoff: Backoff(first: .seconds(1), longest: .seconds(8)),
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Follows nodes on a scripted server while `body` runs.
    private func follow(
        _ script: Script,
        scope: ObjectScope = .all,
        _ body: (ResourceStore<Node>) async throws -> Void
    ) async throws {
        try await follow(Node.self, script, scope: scope, body)
    }

    /// Follows any kind.
    private func follow<Object: KubeObject>(
        _ type: Object.Type,
        _ script: Script,
        scope: ObjectScope = .all,
        _ body: (ResourceStore<Object>) async throws -> Void
    ) async throws {
        try await follow(type, script, scope: scope) { store, _ in try await body(store) }
    }

    /// Follows any kind, and shows the set that its store is in.
    private func follow<Object: KubeObject>(
        _ type: Object.Type,
        _ script: Script,
        scope: ObjectScope = .all,
        _ body: (ResourceStore<Object>, StoreSet) async throws -> Void
    ) async throws {
        var stores = StoreSet()
        let store = stores.register(type, scope: scope)
        let client = KubeClient(transport: script.transport, retry: RetryPolicy(attempts: 1))
        let source = APISource(client: client, stores: stores, options: options)
        try await alongside({ try await source.run() }) {
            try await body(store, stores)
        }
    }

    private func names(_ store: ResourceStore<Node>) -> [String] { store.snapshot.keys.map(\.name) }

    @Test func `pages are read to the end before the store shows anything, and a watch goes on from there`()
        async throws
    {
        let script = Script([
            list([node("a", 1), node("b", 2)], version: 9, continue: "next"), list([node("c", 3)], version: 10),
        ])
        try await follow(script, scope: ObjectScope(labelSelector: "rack=1")) { store in
            let watch = try await script.nextWatch()
            #expect(store.isReady)
            #expect(names(store) == ["a", "b", "c"])
            try watch.send("ADDED", node("d", 11))
            try watch.send("DELETED", node("a", 12))
            try watch.send("MODIFIED", node("b", 13, labels: ["x": "y"]))
            try await store.signal.wait {
                names(store) == ["b", "c", "d"] && store.snapshot[ObjectKey(name: "b")]?.metadata.labels == ["x": "y"]
            }
        }
        #expect(
            script.requests.map(\.target) == [
                "/api/v1/nodes?labelSelector=rack%3D1&limit=2",
                "/api/v1/nodes?labelSelector=rack%3D1&limit=2&continue=next",
                "/api/v1/nodes?watch=1&labelSelector=rack%3D1&resourceVersion=10&allowWatchBookmarks=true&timeoutSeconds=290",
            ]
        )
    }

    @Test func `changes of a part notify the whole, and not the other way round`() async throws {
        let whole = ChangeSignal()
        let part = ChangeSignal(partOf: whole)
        let sibling = ChangeSignal(partOf: whole)
        var ofWhole = whole.changes().makeAsyncIterator()
        var ofPart = part.changes().makeAsyncIterator()
        // The first element is there without a change.
        _ = await (ofWhole.next(), ofPart.next())
        sibling.gather {
            sibling.notify()
            sibling.notify()
        }
        #expect(await ofWhole.next() != nil)
        whole.notify()
        #expect(await ofWhole.next() != nil)
        part.notify()
        #expect(await ofPart.next() != nil)
        #expect(await ofWhole.next() != nil)
    }

    @Test func `changes that arrive together are one notification`() async throws {
        let script = Script([list([node("a", 1)], version: 10)])
        try await follow(script) { store in
            let watch = try await script.nextWatch()
            var changes = store.signal.changes().makeAsyncIterator()
            _ = await changes.next()
            let lines: [JSONValue] = [
                ["type": "MODIFIED", "object": node("a", 10)], ["type": "ADDED", "object": node("b", 11)],
                ["type": "BOOKMARK", "object": ["metadata": ["resourceVersion": "12"]]],
                ["type": "ADDED", "object": node("c", 13)],
            ]
            watch.continuation.yield(lines.flatMap { JSONWriter.bytes($0) + Array("\n".utf8) })
            _ = await changes.next()
            #expect(names(store) == ["a", "b", "c"])
        }
    }

    @Test func `a server that knows a kind in an older version alone is asked for that`() async throws {
        let script = Script([
            failure(404, "NotFound"), list([network("n", 1)], version: 10), list([network("n", 1)], version: 20),
        ])
        try await follow(ServiceCIDR.self, script) { store in
            let first = try await script.nextWatch()
            #expect(store.snapshot.objects.first?.spec?.cidrs == ["10.96.0.0/12"])
            try first.send("ADDED", network("m", 11))
            try await store.signal.wait { store.snapshot.count == 2 }
            // The server is upgraded, and the version of before is no longer there.
            try first.send("ERROR", ["kind": "Status", "code": 404, "reason": "NotFound"])
            _ = try await script.nextWatch()
            #expect(store.snapshot.keys.map(\.name) == ["n"])
        }
        let path = "/apis/networking.k8s.io"
        #expect(
            script.requests.map { "\($0.path)\($0.query.contains(.init("watch", "1")) ? " watch" : "")" } == [
                "\(path)/v1/servicecidrs", "\(path)/v1beta1/servicecidrs", "\(path)/v1beta1/servicecidrs watch",
                "\(path)/v1/servicecidrs", "\(path)/v1/servicecidrs watch",
            ]
        )
    }

    private func network(_ name: String, _ version: Int) -> JSONValue {
        [
            "metadata": ["name": .string(name), "resourceVersion": .string("\(version)")],
            "spec": ["cidrs": ["10.96.0.0/12"]],
        ]
    }

    @Test func `a watch that ends or breaks goes on from the last version, bookmarks included`() async throws {
        let script = Script([list([node("a", 1)], version: 10)])
        try await follow(script) { store in
            let first = try await script.nextWatch()
            try first.send("BOOKMARK", ["kind": "Node", "metadata": ["resourceVersion": "50"]])
            first.close()
            let second = try await script.nextWatch()
            #expect(second.request.query.contains(.init("resourceVersion", "50")))
            try second.send("ADDED", node("b", 51))
            second.close(KubeError(.unreachable, "connection reset"))
            await clock.waitForSleepers(1, within: .seconds(2))
            clock.advance(by: .seconds(2))
            let third = try await script.nextWatch()
            #expect(third.request.query.contains(.init("resourceVersion", "51")))
            #expect(names(store) == ["a", "b"])
        }
        #expect(script.requests.count == 4)
    }

    @Test func `silence for too long means a dead connection`() async throws {
        let script = Script([list([node("a", 1)], version: 10)])
        try await follow(script) { _ in
            _ = try await script.nextWatch()
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(90))
            await clock.waitForSleepers(1, within: .seconds(2))
            clock.advance(by: .seconds(2))
            let second = try await script.nextWatch()
            #expect(second.request.query.contains(.init("resourceVersion", "10")))
        }
    }

    @Test func `410 as an event lists again and swaps the new world in`() async throws {
        let script = Script([
            list([node("a", 1), node("b", 2)], version: 10), list([node("b", 2), node("c", 30)], version: 40),
        ])
        try await follow(script) { store in
            let reader = store.makeReader()
            let first = try await script.nextWatch()
            #expect(
                reader.read().changes
                    == StoreChanges(isResync: true, changed: [ObjectKey(name: "a"), ObjectKey(name: "b")])
            )
            try first.send("ERROR", ["kind": "Status", "code": 410, "reason": "Expired"])
            let second = try await script.nextWatch()
            #expect(second.request.query.contains(.init("resourceVersion", "40")))
            #expect(names(store) == ["b", "c"])
            #expect(
                reader.read().changes == StoreChanges(changed: [ObjectKey(name: "c")], removed: [ObjectKey(name: "a")])
            )
        }
    }

    @Test func `a server that came back with a younger store is listed again, not asked for its past for ever`()
        async throws
    {
        let script = Script([list([node("a", 900), node("b", 901)], version: 1000), list([node("c", 3)], version: 5)])
        try await follow(script) { store in
            let first = try await script.nextWatch()
            try first.send(
                "ERROR",
                [
                    "kind": "Status", "code": 504, "reason": "Timeout",
                    "details": [
                        "causes": [["reason": "ResourceVersionTooLarge", "message": "Too large resource version"]]
                    ],
                ]
            )
            let second = try await script.nextWatch()
            #expect(second.request.query.contains(.init("resourceVersion", "5")))
            #expect(names(store) == ["c"])
        }
    }

    @Test func `a list that fails is tried again after the server's Retry-After, and the store stays unready`()
        async throws
    {
        let script = Script([
            failure(503, "ServiceUnavailable", headers: [.init("Retry-After", "20")]), failure(403, "Forbidden"),
            list([node("a", 1)], version: 10),
        ])
        try await follow(script) { store in
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(19))
            #expect(script.requests.count == 1)
            #expect(!store.isReady)
            clock.advance(by: .seconds(4))
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(8))
            _ = try await script.nextWatch()
            #expect(store.isReady)
        }
    }

    @Test func `a kind that the server does not know is reported with what to apply, unless it is Kubernetes' own`()
        async throws
    {
        try await follow(CiliumNode.self, Script([failure(404, "no such resource")])) { _, stores in
            await clock.waitForSleepers(1)
            #expect(
                stores.problem == "ciliumnodes not loaded yet: no such resource; "
                    + "apply the CustomResourceDefinition ciliumnodes.cilium.io"
            )
        }
        try await follow(Node.self, Script([failure(404, "no such resource")])) { _, stores in
            await clock.waitForSleepers(1)
            #expect(stores.problem == "nodes not loaded yet: no such resource")
        }
    }

    @Test func `a set names the kinds that are not read, and why`() async throws {
        let script = Script([
            failure(503, "ServiceUnavailable"), failure(403, "nodes is\nforbidden"),
            list([node("a", 1)], version: 10),
        ])
        try await follow(Node.self, script) { store, stores in
            await clock.waitForSleepers(1)
            #expect(stores.problem == "nodes not loaded yet: ServiceUnavailable")
            clock.advance(by: .seconds(1))
            try await eventually("the next reason", is: "nodes not loaded yet: nodes is forbidden") { stores.problem }
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(2))
            let first = try await script.nextWatch()
            #expect(stores.problem == nil)
            // A server that is away is lived through.
            first.close(KubeError(.unreachable, "connection reset"))
            await clock.waitForSleepers(1, within: .seconds(8))
            #expect(stores.problem == nil)
            clock.advance(by: .seconds(8))
            // What will not mend by itself is told until it has.
            let second = try await script.nextWatch()
            try second.send("ERROR", ["kind": "Status", "code": 403, "reason": "Forbidden", "message": "no more"])
            await clock.waitForSleepers(1, within: .seconds(8))
            #expect(stores.problem == "nodes not followed: no more")
            #expect(store.isReady)
            clock.advance(by: .seconds(8))
            _ = try await script.nextWatch()
            try await eventually("all is well", is: nil) { stores.problem }
        }
    }

    @Test func `a program keeps only what it reads, and no program what is never read`() async throws {
        func service(_ version: Int, note: String) -> JSONValue {
            [
                "metadata": [
                    "name": "web", "namespace": "shop", "resourceVersion": .string("\(version)"),
                    "annotations": ["martlet.dev/pool": "red", "example.com/note": .string(note)],
                ],
                "spec": ["ports": [["port": 80, "name": "http"]]],
            ]
        }
        let script = Script([list([service(1, note: "a")], version: 10)])
        var stores = StoreSet()
        let trimmed = stores.register(Service.self, trim: { $0.spec.ports = nil })
        let whole = stores.register(Service.self)
        let client = KubeClient(transport: script.transport, retry: RetryPolicy(attempts: 1))
        let source = APISource(client: client, stores: stores, options: options)
        try await withThrowingTaskGroup { group in
            group.addTask { try await source.run() }
            let watches = [try await script.nextWatch(), try await script.nextWatch()]
            for version in [1, 11] {
                try await stores.signal.wait {
                    [trimmed, whole].allSatisfy {
                        $0.snapshot.objects.first?.metadata.resourceVersion == "\(version)"
                    }
                }
                let kept = [trimmed, whole].compactMap { $0.snapshot.objects.first }
                #expect(kept.map(\.metadata.annotations) == [["martlet.dev/pool": "red"], ["martlet.dev/pool": "red"]])
                #expect(kept.map { $0.spec.ports?.count } == [nil, 1])
                for watch in watches where version == 1 { try watch.send("MODIFIED", service(11, note: "b")) }
            }
            group.cancelAll()
            _ = await group.nextResult()
        }
    }

    @Test func `an object that cannot be decoded is reported, skipped and keeps its last good version`() async throws {
        func bad(_ version: String) -> JSONValue {
            ["metadata": ["name": "b", "resourceVersion": .string(version), "labels": ["x": 1]], "spec": [:]]
        }
        let script = Script([list([node("a", 1), bad("9")], version: 10)])
        let report = "Node/b: metadata.labels.x: expected a string, found 1"
        try await follow(script) { store in
            let watch = try await script.nextWatch()
            #expect(names(store) == ["a"])
            #expect(store.diagnostics.map(\.description) == [report])
            try watch.send("MODIFIED", node("b", 12, labels: ["x": "1"]))
            try await store.signal.wait { store.diagnostics.isEmpty }
            #expect(names(store) == ["a", "b"])
            try watch.send("MODIFIED", bad("13"))
            try await store.signal.wait { !store.diagnostics.isEmpty }
            #expect(store.snapshot[ObjectKey(name: "b")]?.metadata.labels == ["x": "1"])
            try watch.send("DELETED", bad("14"))
            try await store.signal.wait { store.diagnostics.isEmpty }
            #expect(names(store) == ["a"])
        }
    }
}
