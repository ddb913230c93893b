import Addressing
import BGPEngine
import BGPTransport
import BGPWire
import TestSupport
import Testing

extension Interop {
    /// The engine and its sockets alone, against each router, on a host of their own.
    @Suite struct `The engine` {
        @Test(arguments: RouterKind.allCases, [Relation.external, .`internal`])
        func `announces, changes and withdraws routes`(kind: RouterKind, relation: Relation) async throws {
            try await LoneSpeaker.with(kind, relation) { speaker, router in
                speaker.want([Self.plain, Self.coloured, Self.plain6])
                try await speaker.routerHas([
                    "10.9.0.1/32": path(relation), "10.9.0.2/32": colouredPath(relation),
                    "fd09::1/128": path(relation, nextHop: "fd00:1::1"),
                ])

                // The coloured one loses its colour, the plain one goes, another comes.
                var paler = Self.coloured
                paler.attributes = RouteAttributes()
                let another = try Self.route("10.9.1.0/24")
                speaker.want([paler, another, Self.plain6])
                try await speaker.routerHas([
                    "10.9.0.2/32": path(relation), "10.9.1.0/24": path(relation),
                    "fd09::1/128": path(relation, nextHop: "fd00:1::1"),
                ])

                speaker.want([])
                try await speaker.routerHas([:])
                #expect(try await router.neighbors() == ["10.0.0.1": "Established"])
            }
        }

        @Test(arguments: RouterKind.allCases)
        func `comes back from a restart without the router losing a route`(kind: RouterKind) async throws {
            try await LoneSpeaker.with(kind, .external) { speaker, router in
                speaker.want([Self.plain, Self.coloured])
                let table = ["10.9.0.1/32": path(.external), "10.9.0.2/32": colouredPath(.external)]
                try await speaker.routerHas(table)
                try await speaker.restart {
                    try await eventually("the router has lost the session", is: false) {
                        try await router.neighbors()["10.0.0.1"] == "Established"
                    }
                    try await speaker.routerHas(table)
                }
                // One of the two did not come back: it may go only when the new set is complete.
                speaker.want([Self.plain])
                try await speaker.routerHas(["10.9.0.1/32": path(.external)])
            }
        }

        @Test(arguments: RouterKind.allCases)
        func `takes its routes along when it leaves`(kind: RouterKind) async throws {
            try await LoneSpeaker.with(kind, .external) { speaker, _ in
                speaker.want([Self.plain])
                try await speaker.routerHas(["10.9.0.1/32": path(.external)])
                await speaker.leave()
                try await speaker.routerHas([:])
            }
        }

        @Test(arguments: RouterKind.allCases)
        func `holds a session with a password`(kind: RouterKind) async throws {
            try await LoneSpeaker.with(kind, .external, password: "s3cret-of-the-test") { speaker, _ in
                speaker.want([Self.plain])
                try await speaker.routerHas(["10.9.0.1/32": path(.external)])
            }
        }

        @Test(arguments: RouterKind.allCases)
        func `announces 10,000 routes and withdraws them`(kind: RouterKind) async throws {
            try await LoneSpeaker.with(kind, .external) { speaker, router in
                let routes = (0..<10_000).map { index in
                    Route(prefix: IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A64_0000 + UInt32(index)))))
                }
                speaker.want(routes)
                try await eventually("the router has all of them", is: 10_000, within: .seconds(60)) {
                    try await router.table(.ipv4).routes.count
                }
                speaker.want([])
                try await eventually("the router has none", is: 0, within: .seconds(60)) {
                    try await router.table(.ipv4).routes.count
                }
            }
        }

        private static let plain = Route(prefix: IPPrefix(host: .v4(IPv4Address(10, 9, 0, 1))))
        private static let plain6 = Route(
            prefix: IPPrefix(host: .v6(IPv6Address(high: 0xFD09_0000_0000_0000, low: 1)))
        )
        private static let coloured = Route(
            prefix: IPPrefix(host: .v4(IPv4Address(10, 9, 0, 2))),
            attributes: RouteAttributes(
                origin: .egp,
                localPreference: 200,
                med: 7,
                asPathPrepend: 2,
                communities: [Community(65000, 2), Community(65000, 1)],
                largeCommunities: [LargeCommunity(65000, 1, 2)]
            )
        )

        private static func route(_ text: String) throws -> Route {
            Route(prefix: try #require(IPPrefix(text)))
        }

        private func path(_ relation: Relation, nextHop: String = "10.0.0.1") -> RouterPath {
            RouterPath(nextHop: nextHop, asPath: relation == .external ? [65001] : [], localPreference: 100)
        }

        private func colouredPath(_ relation: Relation) -> RouterPath {
            RouterPath(
                nextHop: "10.0.0.1",
                asPath: relation == .external ? [65001, 65001, 65001] : [],
                origin: "EGP",
                localPreference: relation == .external ? 100 : 200,
                med: 7,
                communities: ["65000:1", "65000:2"],
                largeCommunities: ["65000:1:2"]
            )
        }
    }
}

/// Whether the two are of one AS.
enum Relation: Sendable, CaseIterable {
    case external
    case `internal`

    /// The router's AS; the speaker's is 65001.
    var routerAS: UInt32 { self == .external ? 65000 : 65001 }
}
