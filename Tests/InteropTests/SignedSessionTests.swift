import BGPResources
import BGPTypes
import Planning
import SpeakerAPI
import TestSupport
import Testing

extension Interop {
    /// TCP MD5 (RFC 2385) on every kind of connection, with routes over it (RFC 8950 where that is IPv6).
    @Suite struct SignedSessionTests {
        @Test(arguments: Way.allCases, [true, false])
        func `a session with a password comes up, whichever side dials`(way: Way, isDialled: Bool) async throws {
            let settings =
                "password \"sesame\"; \(isDialled ? "passive on;" : "") \(way == .linkLocal ? Self.source : "")"
            var row = FailureRow(
                what: "nothing is wrong",
                router: WrongRouter.bird(settings, neighbor: way.node),
                node: FailureRow.NodeSide(
                    peerAddress: way.router,
                    listens: true,
                    password: "sesame",
                    localAddress: way.localAddress
                ),
                says: FailureRow.Words(reason: "", seen: "", cause: "", fix: "")
            )
            if !isDialled {
                // What the node dials is lost, so only a connection of the router's can come up.
                row.before = { session in try await session.nodeHost.filter("output", "tcp dport 179 drop") }
            }
            try await FailingSession.with(row) { session in
                let status = try await eventually("the session is established") {
                    try await session.page().peers.map(\.status).first { $0.peeringState == .established }
                }
                #expect((status.localPort == 179) == !isDialled)
                #expect((status.peerPort == 179) == isDialled)
                guard case .bird(let bird)? = session.router else { return }
                try await eventually("the routes arrive", is: way.nextHop) {
                    try await bird.table(.ipv4).nextHops.byPrefix["10.9.0.1/32"]?.first ?? "none"
                }
            }
        }

        @Test func `a session with a password comes up among four hundred where the kernel has room for 150 keys`()
            async throws
        {
            var row = FailureRow(
                what: "nothing is wrong",
                router: WrongRouter.bird("password \"sesame\";", neighbor: Way.ipv4.node),
                node: FailureRow.NodeSide(
                    listens: true,
                    password: "sesame",
                    neighbours: (0..<403).map { "10.5.\($0 / 200).\(1 + $0 % 200)" }
                ),
                says: FailureRow.Words(reason: "", seen: "", cause: "", fix: "")
            )
            row.before = { session in
                // Only a connection of the router's can come up, by a key of the listening socket.
                try await session.nodeHost.filter("output", "tcp dport 179 drop")
                // Before Linux 6.8 a network namespace has no bound of its own.
                let bound = "/proc/sys/net/core/optmem_max"
                try await session.nodeHost.command("sh", "-c", "[ ! -e \(bound) ] || echo 20480 > \(bound)").run()
            }
            try await FailingSession.with(row) { session in
                let status = try await eventually("the session is established") {
                    try await session.page().peers.map(\.status).first { $0.peeringState == .established }
                }
                #expect(status.localPort == 179)
                let page = try await session.page()
                #expect(page.peers.count == 404)
                let instance = try #require(page.instances?.first)
                #expect(instance.problem == nil)
            }
        }

        /// A link has a second address of this kind, which the system would prefer.
        private static let source = "local fe80::254 as 65000;"

        enum Way: String, CaseIterable, Sendable {
            case ipv4, ipv6, linkLocal

            var router: String {
                switch self {
                case .ipv4: "10.0.0.254"
                case .ipv6: "fd00:1::254"
                case .linkLocal: "fe80::254%eth0"
                }
            }

            var node: String {
                switch self {
                case .ipv4: "10.0.0.1"
                case .ipv6: "fd00:1::1"
                case .linkLocal: "fe80::1%eth0"
                }
            }

            /// What the override says.
            var localAddress: String? { self == .linkLocal ? "fe80::1" : nil }

            /// The node has an IPv4 address on the link whatever the session runs over, and announces that.
            var nextHop: String { "10.0.0.1" }
        }
    }
}
