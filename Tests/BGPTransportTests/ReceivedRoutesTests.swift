import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import NIOCore
import TestSupport
import Testing

/// Routers that announce more than a node has memory for, as one does that leaks a full table.
@Suite(.timeLimit(.minutes(10))) struct ReceivedRoutesTests {
    /// UPDATEs with so many hosts each, all with the same attributes, or with those of their number.
    private static func updates(_ hosts: Range<UInt32>, each size: Int = 800, unique communities: Int = 0) -> [Message]
    {
        stride(from: hosts.lowerBound, to: hosts.upperBound, by: size).map { first in
            let numbers = first..<min(first + UInt32(size), hosts.upperBound)
            let prefixes = numbers.map { IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + $0))) }
            var update = UpdateMessage(announced: NLRI(prefixes, family: .ipv4))
            update.attributes.origin = .igp
            update.attributes.asPath = ASPath(sequence: [65001])
            update.attributes.nextHop = IPv4Address(127, 0, 0, 1)
            if communities > 0 {
                update.attributes.med = first
                update.attributes.communities = (0..<communities).map { Community(65001, UInt16($0)) }
            }
            return .update(update)
        }
    }

    private static func withdrawal(_ hosts: Range<UInt32>) -> Message {
        let prefixes = hosts.map { IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + $0))) }
        return .update(UpdateMessage(withdrawn: NLRI(prefixes, family: .ipv4)))
    }

    private static func counts(_ snapshot: PeerSnapshot) -> [Int] {
        snapshot.families.first.map { [$0.received, $0.notKept] } ?? []
    }

    private static func id(_ address: String) -> PeerID { PeerID(instance: "router", peer: address) }

    @Test func `a router that leaks a full table keeps its session, and all its routes are counted`() async throws {
        try await RawPeer.run { bare in
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive)
                for update in Self.updates(0..<103_000) { try await connection.send(update) }
                let full = try await bare.peer { $0.families.first?.received == 103_000 }
                #expect(full.state == .established)
                #expect(Self.counts(full) == [103_000, 3000])
                try await connection.send(Self.withdrawal(0..<500), Self.withdrawal(102_000..<102_500))
                let less = try await bare.peer { $0.families.first?.received == 102_000 }
                #expect(Self.counts(less) == [102_000, 2500])
                // What is told again finds the room that was left.
                for update in Self.updates(101_000..<102_000) { try await connection.send(update) }
                _ = try await bare.peer { Self.counts($0) == [102_000, 2000] }
                let start = IPPrefix("10.1.138.135/32")
                let next = await bare.speaker.received(Self.id("127.0.0.1"), .ipv4, after: start)?.decoded() ?? []
                #expect(next.prefix(2).map(\.prefix.description) == ["10.1.138.136/32", "10.1.138.137/32"])
                let transitions = bare.speaker.snapshot().first?.establishedTransitions
                #expect(transitions == 1)
            }
        }
    }

    @Test func `routers whose routes all differ fill the memory that is for attributes, and no more`() async throws {
        let routers = (1...4).map { "127.0.0.\($0)" }
        try await RawPeer.run(addresses: routers + ["127.0.0.5"], receivedRoutesMemory: 1 << 20) { bare in
            try await Self.flood(bare, routers[...]) {
                // A router that comes last is listed as well.
                try await bare.connect(from: "127.0.0.5") { connection in
                    try await connection.send(RawPeer.Connection.open(), .keepalive)
                    for update in Self.updates(5000..<5003) { try await connection.send(update) }
                    let late = try await bare.peer("127.0.0.5") { $0.families.first?.received == 3 }
                    #expect(Self.counts(late) == [3, 0])
                }
                let peers = bare.speaker.snapshot().filter { $0.id.peer != "127.0.0.5" }
                #expect(peers.map(\.state) == Array(repeating: .established, count: 4))
                #expect(peers.map(\.establishedTransitions) == [1, 1, 1, 1])
                #expect(peers.map { $0.families.first?.received } == [400, 400, 400, 400])
                let kept = peers.map { 400 - ($0.families.first?.notKept ?? 0) }
                // Half a mebibyte, and for each a little of its own; a route takes a kilobyte.
                #expect(kept.reduce(0, +) < (512 + 4 * 32))
                #expect(kept.reduce(0, +) > 400)
                #expect(kept.allSatisfy { $0 > 20 }, "\(kept)")
                #expect(peers.allSatisfy { $0.lastFailure == nil })
            }
        }
    }

    /// Announces four hundred routes with attributes of a kilobyte from each address, and holds the sessions around `body`.
    private static func flood(
        _ bare: RawPeer,
        _ routers: ArraySlice<String>,
        _ body: () async throws -> Void
    ) async throws {
        guard let router = routers.first else { return try await body() }
        try await bare.connect(from: router) { connection in
            try await connection.send(RawPeer.Connection.open(), .keepalive)
            for update in updates(0..<400, each: 1, unique: 250) { try await connection.send(update) }
            _ = try await bare.peer(router) { $0.families.first?.received == 400 }
            try await flood(bare, routers.dropFirst(), body)
        }
    }

    @Test func `a router gives up attributes before a session ends`() async throws {
        try await RawPeer.run(addresses: ["127.0.0.1", "127.0.0.2"], receivedRoutesMemory: 1 << 20) { bare in
            try await bare.connect { first in
                try await first.send(RawPeer.Connection.open(), .keepalive)
                for update in Self.updates(0..<400, each: 1, unique: 250) { try await first.send(update) }
                let before = try await bare.peer { $0.families.first?.received == 400 }
                #expect((before.families.first?.notKept ?? 0) < 50)
                try await bare.connect(from: "127.0.0.2") { second in
                    try await second.send(RawPeer.Connection.open(), .keepalive)
                    for update in Self.updates(0..<30_000) { try await second.send(update) }
                    let other = try await bare.peer("127.0.0.2") { $0.families.first?.received == 30_000 }
                    #expect(other.lastFailure == nil)
                    _ = try await bare.peer { Self.counts($0) == [400, 400] && $0.lastFailure == nil }
                    // What is told again is kept again.
                    for update in Self.updates(0..<10) { try await first.send(update) }
                    _ = try await bare.peer { Self.counts($0) == [400, 390] && $0.state == .established }
                }
            }
        }
    }

    @Test func `only a router whose prefixes cannot even be counted loses its session`() async throws {
        try await RawPeer.run(addresses: ["127.0.0.1", "127.0.0.2"], receivedRoutesMemory: 1 << 20) { bare in
            try await bare.connect(from: "127.0.0.2") { other in
                try await other.send(RawPeer.Connection.open(), .keepalive)
                for update in Self.updates(0..<3) { try await other.send(update) }
                _ = try await bare.peer("127.0.0.2") { Self.counts($0) == [3, 0] }
                try await bare.connect { flood in
                    try await flood.send(RawPeer.Connection.open(), .keepalive)
                    for update in Self.updates(0..<60_000) { try? await flood.send(update) }
                    let ended = try await bare.peer { $0.lastFailure != nil }
                    #expect(ended.lastFailure?.evidence == .stopped(.outOfResources, in: .established))
                    #expect(ended.lastFailure?.explanation.fix.contains("--received-routes-memory") == true)
                    let messages = try await flood.rest()
                    #expect(messages.last == .notification(.cease(.outOfResources)))
                }
                // What it had is free again, for more than was left before.
                for update in Self.updates(0..<40_000) { try await other.send(update) }
                let full = try await bare.peer("127.0.0.2") { $0.families.first?.received == 40_000 }
                #expect(full.state == .established)
                #expect(full.lastFailure == nil)
            }
        }
    }

    @Test func `a session that needs room takes none of its announced routes from the count`() async throws {
        try await RawPeer.run(addresses: ["127.0.0.1", "127.0.0.2"], receivedRoutesMemory: 1 << 20) { bare in
            try await bare.connect { flood in
                try await flood.send(RawPeer.Connection.open(), .keepalive)
                for update in Self.updates(0..<48_000) { try await flood.send(update) }
                _ = try await bare.peer { $0.families.first?.received == 48_000 }
                try await bare.connect(from: "127.0.0.2") { other in
                    try await other.send(RawPeer.Connection.open(), .keepalive)
                    for update in Self.updates(0..<25_000) { try await other.send(update) }
                    let counted = try await bare.peer("127.0.0.2") { $0.families.first?.received == 25_000 }
                    #expect(counted.lastFailure == nil)
                    let ended = try await bare.peer { $0.lastFailure != nil }
                    #expect(ended.lastFailure?.evidence == .stopped(.outOfResources, in: .established))
                }
            }
        }
    }

    @Test func `prefixLimit counts what is not kept, too`() async throws {
        try await RawPeer.run(receivedRoutesMemory: 64 << 10) { bare in
            var instances = bare.instances
            instances[0].peers[0].configuration.prefixLimit = 200
            bare.speaker.apply(instances)
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive)
                for update in Self.updates(0..<200, each: 1, unique: 250) { try await connection.send(update) }
                let full = try await bare.peer { $0.families.first?.received == 200 }
                #expect((full.families.first?.notKept ?? 0) > 100)
                for update in Self.updates(200..<201) { try await connection.send(update) }
                let ended = try await bare.peer { $0.lastFailure != nil }
                #expect(
                    ended.lastFailure?.evidence == .stopped(.prefixLimit(.ipv4Unicast, limit: 200), in: .established)
                )
            }
        }
    }
}
