import Addressing
import BGPEngine
import BGPTransport
import BGPWire
import NIOCore
import NIOPosix
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct `A speaker on a hostile network` {
    @Test func `keeps its session through ten thousand connections of garbage`() async throws {
        try await BarePeer.run(addresses: ["127.0.0.1", "127.0.0.2"]) { bare in
            try await bare.connect { connection in
                try await connection.send(BarePeer.Connection.open(), .keepalive)
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
                    try await other.send(BarePeer.Connection.open(), .keepalive)
                    _ = try await bare.peer("127.0.0.2") { $0.state == .established }
                }
                let snapshot = bare.speaker.snapshot().first { $0.id.peer == "127.0.0.1" }
                #expect(snapshot?.state == .established)
                #expect(snapshot?.establishedTransitions == 1)
            }
        }
    }

    @Test func `keeps one of the connections that never finish an OPEN`() async throws {
        try await BarePeer.run { bare in
            let port = try await bare.port()
            let beginning = Array(
                try BarePeer.Connection.open().encoded(in: WireContext()).readableBytesView.prefix(25)
            )
            let (stop, continuation) = AsyncStream.makeStream(of: Void.self)
            try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    // Each but the last is told to go when the next one comes.
                    let told = try await NIOThreadPool.singleton.runIfActive {
                        var told = 0
                        var last = try RawConnection(from: "127.0.0.1")
                        try last.connect(to: port)
                        last.send(beginning)
                        for _ in 0..<300 {
                            let next = try RawConnection(from: "127.0.0.1")
                            try next.connect(to: port)
                            next.send(beginning)
                            if last.rest().suffix(2) == [6, 7] { told += 1 }
                            last = next
                        }
                        return told
                    }
                    for await _ in stop {}
                    return told
                }
                try await bare.connect { connection in
                    try await connection.send(BarePeer.Connection.open(), .keepalive)
                    _ = try await bare.peer { $0.state == .established || $0.attempts > 300 }
                }
                continuation.finish()
                let told = try await group.next()
                #expect((told ?? 0) >= 299)
            }
            try await bare.connect { connection in
                try await connection.send(BarePeer.Connection.open(), .keepalive)
                _ = try await bare.peer { $0.state == .established }
            }
        }
    }
}
