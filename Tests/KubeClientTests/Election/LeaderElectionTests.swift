import KubeClient
import KubeModel
import Logging
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)))
struct LeaderElectionTests {
    private let server = LeaseServer()
    private let clock = ManualClock()
    private let stage = Stage()
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Who works, in the order in which they came and went.
    private final class Stage: Sendable {
        private let working = Mutex<(now: Set<String>, most: Int)>(([], 0))
        private let scenes: AsyncStream<String>
        private let told: AsyncStream<String>.Continuation

        init() {
            (scenes, told) = AsyncStream.makeStream(of: String.self)
        }

        /// Works until cancelled.
        func work(as name: String) async throws {
            working.withLock { working in
                working.now.insert(name)
                working.most = max(working.most, working.now.count)
            }
            told.yield("\(name) leads")
            defer {
                working.withLock { _ = $0.now.remove(name) }
                told.yield("\(name) stopped")
            }
            try await ContinuousClock().sleep(for: .seconds(3600))
        }

        func next() async -> String? {
            for await scene in scenes { return scene }
            return nil
        }

        var mostAtOnce: Int { working.withLock(\.most) }
    }

    private func candidate(_ name: String, via client: KubeClient? = nil) -> ServiceGroup {
        let election = LeaderElection(
            client: client ?? server.client,
            lease: ObjectKey(namespace: "martlet-system", name: "bgp-operator"),
            identity: name,
            clock: clock,
            logger: logger
        ) { [stage] in try await stage.work(as: name) }
        return ServiceGroup(services: [election], logger: logger)
    }

    @Test func `one of two leads, and the other takes over as soon as the first lets go`() async throws {
        let first = candidate("a")
        let second = candidate("b")
        try await withThrowingTaskGroup { group in
            group.addTask { try await first.run() }
            #expect(await stage.next() == "a leads")
            group.addTask { try await second.run() }
            // One sleeps between renewals, the other between looks.
            await clock.waitForSleepers(2)
            #expect(server.lease?.spec?.holderIdentity == "a")
            await first.triggerGracefulShutdown()
            #expect(await stage.next() == "a stopped")
            try await group.next()
            #expect(server.lease?.spec?.holderIdentity == "")
            await clock.waitForSleepers(1)
            clock.advance(by: .seconds(2))
            #expect(await stage.next() == "b leads")
            #expect(server.lease?.spec?.holderIdentity == "b")
            await second.triggerGracefulShutdown()
            try await group.waitForAll()
        }
        #expect(stage.mostAtOnce == 1)
    }

    @Test func `a leader that is cut off stops before its successor starts`() async throws {
        let cut = LeaseServerLink(server)
        let first = candidate("a", via: cut.client)
        let second = candidate("b")
        try await withThrowingTaskGroup { group in
            group.addTask { try await first.run() }
            #expect(await stage.next() == "a leads")
            group.addTask { try await second.run() }
            await clock.waitForSleepers(2)
            cut.sever()
            // Renewing is given up after 10 seconds, the lease is free after 15.
            for _ in 0..<5 {
                await clock.waitForSleepers(2, within: .seconds(2))
                clock.advance(by: .seconds(2))
            }
            #expect(await stage.next() == "a stopped")
            for _ in 0..<3 {
                await clock.waitForSleepers(2, within: .seconds(2))
                clock.advance(by: .seconds(2))
            }
            #expect(await stage.next() == "b leads")
            #expect(server.lease?.spec?.leaseTransitions == 1)
            await first.triggerGracefulShutdown()
            await second.triggerGracefulShutdown()
            try await group.waitForAll()
        }
        #expect(stage.mostAtOnce == 1)
    }

    @Test func `a renewal that never gets an answer does not keep a leader in office`() async throws {
        let cut = LeaseServerLink(server)
        let leader = candidate("a", via: cut.client)
        try await withThrowingTaskGroup { group in
            group.addTask { try await leader.run() }
            #expect(await stage.next() == "a leads")
            await clock.waitForSleepers(1)
            cut.silence()
            for _ in 0..<5 {
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(2))
            }
            #expect(await stage.next() == "a stopped")
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    @Test func `a lease that another has taken ends the work`() async throws {
        let leader = candidate("a")
        try await withThrowingTaskGroup { group in
            group.addTask { try await leader.run() }
            #expect(await stage.next() == "a leads")
            await clock.waitForSleepers(1)
            var lease = try #require(server.lease)
            lease.spec?.holderIdentity = "thief"
            _ = try await server.client.update(lease)
            clock.advance(by: .seconds(2))
            #expect(await stage.next() == "a stopped")
            await leader.triggerGracefulShutdown()
            try await group.waitForAll()
        }
        #expect(server.lease?.spec?.holderIdentity == "thief")
    }
}
