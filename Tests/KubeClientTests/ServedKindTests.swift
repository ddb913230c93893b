import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import Logging
import Pacing
import Signals
import TestSupport
import Testing

/// A kind that a cluster need not know, on a server that is asked for its definition and for its objects.
@Suite(.timeLimit(.minutes(10)))
struct ServedKindTests {
    private let clock = ManualClock()

    private static let name = CiliumNode.type.definitionName

    private static func definition(_ version: Int, isEstablished: Bool = true) -> JSONValue {
        [
            "metadata": ["name": .string(name), "resourceVersion": .string("\(version)")],
            "status": ["conditions": [["type": "Established", "status": .string(isEstablished ? "True" : "False")]]],
        ]
    }

    private static func object(_ name: String, _ version: Int) -> JSONValue {
        [
            "metadata": ["name": .string(name), "resourceVersion": .string("\(version)")],
            "spec": ["ipam": ["podCIDRs": ["10.1.0.0/24"]]],
        ]
    }

    /// Follows CiliumNodes while `body` runs.
    private func follow(
        _ definitions: Script,
        _ objects: Script,
        _ body: (ServedKind<CiliumNode>, StoreSet) async throws -> Void
    ) async throws {
        var stores = StoreSet()
        let kind = stores.registerServed(CiliumNode.self, scope: .named("n1"), trim: { $0.keepNetworks() })
        let transport = TwoServers(definitions: definitions.transport, objects: objects.transport)
        let options = WatchOptions(
            backoff: Backoff(first: .seconds(1), longest: .seconds(8)),
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let client = KubeClient(transport: transport, retry: RetryPolicy(attempts: 1))
        let source = APISource(client: client, stores: stores, options: options)
        try await alongside({ try await source.run() }) {
            try await body(kind, stores)
        }
    }

    private func names(_ kind: ServedKind<CiliumNode>) -> [String]? {
        guard case .served(let objects) = kind.objects else { return nil }
        return objects.map(\.metadata.name)
    }

    @Test func `an unknown kind is not requested, and the set is ready`() async throws {
        let definitions = Script([list([], version: 5)])
        let objects = Script([failure(404, "NotFound")])
        try await follow(definitions, objects) { kind, stores in
            _ = try await definitions.nextWatch()
            try await stores.waitUntilReady()
            #expect(kind.objects == .notServed)
            #expect(stores.problem == nil)
        }
        #expect(objects.requests.isEmpty)
        #expect(
            definitions.requests.map(\.target).first
                == "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldSelector=metadata.name%3D"
                + "ciliumnodes.cilium.io&limit=500"
        )
    }

    @Test func `a known kind is read before the set is ready`() async throws {
        let definitions = Script([list([Self.definition(1)], version: 5)])
        let objects = Script([list([Self.object("n1", 2)], version: 6)])
        try await follow(definitions, objects) { kind, stores in
            let watch = try await objects.nextWatch()
            try await stores.waitUntilReady()
            #expect(names(kind) == ["n1"])
            // What is written into the object every few seconds and says nothing about networks is no change.
            let reader = kind.store.makeReader()
            _ = reader.read()
            try watch.send("MODIFIED", Self.object("n1", 9))
            try watch.send("DELETED", Self.object("n1", 10))
            try await stores.signal.wait { names(kind) == [] }
            #expect(reader.read().changes == StoreChanges(removed: [ObjectKey(name: "n1")]))
        }
        #expect(objects.requests.first?.target.contains("fieldSelector=metadata.name%3Dn1") == true)
    }

    @Test func `a kind that is installed later is read, and its objects go with it`() async throws {
        let definitions = Script([list([], version: 5)])
        let objects = Script([list([Self.object("n1", 2)], version: 6)])
        try await follow(definitions, objects) { kind, stores in
            let watch = try await definitions.nextWatch()
            try await stores.waitUntilReady()
            try watch.send("ADDED", Self.definition(6, isEstablished: false))
            try watch.send("MODIFIED", Self.definition(7))
            _ = try await objects.nextWatch()
            #expect(names(kind) == ["n1"])
            try watch.send("DELETED", Self.definition(8))
            try await stores.signal.wait { kind.objects == .notServed && kind.store.snapshot.isEmpty }
            // And once more.
            try watch.send("ADDED", Self.definition(9))
            _ = try await objects.nextWatch()
            #expect(names(kind) == ["n1"])
            #expect(stores.isReady)
        }
        #expect(objects.requests.count == 4)
    }

    @Test func `a kind whose watch ends with 404 is looked up again`() async throws {
        let definitions = Script([list([Self.definition(1)], version: 5)])
        let objects = Script([
            list([Self.object("n1", 2)], version: 6), failure(404, "NotFound"), list([], version: 8),
        ])
        try await follow(definitions, objects) { kind, stores in
            let first = try await objects.nextWatch()
            try first.send("ERROR", ["kind": "Status", "code": 404, "reason": "NotFound"])
            try await stores.signal.wait { names(kind) == [] }
            await clock.waitForSleepers(1, within: .seconds(8))
            clock.advance(by: .seconds(8))
            _ = try await objects.nextWatch()
            #expect(stores.problem == nil)
        }
    }

    @Test func `a kind that may not be read does not delay readiness, and is reported`() async throws {
        let definitions = Script([list([Self.definition(1)], version: 5)])
        let objects = Script([failure(403, "no right"), list([Self.object("n1", 2)], version: 6)])
        try await follow(definitions, objects) { kind, stores in
            try await stores.waitUntilReady()
            #expect(kind.objects == .unreadable("no right"))
            #expect(stores.problem == "ciliumnodes not followed: no right")
            await clock.waitForSleepers(1, within: .seconds(8))
            clock.advance(by: .seconds(8))
            _ = try await objects.nextWatch()
            #expect(names(kind) == ["n1"])
            #expect(stores.problem == nil)
        }
    }

    @Test func `a kind is requested directly where its definition may not be read`() async throws {
        let definitions = Script([failure(403, "Forbidden")])
        let objects = Script([
            failure(404, "NotFound"), failure(403, "Forbidden"), list([Self.object("n1", 2)], version: 6),
        ])
        try await follow(definitions, objects) { kind, stores in
            try await stores.waitUntilReady()
            for _ in 0..<2 {
                #expect(kind.objects == .notServed)
                #expect(stores.problem == nil)
                await clock.waitForSleepers(2, within: .seconds(8))
                clock.advance(by: .seconds(8))
            }
            _ = try await objects.nextWatch()
            #expect(names(kind) == ["n1"])
        }
    }

    @Test func `a kind among manifests is known as soon as one object is there, whichever node it is about`()
        async throws
    {
        let directory = try TemporaryDirectory("served-kind")
        var stores = StoreSet()
        let kind = stores.registerServed(CiliumNode.self, scope: .named("n1"))
        let source = ManifestDirectory(path: directory.path, stores: stores)
        try source.refresh()
        #expect(stores.isReady)
        #expect(kind.objects == .notServed)
        func manifest(_ name: String) -> String {
            "apiVersion: cilium.io/v2\nkind: CiliumNode\nmetadata: {name: \(name)}\nspec: {ipam: {podCIDRs: [10.1.0.0/24]}}\n"
        }
        try directory.write(manifest("n2"), to: "n2.yaml")
        try source.refresh()
        #expect(names(kind) == [])
        try directory.write(manifest("n1"), to: "n1.yaml")
        try source.refresh()
        #expect(names(kind) == ["n1"])
        for file in ["n1.yaml", "n2.yaml"] { try FileManager.default.removeItem(atPath: directory.path(file)) }
        try source.refresh()
        #expect(kind.objects == .notServed)
        #expect(source.diagnostics.isEmpty)
    }
}

/// Answers for definitions and for objects from two scripts.
private struct TwoServers: KubeTransport {
    let definitions: InMemoryTransport
    let objects: InMemoryTransport

    private func server(_ request: KubeRequest) -> InMemoryTransport {
        request.path.contains("customresourcedefinitions") ? definitions : objects
    }

    func send(_ request: KubeRequest) async throws -> KubeResponse { try await server(request).send(request) }

    func read(
        _ request: KubeRequest,
        take: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> KubeResponse {
        try await server(request).read(request, take: take)
    }

    func stream(_ request: KubeRequest) async throws -> KubeStream { try await server(request).stream(request) }
}
