import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import NIOCore
import NIOPosix
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct HostileNetworkTests {
    @Test func `a speaker keeps its session through ten thousand connections of garbage`() async throws {
        try await RawPeer.run(addresses: ["127.0.0.1", "127.0.0.2"]) { bare in
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive)
                _ = try await bare.peer { $0.state == .established }
                let port = try await bare.port()
                try await NIOThreadPool.singleton.runIfActive {
                    var generator = MessageGenerator(seed: 1)
                    for number in 0..<10_000 {
                        // One in ten has the address of the peer whose session is up.
                        let raw = try RawConnection(from: number % 10 == 0 ? "127.0.0.1" : "127.0.0.9")
                        try raw.connect(to: port)
                        raw.send(generator.octets(200))
                    }
                }
                try await bare.connect(from: "127.0.0.2") { other in
                    try await other.send(RawPeer.Connection.open(), .keepalive)
                    _ = try await bare.peer("127.0.0.2") { $0.state == .established }
                }
                let snapshot = bare.speaker.snapshot().first { $0.id.peer == "127.0.0.1" }
                #expect(snapshot?.state == .established)
                #expect(snapshot?.establishedTransitions == 1)
            }
        }
    }

    @Test func `a speaker keeps one of the connections that never finish an OPEN`() async throws {
        try await RawPeer.run { bare in
            let flood = try Flood(port: try await bare.port())
            let told = try await NIOThreadPool.singleton.runIfActive { try flood.run(connections: 300) }
            #expect(told == 300)
            // The last of them is open still.
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive)
                _ = try await bare.peer { $0.state == .established }
            }
        }
    }

    @Test func `a router that dials again gets its session beside connections that never finish an OPEN`()
        async throws
    {
        try await RawPeer.run { bare in
            let flood = try Flood(port: try await bare.port())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await NIOThreadPool.singleton.runIfActive { try flood.run(connections: 300) }
                }
                // Until it is up, a connection may be told to go for the next one, in the middle of a word. A router
                // takes no notice and dials again.
                try await eventually("the router has its session", is: true) {
                    try await bare.connect { connection in
                        try await connection.send(RawPeer.Connection.open(), .keepalive)
                        guard case .open = try await connection.next(), try await connection.next() == .keepalive
                        else { throw Overdue(description: "the connection was told to go") }
                        _ = try await bare.peer { $0.state == .established }
                        // Once it is up, no connection without an OPEN ends it.
                        try await group.waitForAll()
                        let snapshot = bare.speaker.snapshot().first
                        #expect(snapshot?.state == .established)
                        #expect(snapshot?.establishedTransitions == 1)
                    }
                    return true
                }
            }
        }
    }
}

/// Connections of one address that begin an OPEN and never finish it, each opened before the one before is told to go.
private final class Flood: Sendable {
    private let port: UInt16
    private let beginning: [UInt8]

    init(port: UInt16) throws {
        self.port = port
        beginning = Array(try RawPeer.Connection.open().encoded(in: WireContext()).readableBytesView.prefix(25))
    }

    /// Opens one more than so many and says how many were told with a Cease/7 that the next one is kept.
    func run(connections: Int) throws -> Int {
        var told = 0
        var last = try open()
        for _ in 0..<connections {
            let next = try open()
            if last.rest().suffix(2) == [6, 7] { told += 1 }
            last = next
        }
        return told
    }

    private func open() throws -> RawConnection {
        let connection = try RawConnection(from: "127.0.0.1")
        try connection.connect(to: port)
        connection.send(beginning)
        return connection
    }
}
