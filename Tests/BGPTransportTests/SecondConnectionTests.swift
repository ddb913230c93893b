import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import NIOCore
import TestSupport
import Testing

/// A connection that a peer opens beside its session, and messages of a wrong length, on real sockets.
@Suite(.timeLimit(.minutes(10))) struct SecondConnectionTests {
    private static let helper = Capability.gracefulRestart(
        GracefulRestart(restarted: false, notifications: false, restartTime: 120, families: [])
    )

    @Test(arguments: [[], [helper]])
    func `a second connection is closed at once, whether it sends OPEN or nothing`(
        capabilities: [Capability]
    ) async throws {
        try await RawPeer.run { bare in
            try await bare.connect { first in
                try await first.send(RawPeer.Connection.open(offering: capabilities), .keepalive)
                _ = try await bare.peer { $0.state == .established }
                for says in [true, false, true] {
                    try await bare.connect { second in
                        if says { try? await second.send(RawPeer.Connection.open(offering: capabilities), .keepalive) }
                        let messages = try await second.rest()
                        #expect(messages == [.notification(.cease(.connectionCollisionResolution))])
                    }
                }
                // The first is asked whether it is still there, and stays.
                guard case .open = try await first.next() else {
                    Issue.record("no OPEN first")
                    return
                }
                for _ in 0..<4 {
                    let message = try await first.next()
                    #expect(message == .keepalive)
                }
                let peer = try await bare.peer { $0.state == .established }
                #expect(peer.establishedTransitions == 1)
                #expect(peer.lastFailure == nil)
            }
        }
    }

    @Test(arguments: [0, 1, 2], [20, 22, 24, 40])
    func `a ROUTE-REFRESH of a wrong length is answered with 7/1 and the message`(subtype: Int, length: Int)
        async throws
    {
        var message = ByteBuffer()
        let body: [UInt8] = [0, 1, UInt8(subtype), 1] + Array(repeating: 0, count: 40)
        message.writeMessage(.routeRefresh) { $0.writeBytes(body.prefix(length - Header.length)) }
        let octets = Array(message.readableBytesView)
        try await RawPeer.run { bare in
            try await bare.connect { connection in
                try await connection.send(
                    RawPeer.Connection.open(offering: [.routeRefresh, .enhancedRouteRefresh]),
                    .keepalive
                )
                _ = try await bare.peer { $0.state == .established }
                try await connection.write(message)
                let answer = try await connection.rest().last
                #expect(answer == .notification(.invalidRouteRefreshLength(message: octets)))
                let peer = try await bare.peer { $0.lastFailure != nil }
                #expect(
                    peer.lastFailure?.evidence
                        == .sent(.invalidRouteRefreshLength(message: octets), in: .established, open: nil)
                )
            }
        }
    }
}
