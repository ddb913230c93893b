import KubeClient
import KubeJSON
import KubeModel
import Logging
import Pacing
import Signals
import Synchronization
import TestSupport
import Testing

/// Objects that are read by name, from a server whose answers a test sets.
@Suite(.timeLimit(.minutes(10)))
struct NamedReadsTests {
    private let clock = ManualClock()

    /// The Secrets that there are, with what is answered instead of one, and all that was asked for.
    private final class Server: Sendable {
        struct State {
            var passwords: [String: String] = [:]
            var failures: [String: Int] = [:]
            var asked: [String] = []
        }

        let state = Mutex(State())

        var transport: InMemoryTransport {
            InMemoryTransport { [self] request in
                state.withLock { state in
                    state.asked.append("\(request.method.rawValue) \(request.target)")
                    let name = String(request.path.split(separator: "/").last ?? "")
                    if let code = state.failures[name] { return failure(code, "Broken") }
                    guard let password = state.passwords[name] else { return failure(404, "NotFound") }
                    return .json([
                        "metadata": ["name": .string(name), "namespace": "n", "resourceVersion": "1"],
                        "data": ["password": .string(password)],
                    ])
                }
            }
        }

        func set(_ name: String, _ password: String?) { state.withLock { $0.passwords[name] = password } }
        func fail(_ name: String, _ code: Int?) { state.withLock { $0.failures[name] = code } }
        func asked() -> [String] {
            state.withLock { state in
                defer { state.asked = [] }
                return state.asked.sorted()
            }
        }
    }

    /// The names that are wanted, nil before anybody knows.
    private final class Wanted: Sendable {
        let signal = ChangeSignal()
        private let names = Mutex<Set<String>?>(nil)
        var value: Set<String>? { names.withLock { $0 } }

        func set(_ names: Set<String>) {
            self.names.withLock { $0 = names }
            signal.notify()
        }
    }

    private func follow(
        _ server: Server,
        _ wanted: Wanted,
        _ body: (StoreSet, NamedObjects<Secret>) async throws -> Void
    ) async throws {
        var stores = StoreSet()
        var pace = NamedPace()
        pace.present = Backoff(first: .seconds(30), longest: .seconds(30))
        pace.absent = Backoff(first: .seconds(4), longest: .seconds(4))
        pace.failed = Backoff(first: .seconds(2), longest: .seconds(2))
        let secrets = stores.registerNamed(
            Secret.self,
            namespace: "n",
            pace: pace,
            trigger: wanted.signal,
            names: { wanted.value }
        )
        let options = WatchOptions(clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let client = KubeClient(transport: server.transport, retry: RetryPolicy(attempts: 1))
        let source = APISource(client: client, stores: stores, options: options)
        try await alongside({ try await source.run() }) {
            try await body(stores, secrets)
        }
    }

    private func texts(_ secrets: NamedObjects<Secret>) -> [String: String] {
        Dictionary(
            secrets.store.snapshot.objects.map { ($0.metadata.name, $0.text("password")?.value ?? "") },
            uniquingKeysWith: { first, _ in first }
        )
    }

    @Test func `required objects are requested by name, all of them before any decision`() async throws {
        let (server, wanted) = (Server(), Wanted())
        server.set("a", "YQ==")
        server.fail("broken", 500)
        try await follow(server, wanted) { stores, secrets in
            #expect(!stores.isReady)
            wanted.set(["a", "gone", "broken"])
            // The one that fails is asked for soonest.
            await clock.waitForSleepers(1, within: .seconds(2))
            #expect(!stores.isReady, "half of it is known")
            #expect(
                server.asked() == [
                    "GET /api/v1/namespaces/n/secrets/a", "GET /api/v1/namespaces/n/secrets/broken",
                    "GET /api/v1/namespaces/n/secrets/gone",
                ]
            )
            server.fail("broken", nil)
            clock.advance(by: .seconds(2))
            try await stores.waitUntilReady()
            #expect(texts(secrets) == ["a": "a"])
            #expect(secrets.wereAsked(for: ["a", "gone", "broken"]))
        }
    }

    @Test func `nothing is requested when nothing is required`() async throws {
        let (server, wanted) = (Server(), Wanted())
        try await follow(server, wanted) { stores, _ in
            wanted.set([])
            try await stores.waitUntilReady()
            #expect(server.asked() == [])
        }
    }

    @Test func `a change and a new object are seen in their time, and a failure takes nothing away`() async throws {
        let (server, wanted) = (Server(), Wanted())
        server.set("a", "YQ==")
        try await follow(server, wanted) { stores, secrets in
            wanted.set(["a", "late"])
            try await stores.waitUntilReady()
            server.set("late", "bA==")
            await clock.waitForSleepers(1, within: .seconds(4))
            clock.advance(by: .seconds(4))
            try await stores.signal.wait { texts(secrets) == ["a": "a", "late": "l"] }
            server.set("a", "Yg==")
            server.fail("late", 503)
            await clock.waitForSleepers(1, within: .seconds(30))
            clock.advance(by: .seconds(30))
            try await stores.signal.wait { texts(secrets)["a"] == "b" }
            #expect(texts(secrets)["late"] == "l")
            #expect(stores.isReady)
            // It is gone only when the server says so.
            server.fail("late", nil)
            server.set("late", nil)
            await clock.waitForSleepers(1, within: .seconds(2))
            clock.advance(by: .seconds(30))
            try await stores.signal.wait { texts(secrets) == ["a": "b"] }
        }
    }

    @Test func `a name that is new is asked for at once, and what is not wanted is forgotten`() async throws {
        let (server, wanted) = (Server(), Wanted())
        for name in ["a", "b"] { server.set(name, "YQ==") }
        try await follow(server, wanted) { stores, secrets in
            wanted.set(["a"])
            try await stores.waitUntilReady()
            #expect(!secrets.wereAsked(for: ["a", "b"]))
            wanted.set(["b"])
            try await stores.signal.wait { secrets.wereAsked(for: ["b"]) && texts(secrets) == ["b": "a"] }
            #expect(!secrets.wereAsked(for: ["a"]))
        }
    }

    @Test(arguments: ["../../kube-system/secrets/other", "a/b", "", "A", "a..b", ".", "a%2fb"])
    func `an invalid name never becomes part of a path`(name: String) async throws {
        let (server, wanted) = (Server(), Wanted())
        try await follow(server, wanted) { stores, secrets in
            wanted.set([name])
            try await stores.waitUntilReady()
            #expect(server.asked() == [])
            #expect(secrets.store.snapshot.isEmpty)
        }
    }
}
