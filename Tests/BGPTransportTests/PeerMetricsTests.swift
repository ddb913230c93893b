import AdminServer
import BGPEngine
import BGPTransport
import BGPTypes
import BGPWire
import Logging
import NIOCore
import PlainText
import TestSupport
import Testing

/// What a speaker tells Prometheus, and that all of it goes with what it is about.
@Suite(.timeLimit(.minutes(10))) struct PeerMetricsTests {
    private static func update(_ hosts: Range<UInt32>, communities: Int = 0) -> Message {
        let prefixes = hosts.map { IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + $0))) }
        var update = UpdateMessage(announced: NLRI(prefixes, family: .ipv4))
        update.attributes.origin = .igp
        update.attributes.asPath = ASPath(sequence: [65001])
        update.attributes.nextHop = IPv4Address(127, 0, 0, 1)
        update.attributes.med = hosts.lowerBound
        update.attributes.communities = (0..<communities).map { Community(65001, UInt16($0)) }
        return .update(update)
    }

    private static func series(_ registry: MetricsRegistry) -> [String] {
        registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    /// The value of the first series of a name with these labels.
    private static func value(_ registry: MetricsRegistry, _ name: String, _ labels: String...) -> String? {
        let line = series(registry).first { line in line.hasPrefix(name) && labels.allSatisfy { line.contains($0) } }
        return line?.split(separator: " ").last.map(String.init)
    }

    @Test func `the series of a removed peer go, and no others`() async throws {
        let registry = MetricsRegistry()
        try await RawPeer.run(addresses: ["127.0.0.1", "127.0.0.2"], metrics: registry) { bare in
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive)
                _ = try await bare.peer { $0.state == .established }
                // A NOTIFICATION either way has series of its own, an unassigned one as well.
                try await connection.send(.notification(NotificationError(code: .init(rawValue: 77), subcode: 3)))
                _ = try await bare.peer { $0.lastFailure != nil }
            }
            try await eventually("both have series", is: true) {
                Self.series(registry).contains { $0.contains(#"peer="127.0.0.1""#) }
                    && Self.series(registry).contains { $0.contains(#"peer="127.0.0.2""#) }
            }
            #expect(Self.value(registry, "martlet_bgp_notifications_received_total", #"code="other""#) == "1")
            var instances = bare.instances
            instances[0].peers.removeFirst()
            bare.speaker.apply(instances)
            try await eventually("one has none", is: false) {
                Self.series(registry).contains { $0.contains(#"peer="127.0.0.1""#) }
            }
            #expect(Self.value(registry, "martlet_bgp_session_up", #"peer="127.0.0.2""#) == "0")
            // It comes back from nothing, and goes again with its instance.
            bare.speaker.apply(bare.instances)
            try await eventually("it is there again", is: "0") {
                Self.value(registry, "martlet_bgp_session_established_transitions_total", #"peer="127.0.0.1""#)
            }
            #expect(Self.value(registry, "martlet_bgp_notifications_received_total") == nil)
            bare.speaker.apply([])
            try await eventually("nothing is left", is: []) { Self.series(registry) }
        }
    }

    @Test func `series go with a peer that leaves late, and with an instance that is recreated`() async throws {
        let registry = MetricsRegistry()
        try await RawPeer.run(metrics: registry) { bare in
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive)
                _ = try await bare.peer { $0.state == .established }
                bare.speaker.apply([])
                // What the peer says after the Cease is heard while the connection drains, and counted for nobody.
                try? await connection.send(.notification(.cease(.administrativeShutdown)))
                _ = try? await connection.rest()
            }
            try await eventually("nothing is left", is: []) { Self.series(registry) }
            var again = bare.instances
            again[0].localAS = 65009
            again[0].peers[0].configuration.localAS = 65009
            bare.speaker.apply(bare.instances)
            try await eventually("there is one", is: "0") { Self.value(registry, "martlet_bgp_session_up") }
            bare.speaker.apply(again)
            try await eventually("there is one", is: "0") { Self.value(registry, "martlet_bgp_session_up") }
            #expect(Self.series(registry).count { $0.hasPrefix("martlet_bgp_session_up") } == 1)
        }
        #expect(Self.series(registry) == [], "the program's end is the peers' end")
    }

    @Test func `series go with a family that is removed`() async throws {
        let registry = MetricsRegistry()
        try await RawPeer.run(metrics: registry) { bare in
            var instances = bare.instances
            instances[0].peers[0].configuration.families = [.ipv4Unicast, .ipv6Unicast]
            bare.speaker.apply(instances)
            try await eventually("there are two families", is: ["0", "0"]) {
                ["ipv4/unicast", "ipv6/unicast"].map {
                    Self.value(registry, "martlet_bgp_prefixes_desired", "family=\"\($0)\"")
                }
            }
            instances[0].peers[0].configuration.families = [.ipv6Unicast]
            bare.speaker.apply(instances)
            try await eventually("one is left", is: [false, true]) {
                ["ipv4/unicast", "ipv6/unicast"].map { family in
                    Self.series(registry).contains { $0.contains("family=\"\(family)\"") }
                }
            }
        }
    }

    @Test func `routes received and not kept are counted, and logged once`() async throws {
        let registry = MetricsRegistry()
        let lines = LogLines()
        try await RawPeer.run(receivedRoutesMemory: 64 << 10, metrics: registry, logger: lines.logger(from: .trace)) {
            bare in
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive)
                for number in 0..<200 as Range<UInt32> {
                    try await connection.send(Self.update(number..<(number + 1), communities: 250))
                }
                let full = try await bare.peer { $0.families.first?.received == 200 }
                let notKept = try #require(full.families.first?.notKept)
                #expect(notKept > 100)
                try await eventually("the metric has them", is: "\(notKept)") {
                    Self.value(
                        registry,
                        "martlet_bgp_prefixes_not_kept",
                        #"peer="127.0.0.1""#,
                        #"family="ipv4/unicast""#
                    )
                }
                #expect(Self.value(registry, "martlet_bgp_prefixes_received", #"peer="127.0.0.1""#) == "200")
                let told = lines.all.filter { $0.contains("counted and not kept") }
                #expect(told.count == 1)
                let line = try #require(told.first)
                #expect(line.hasPrefix("notice received routes are counted and not kept from now on"))
                for part in [
                    "bgp.peer=127.0.0.1", "bgp.received.limit=memory for received routes", "bgp.received.memory=65536",
                    "prefixLimit",
                ] {
                    #expect(line.contains(part), "\(line)")
                }
            }
            // With the session the routes go, and the metric is zero again.
            try await eventually("nothing is received", is: "0") {
                Self.value(registry, "martlet_bgp_prefixes_not_kept", #"peer="127.0.0.1""#)
            }
        }
    }

    @Test func `messages are counted by type, and session failures by reason`() async throws {
        let registry = MetricsRegistry()
        func count(_ direction: String, _ type: String) -> String? {
            Self.value(registry, "martlet_bgp_messages_\(direction)_total", "type=\"\(type)\"")
        }
        try await RawPeer.run(metrics: registry) { bare in
            let id = PeerID(instance: "router", peer: "127.0.0.1")
            bare.speaker.announce([id: try RouteTable(prefixes: "203.0.113.1/32")], isComplete: true)
            try await bare.connect { connection in
                try await connection.send(RawPeer.Connection.open(), .keepalive)
                _ = try await bare.peer { $0.families.first?.announced == 1 }
                try await connection.send(Self.update(0..<1), .keepalive)
                _ = try await bare.peer { $0.families.first?.received == 1 }
                try await eventually("what was said", is: ["1", "1", "2", "0", "0"]) {
                    ["open", "update", "keepalive", "notification", "route_refresh"].map { count("received", $0) }
                }
                #expect(count("sent", "open") == "1")
                #expect(count("sent", "update") == "1")
                #expect(count("sent", "notification") == "0")
                let up = try await bare.peer { $0.state == .established }
                #expect(
                    Self.value(registry, "martlet_bgp_session_since_timestamp_seconds").flatMap { Double($0) }
                        == up.since.secondsSinceEpoch
                )
                try await connection.send(.notification(.cease(.administrativeShutdown)))
                _ = try await bare.peer { $0.lastFailure != nil }
            }
            #expect(count("received", "notification") == "1")
            #expect(
                Self.value(
                    registry,
                    "martlet_bgp_session_failures_total",
                    #"peer_address="127.0.0.1""#,
                    #"peer_asn="65001""#,
                    #"reason="AdministrativeShutdown""#
                ) == "1"
            )
        }
    }

    @Test func `convergence is measured until all peers are updated, and not for changes that no peer sees`()
        async throws
    {
        let registry = MetricsRegistry()
        let peers = ["127.0.0.1", "127.0.0.2"]
        func count() -> String? { Self.value(registry, "martlet_bgp_convergence_seconds_count") }
        try await RawPeer.run(addresses: peers, metrics: registry) { bare in
            func announce(_ table: RouteTable, since event: ContinuousClock.Instant? = .now) {
                let tables = peers.map { (PeerID(instance: "router", peer: $0), table) }
                bare.speaker.announce(Dictionary(uniqueKeysWithValues: tables), isComplete: true, since: event)
            }
            let one = try RouteTable(prefixes: "203.0.113.1/32")
            // Nobody is there to be told.
            announce(one)
            _ = try await bare.peer { $0.families.first?.desired == 1 }
            #expect(count() == "0")
            try await bare.connect { first in
                try await first.send(RawPeer.Connection.open(), .keepalive)
                _ = try await bare.peer { $0.families.first?.announced == 1 }
                #expect(count() == "0", "what a new session is told follows from no event")
                try await bare.connect(from: "127.0.0.2") { second in
                    try await second.send(RawPeer.Connection.open(), .keepalive)
                    _ = try await bare.peer("127.0.0.2") { $0.families.first?.announced == 1 }
                    announce(try RouteTable(prefixes: "203.0.113.1/32", "203.0.113.2/32"))
                    try await eventually("one change is one", is: "1") { count() }
                    // The same again, and something else that no event was about.
                    announce(try RouteTable(prefixes: "203.0.113.1/32", "203.0.113.2/32"))
                    announce(one, since: nil)
                    announce(RouteTable())
                    try await eventually("and the next", is: "2") { count() }
                    for peer in peers { _ = try await bare.peer(peer) { $0.families.first?.announced == 0 } }
                    #expect(count() == "2")
                }
            }
        }
    }
}
