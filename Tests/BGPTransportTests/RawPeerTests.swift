import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import NIOCore
import Signals
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct RawPeerTests {
    private static func update(hosts: Range<UInt32>) -> Message {
        let prefixes = hosts.map { IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + $0))) }
        var update = UpdateMessage(announced: NLRI(prefixes, family: .ipv4))
        update.attributes.origin = .igp
        update.attributes.asPath = ASPath(sequence: [65001])
        update.attributes.nextHop = IPv4Address(127, 0, 0, 1)
        return .update(update)
    }

    @Test func `a message that arrives octet by octet is read`() async throws {
        try await RawPeer.run { bare in
            try await bare.connect { connection in
                try await connection.sendSlowly(RawPeer.Connection.open(), .keepalive, Self.update(hosts: 0..<3))
                let snapshot = try await bare.peer { $0.families.first?.received == 3 }
                #expect(snapshot.state == .established)
            }
        }
    }

    @Test(arguments: [(810, 4093), (13098, 65533)])
    func `messages of the maximum length are read`(prefixes: UInt32, length: Int) async throws {
        let update = Self.update(hosts: 0..<prefixes)
        let context = WireContext(fourOctetAS: true)
        #expect(update.encoded(in: context).readableBytes == length)
        try await RawPeer.run { bare in
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive, update)
                let snapshot = try await bare.peer { $0.families.first?.received == Int(prefixes) }
                #expect(snapshot.negotiation?.wire.maximumReceivedLength == 65535)
            }
        }
    }

    @Test func `garbage from a peer is answered with one NOTIFICATION`() async throws {
        try await RawPeer.run { bare in
            try await bare.connect { connection in
                try await connection.write(ByteBuffer(string: "GET / HTTP/1.1\r\nHost: router\r\n\r\n"))
                let messages = try await connection.rest()
                #expect(messages.map(\.type) == [.open, .notification])
                #expect(messages.last == .notification(.connectionNotSynchronized))
            }
            let snapshot = try await bare.peer { $0.lastFailure != nil }
            #expect(snapshot.lastFailure?.evidence == .sent(.connectionNotSynchronized, in: .openSent, open: nil))
        }
    }

    @Test func `connections from unknown addresses get no answer, however many come`() async throws {
        try await RawPeer.run { bare in
            for _ in 0..<200 {
                try await bare.connect(from: "127.0.0.9") { connection in
                    _ = try? await connection.write(ByteBuffer(repeating: 0xFF, count: 300))
                    let messages = try await connection.rest()
                    #expect(messages == [])
                }
            }
            #expect(bare.speaker.snapshot().first?.connection.attempts == 0)
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive)
                _ = try await bare.peer { $0.state == .established }
            }
        }
    }

    @Test func `a peer that is held down is turned away with a reason`() async throws {
        try await RawPeer.run { bare in
            var instances = bare.instances
            instances[0].peers[0].heldDown = .missingPeerConfig("fabric")
            bare.speaker.apply(instances)
            try await bare.connect { connection in
                let messages = try await connection.rest()
                #expect(messages == [.notification(.cease(.connectionRejected))])
            }
        }
    }

    @Test func `a speaker runs several instances, each on its own port`() async throws {
        try await RawPeer.run(instances: ["router", "other"]) { bare in
            for (instance, asNumber) in [("router", 65000), ("other", 65100)] as [(String, ASNumber)] {
                try await bare.connect(to: instance) { connection in
                    guard case .open(let open) = try await connection.next() else {
                        Issue.record("no OPEN first")
                        return
                    }
                    #expect(open.asNumber == asNumber)
                    try await connection.send(RawPeer.Connection.open(), .keepalive)
                    _ = try await bare.speaker.signal.changes().first {
                        bare.speaker.snapshot().first { $0.id.instance == instance && $0.state == .established }
                    }
                }
            }
        }
    }

    @Test func `a peer that stops reading costs little memory and does not delay the others`() async throws {
        // A kilobyte a route, so that a few thousand do not fit into the buffers of the kernel.
        let communities = (0..<250).map { Community(65001, UInt16($0)) }
        let routes = (0..<5000 as Range<UInt32>).map { number in
            Route(
                prefix: IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + number))),
                attributes: RouteAttributes(med: number, communities: communities)
            )
        }
        let table = RouteTable(routes)
        try await RawPeer.run(addresses: ["127.0.0.1", "127.0.0.2"]) { bare in
            try await bare.connect(receiveBuffer: 4096) { silent in
                try await silent.send(RawPeer.Connection.open(), .keepalive)
                _ = try await bare.peer { $0.state == .established }
                try await bare.connect(from: "127.0.0.2") { reader in
                    try await reader.send(RawPeer.Connection.open(), .keepalive)
                    _ = try await bare.peer("127.0.0.2") { $0.state == .established }
                    let ids = ["127.0.0.1", "127.0.0.2"].map { PeerID(instance: "router", peer: $0) }
                    bare.speaker.announce([ids[0]: table, ids[1]: table], isComplete: true)
                    _ = try await bare.peer("127.0.0.2") { $0.families.first?.announced == routes.count }
                    let stuck = try await bare.peer { ($0.families.first?.desired ?? 0) == routes.count }
                    #expect(stuck.state == .established)
                    #expect((stuck.families.first?.announced ?? 0) < routes.count)
                }
            }
        }
    }
}
