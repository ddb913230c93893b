import KubeClient
import KubeModel
import Logging
import Pacing
import Signals
import Synchronization
import TestSupport
import Testing

/// Lists whose pages are too long, and objects that are: a tenant's Services with annotations of 250 kB must not keep a
/// program from starting.
@Suite(.timeLimit(.minutes(10)), .serialized) struct ListTests {
    /// How long the answers of a server are that has these objects, by the limits that it was asked for.
    private final class Server: Sendable {
        private let objects: [String]
        private let state = Mutex<(limits: [Int], hasExpired: Bool)>(([], true))

        init(_ objects: [String], expiresOnce: Bool = false) {
            self.objects = objects
            state.withLock { $0.hasExpired = !expiresOnce }
        }

        var limits: [Int] { state.withLock(\.limits) }

        /// The answer to a list or a watch; the token of a page is the place where it begins.
        func answer(_ target: String) -> HostileServer.Answer {
            guard !target.contains("watch=1") else { return .stalledBody("") }
            let query = target.split(separator: "?").last?.split(separator: "&") ?? []
            func number(_ name: String) -> Int? {
                query.first { $0.hasPrefix("\(name)=") }.flatMap { Int($0.dropFirst(name.count + 1)) }
            }
            let limit = number("limit") ?? objects.count
            let start = number("continue") ?? 0
            let expires = state.withLock { state in
                state.limits.append(limit)
                guard start > 0, !state.hasExpired else { return false }
                state.hasExpired = true
                return true
            }
            if expires { return .body(#"{"kind":"Status","reason":"Expired","code":410}"#, status: 410) }
            let end = min(objects.count, start + limit)
            let token = end < objects.count ? #","continue":"\#(end)""# : ""
            let items = objects[start..<end].joined(separator: ",")
            return .body(#"{"kind":"NodeList","metadata":{"resourceVersion":"7"\#(token)},"items":[\#(items)]}"#)
        }
    }

    private static func node(_ name: String, padding: Int) -> String {
        let text = String(repeating: "x", count: padding)
        return #"{"metadata":{"name":"\#(name)","resourceVersion":"13","annotations":{"pad":"\#(text)"}},"spec":{}}"#
    }

    private static let tooLong = JSONLineDecoder.maximumLength

    private func client<Value: Sendable>(
        _ server: Server,
        _ body: (KubeClient) async throws -> Value
    ) async throws -> Value {
        let result = Mutex<Value?>(nil)
        try await HostileServer.with({ server.answer($0) }) { port in
            let transport = try HTTPTransport(
                KubeEndpoint(server: "http://127.0.0.1:\(port)"),
                userAgent: "test",
                environment: [:],
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            do {
                let value = try await body(KubeClient(transport: transport))
                result.withLock { $0 = value }
            } catch {
                await transport.close()
                throw error
            }
            await transport.close()
        }
        return try #require(result.withLock { $0 })
    }

    @Test func `a page that is too long is asked for again with fewer objects, and the rest of the list with as few`()
        async throws
    {
        // Twenty times a megabyte do not fit in one page.
        let names = (10..<30).map { "n\($0)" }
        let server = Server(names.map { Self.node($0, padding: 1 << 20) })
        let list = try await client(server) { try await $0.list(Node.self) }
        #expect(list.items.map(\.metadata.name) == names)
        #expect(list.diagnostics == [])
        // What nobody reads is not kept.
        #expect(list.items.allSatisfy { $0.metadata.annotations == nil })
        #expect(server.limits.first == 500 && server.limits.dropFirst().allSatisfy { $0 <= 16 })
    }

    @Test func `an object that is too long by itself is left out and named, whatever its page`() async throws {
        let server = Server([
            Self.node("a", padding: 1), Self.node("long", padding: Self.tooLong), Self.node("b", padding: 1),
            Self.node("longer", padding: PageLimit.longestPage), Self.node("c", padding: 1),
        ])
        let list = try await client(server) { try await $0.list(Node.self) }
        #expect(list.items.map(\.metadata.name) == ["a", "b", "c"])
        #expect(list.diagnostics.map { $0.object?.name } == ["long", "longer"])
        #expect(list.diagnostics.allSatisfy { $0.reason == "TooLong" && $0.message.contains("it is left out") })
    }

    @Test func `a list that expires between pages that are short is read anew with what was learned`() async throws {
        let names = (10..<30).map { "n\($0)" }
        let server = Server(names.map { Self.node($0, padding: 1 << 20) }, expiresOnce: true)
        let list = try await client(server) { try await $0.list(Node.self) }
        #expect(list.items.map(\.metadata.name) == names)
        #expect(server.limits.first == 500 && server.limits.dropFirst().allSatisfy { $0 <= 16 })
    }

    @Test func `pages grow again where objects are short`() {
        var limit = PageLimit(most: 500)
        func halved(_ fitting: Int) -> Int? {
            let isHalved = limit.halve(fitting: fitting)
            return isHalved ? limit.count : nil
        }
        #expect([halved(40), halved(40)] == [40, 20])
        limit.note(octets: PageLimit.longestPage / 2)
        #expect(limit.count == 20)
        for _ in 0..<10 { limit.note(octets: 1000) }
        #expect(limit.count == 500)
        #expect([halved(0), halved(0)] == [1, nil])
    }

    @Test func `text that is not a list is refused, however it is cut`() async throws {
        for text in [
            "", "{}", "[]", "{", #"{"metadata":{}}"#, #"{"metadata":{},"items":{}}"#, #"{"metadata":{},"items":[}"#,
            #"{"metadata":{},"items":[{]}"#, #"{"metadata":{},"items":[1 2]}"#, #"{"metadata":7,"items":[]}"#,
            #"{"metadata":{},"items":[]}}"#, #"{"metadata":{},"items":[{}"#, "}}}}", "]]]]", #"{"items":[],"items":]"#,
        ] {
            let error = await #expect(throws: KubeError.self) { _ = try await pieces(of: text, size: 3) }
            #expect(error?.code == .undecodable, "\(text)")
        }
    }

    @Test(arguments: [1, 2, 7, 64, 10_000]) func `a list is read alike however it is cut`(size: Int) async throws {
        let text = #"""
            {"apiVersion":"v1","x":{"items":[1]},"items" : [ {"metadata":{"name":"a\"]}\\","annotations":{"y":"items"}}},
             {"metadata":{"name":"b"},"spec":{"podCIDRs":["10.0.0.0/8","[{"]}} ,{"metadata":{"name":7}}, 5 ,"}"],
             "kind":"NodeList","metadata":{"resourceVersion":"9","continue":""}}
            """#
        let list = try await pieces(of: text, size: size)
        #expect(list.items.map(\.metadata.name) == [#"a"]}\"#, "b"])
        #expect(list.items.last?.spec?.podCIDRs == ["10.0.0.0/8", "[{"])
        #expect(list.diagnostics.count == 3)
        #expect(list.resourceVersion == "9")
    }

    private func pieces(of text: String, size: Int) async throws -> ObjectList<Node> {
        let bytes = Array(text.utf8)
        let transport = InMemoryTransport { _ in
            .stream(
                AsyncThrowingStream { continuation in
                    for start in stride(from: 0, to: bytes.count, by: size) {
                        continuation.yield(Array(bytes[start..<min(start + size, bytes.count)]))
                    }
                    continuation.finish()
                }
            )
        }
        return try await KubeClient(transport: transport).list(Node.self)
    }

    @Test func `a server that sends more than it was asked for is read all the same`() async throws {
        let names = (10..<30).map { "n\($0)" }
        let items = names.map { Self.node($0, padding: 1 << 20) }.joined(separator: ",")
        let text = #"{"metadata":{"resourceVersion":"7"},"items":[\#(items)]}"#
        let asked = Mutex(0)
        try await HostileServer.with({ _ in
            asked.withLock { $0 += 1 }
            return .body(text)
        }) { port in
            let transport = try HTTPTransport(
                KubeEndpoint(server: "http://127.0.0.1:\(port)"),
                userAgent: "test",
                environment: [:],
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            let list = try? await KubeClient(transport: transport).list(Node.self, pageSize: 2)
            #expect(list?.items.map(\.metadata.name) == names)
            await transport.close()
        }
        #expect(asked.withLock { $0 } == 1)
    }

    @Test func `an event that is too long is named, and the watch goes on`() async throws {
        let script = Script([list([KubeClientTests.node("a", 1)], version: 10)])
        var stores = StoreSet()
        let store = stores.register(Node.self)
        let options = WatchOptions(logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let source = APISource(client: KubeClient(transport: script.transport), stores: stores, options: options)
        try await withThrowingTaskGroup { group in
            group.addTask { try await source.run() }
            let watch = try await script.nextWatch()
            for type in ["MODIFIED", "DELETED"] {
                watch.continuation.yield(Array(#"{"type":"\#(type)","object":"#.utf8))
                watch.continuation.yield(Array(Self.node("a", padding: Self.tooLong).utf8))
                watch.continuation.yield(Array("}\n".utf8))
                if type == "MODIFIED" {
                    try await store.signal.wait { !store.diagnostics.isEmpty }
                    #expect(store.refused.map(\.key) == [ObjectKey(name: "a")])
                    #expect(store.snapshot.keys == [ObjectKey(name: "a")])
                }
            }
            try watch.send("ADDED", KubeClientTests.node("b", 14))
            try await store.signal.wait { store.snapshot.keys == [ObjectKey(name: "b")] }
            #expect(store.refused.isEmpty)
            #expect(script.requests.count == 2)
            group.cancelAll()
            _ = await group.nextResult()
        }
    }

    @Test func `an endless event leads to a new list`() async throws {
        let script = Script([
            list([KubeClientTests.node("a", 1)], version: 10), list([KubeClientTests.node("b", 12)], version: 20),
        ])
        var stores = StoreSet()
        let store = stores.register(Node.self)
        let options = WatchOptions(
            backoff: Backoff(first: .milliseconds(1), longest: .milliseconds(1)),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let source = APISource(client: KubeClient(transport: script.transport), stores: stores, options: options)
        try await withThrowingTaskGroup { group in
            group.addTask { try await source.run() }
            let watch = try await script.nextWatch()
            watch.continuation.yield(Array(#"{"type":"MODIFIED","object":{"metadata":{"name":""#.utf8))
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20)
            for _ in 0..<(JSONLineDecoder.endless / piece.count) { watch.continuation.yield(piece) }
            try await store.signal.wait { store.snapshot.keys == [ObjectKey(name: "b")] }
            let next = try await script.nextWatch()
            try next.send("ADDED", KubeClientTests.node("c", 22))
            try await store.signal.wait { store.snapshot.keys == [ObjectKey(name: "b"), ObjectKey(name: "c")] }
            group.cancelAll()
            _ = await group.nextResult()
        }
    }
}
