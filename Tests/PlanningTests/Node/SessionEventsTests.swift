import BGPEngine
import BGPTypes
import Fixtures
import KubeModel
import PlainText
import Planning
import TestSupport
import Testing

struct SessionEventsTests {
    private let subject = Event.Subject(
        apiVersion: "martlet.dev/v2",
        kind: "BGPNodeConfig",
        namespace: nil,
        name: "n1",
        uid: "u"
    )

    private func peer(
        _ state: SessionState,
        established: Int,
        failure reason: FailureReason? = nil,
        at time: Double = 0
    ) throws -> PeerSnapshot {
        var snapshot = PeerSnapshot(
            id: PeerID(instance: "main", peer: "tor"),
            configuration: PeerConfiguration(
                name: "tor",
                remote: try #require(ScopedAddress("10.0.0.254")),
                remoteAS: 65000,
                localAS: 65001,
                routerID: try #require(RouterID("10.0.0.1"))
            ),
            state: state,
            since: Timestamp(secondsSinceEpoch: time)
        )
        snapshot.establishedTransitions = established
        snapshot.lastFailure = reason.map { reason in
            PeerSnapshot.Failure(
                time: Timestamp(secondsSinceEpoch: time),
                evidence: .dial(.refused),
                explanation: FailureExplanation(reason, seen: "seen", cause: "cause", fix: "fix")
            )
        }
        return snapshot
    }

    @Test func `a session reports that it came up, why it went down, and each new reason why it stays down`() throws {
        var sessions = SessionEvents()
        let steps: [[PeerSnapshot]] = [
            [try peer(.connect, established: 0)],
            [try peer(.active, established: 0, failure: .connectionRefused, at: 1)],
            // The same again is no news, another reason is.
            [try peer(.active, established: 0, failure: .connectionRefused, at: 2)],
            [try peer(.active, established: 0, failure: .connectionTimedOut, at: 3)],
            [try peer(.established, established: 1, failure: .connectionTimedOut, at: 3)],
            [try peer(.established, established: 1, failure: .connectionTimedOut, at: 3)],
            // Down for a reason that was seen before is news when the session was up.
            [try peer(.idle, established: 1, failure: .connectionTimedOut, at: 4)],
            // Down and up again between two looks.
            [try peer(.established, established: 2, failure: .connectionTimedOut, at: 4)],
            [try peer(.established, established: 3, failure: .holdTimerExpired, at: 5)],
            // Ended on this side, and taken out of the configuration.
            [try peer(.idle, established: 3, failure: .holdTimerExpired, at: 5)],
            [try peer(.established, established: 4, failure: .holdTimerExpired, at: 5)],
            [],
        ]
        let seen = steps.map { step in
            sessions.events(step, on: subject).map { "\($0.level.rawValue) \($0.reason)" }
        }
        #expect(
            seen == [
                [], ["Warning ConnectionRefused"], [], ["Warning ConnectionTimedOut"], ["Normal SessionEstablished"],
                [],
                ["Warning ConnectionTimedOut"], ["Normal SessionEstablished"],
                ["Warning HoldTimerExpired", "Normal SessionEstablished"], ["Normal SessionClosed"],
                ["Normal SessionEstablished"], ["Normal SessionClosed"],
            ]
        )
    }

    @Test func `an event has the words of the failure`() throws {
        var sessions = SessionEvents()
        let events = sessions.events(
            [try peer(.active, established: 0, failure: .connectionRefused, at: 1)],
            on: subject
        )
        #expect(
            events == [
                EventDraft(
                    level: .warning,
                    reason: "ConnectionRefused",
                    action: "HoldSession",
                    regarding: subject,
                    note: "peer main/tor at 10.0.0.254: seen: cause; fix"
                )
            ]
        )
    }

    private func entries(_ words: String, _ reason: FailureReason = .connectionRefused) throws -> [EventDraft] {
        var snapshot = try peer(.active, established: 0, failure: reason, at: 1)
        snapshot.lastFailure?.explanation = FailureExplanation(reason, seen: words, cause: "cause", fix: "fix")
        var sessions = SessionEvents()
        return sessions.events([snapshot], on: subject)
    }

    @Test(arguments: [
        ("10.0.0.254 refused the connection", "peer main/tor: 10.0.0.254 refused the connection: cause; fix"),
        ("10.0.0.254:1790 accepted it", "peer main/tor: 10.0.0.254:1790 accepted it: cause; fix"),
        ("the router has gone", "peer main/tor at 10.0.0.254: the router has gone: cause; fix"),
    ])
    func `an event has the address once`(seen: String, note: String) throws {
        #expect(try entries(seen).map(\.note) == [note])
    }

    @Test func `a slow router and a peer that is kept down on purpose cause no warning`() throws {
        #expect(try entries("x", .notAcceptedYet).map(\.level) == [.normal])
        // The operator warns, on the object where the fault is.
        #expect(try entries("x", .authSecretMissing).map(\.level) == [.normal])
        #expect(try entries("x", .missingPeerConfig).map(\.level) == [.normal])
        #expect(try entries("x", .closedAfterOpen).map(\.level) == [.warning])
    }

    @Test func `alternating reasons are reported once each until the session was up`() throws {
        var sessions = SessionEvents()
        let turns: [FailureReason] = [.connectionRefused, .closedAfterOpen, .connectionRefused, .connectionTimedOut]
        var reasons: [String] = []
        for round in 0..<20 {
            let reason = turns[round % turns.count]
            let peers = [try peer(.active, established: 0, failure: reason, at: Double(round + 1))]
            reasons += sessions.events(peers, on: subject).map(\.reason.rawValue)
        }
        #expect(reasons == ["ConnectionRefused", "ClosedAfterOpen", "ConnectionTimedOut"])
        _ = sessions.events(
            [try peer(.established, established: 1, failure: .connectionTimedOut, at: 20)],
            on: subject
        )
        let again = sessions.events(
            [try peer(.active, established: 1, failure: .closedAfterOpen, at: 30)],
            on: subject
        )
        #expect(again.map(\.reason) == ["ClosedAfterOpen"])
    }
}
