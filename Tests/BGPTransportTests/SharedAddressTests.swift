import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import Signals
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SharedAddressTests {
    /// A speaker with passive peers at 127.0.0.1, one for each AS.
    private func run(_ numbers: [ASNumber], _ body: (RawPeer) async throws -> Void) async throws {
        try await RawPeer.run { bare in
            var instances = bare.instances
            instances[0].peers = numbers.enumerated().map { index, number in
                var peer = bare.instances[0].peers[0]
                peer.configuration.name = "peer-\(index)"
                peer.configuration.remoteAS = number
                return peer
            }
            bare.speaker.apply(instances)
            _ = try await bare.speaker.signal.changes().first {
                bare.speaker.snapshot().count == numbers.count ? () : nil
            }
            try await body(bare)
        }
    }

    @Test func `peers on one address are distinguished by the AS in their OPEN, whoever comes first`() async throws {
        try await run([65001, 65002, 65003]) { bare in
            try await bare.connect { third in
                try await third.send(RawPeer.Connection.open(asNumber: 65003), .keepalive)
                _ = try await bare.peer("peer-2") { $0.state == .established }
                try await bare.connect { second in
                    try await second.send(RawPeer.Connection.open(asNumber: 65002), .keepalive)
                    _ = try await bare.peer("peer-1") { $0.state == .established }
                    #expect(bare.speaker.snapshot().map(\.establishedTransitions) == [0, 1, 1])
                }
            }
        }
    }

    @Test func `peers of one AS are distinguished by their previous identifiers`() async throws {
        try await run([65001, 65001]) { bare in
            try await bare.connect { one in
                try await one.send(RawPeer.Connection.open(routerID: "192.0.2.11"), .keepalive)
                _ = try await bare.peer("peer-0") { $0.state == .established }
                try await bare.connect { two in
                    try await two.send(RawPeer.Connection.open(routerID: "192.0.2.12"), .keepalive)
                    _ = try await bare.peer("peer-1") { $0.state == .established }
                }
            }
            _ = try await bare.peer("peer-0") { $0.state != .established }
            _ = try await bare.peer("peer-1") { $0.state != .established }
            // The second one is back first.
            _ = try await eventually("the second one is back") {
                var isBack: Bool?
                try await bare.connect { two in
                    try await two.send(RawPeer.Connection.open(routerID: "192.0.2.12"), .keepalive)
                    guard try await two.next() != nil else { return }
                    let snapshot = try await bare.peer("peer-1") { $0.state == .established }
                    isBack = snapshot.negotiation?.remoteRouterID == RouterID("192.0.2.12")
                }
                return isBack
            }
            #expect(bare.speaker.snapshot().map(\.establishedTransitions) == [1, 2])
        }
    }

    @Test func `silent strangers are not kept`() async throws {
        try await run([65001, 65002]) { bare in
            let port = try await bare.port()
            var first = try RawConnection(from: "127.0.0.1")
            try first.connect(to: port)
            var others: [BoxedConnection] = []
            for _ in 0..<4 {
                others.append(try BoxedConnection(port))
            }
            // Four may wait for two peers; the fifth takes the place of the first, which hears nothing.
            #expect(first.rest() == [])
            first = try RawConnection(from: "127.0.0.1")
            #expect(bare.speaker.snapshot().map(\.connection.attempts) == [0, 0])
            #expect(others.count == 4)
        }
    }

    /// A connection that stays for as long as something holds it.
    private final class BoxedConnection {
        private let connection: RawConnection

        init(_ port: UInt16) throws {
            connection = try RawConnection(from: "127.0.0.1")
            try connection.connect(to: port)
        }
    }
}
