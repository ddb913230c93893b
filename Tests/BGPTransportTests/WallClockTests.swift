import BGPEngine
import BGPTransport
import BGPTypes
import PlainText
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3))) struct WallClockTests {
    /// A clock that runs, and is wrong by so many seconds.
    private final class WrongClock: Sendable {
        private let error = Mutex(0.0)

        func set(wrongBy seconds: Double) { error.withLock { $0 = seconds } }

        func now() -> Timestamp {
            Timestamp(secondsSinceEpoch: Timestamp.now().secondsSinceEpoch + error.withLock { $0 })
        }
    }

    @Test(arguments: [5.0 * 3600, -5.0 * 3600])
    func `a changed wall clock ends no session and does not change its age`(jump: Double) async throws {
        let clock = WrongClock()
        try await Loopback.run(
            adjust: { router, node in
                router.timers = PeerTimers(holdTime: 3, keepalive: 1)
                node.timers = PeerTimers(holdTime: 3, keepalive: 1)
            },
            wallClock: { clock.now() }
        ) { loopback in
            let before = try await loopback.established()
            clock.set(wrongBy: jump)
            // With the next KEEPALIVE at the latest.
            let after = try await loopback.peer(of: loopback.node) { $0.since != before.since }
            let moved = after.since.secondsSinceEpoch - before.since.secondsSinceEpoch
            #expect(abs(moved - jump) < 0.5)
            #expect(after.since.secondsSinceEpoch <= clock.now().secondsSinceEpoch)
            #expect((after.state, after.establishedTransitions) == (.established, 1))

            // Nothing is told of it any more, and it is told back when the clock is right again.
            clock.set(wrongBy: 0)
            let right = try await loopback.peer(of: loopback.node) { $0.since != after.since }
            #expect(abs(right.since.secondsSinceEpoch - before.since.secondsSinceEpoch) < 0.5)
            #expect((right.state, right.establishedTransitions) == (.established, 1))
        }
    }

    @Test func `a changed wall clock moves the last failure and the next attempt with it`() async throws {
        let clock = WrongClock()
        try await Loopback.run(
            adjust: { router, node in
                router.remoteAS = 65009
                node.timers = PeerTimers(connectRetry: 1)
            },
            wallClock: { clock.now() }
        ) { loopback in
            let before = try await loopback.peer(of: loopback.node) {
                $0.lastFailure != nil && $0.connection.nextRetry != nil
            }
            clock.set(wrongBy: -7200)
            let after = try await loopback.peer(of: loopback.node) {
                $0.connection.nextRetry.map { $0.secondsSinceEpoch < before.since.secondsSinceEpoch } ?? false
            }
            let failure = try #require(after.lastFailure)
            #expect(failure.time.secondsSinceEpoch <= clock.now().secondsSinceEpoch)
            #expect(after.since.secondsSinceEpoch <= clock.now().secondsSinceEpoch)
        }
    }
}
