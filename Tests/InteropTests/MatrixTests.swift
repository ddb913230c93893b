import BGPResources
import BGPTypes
import TestSupport
import Testing

/// Every router of the table, as `Tests/README.md` has it: a real daemon and the built `bgp-speaker`.
@Suite(.enabled(if: daemons.isMet, "\(daemons.comment)"), Lanes(3), .timeLimit(.minutes(20)))
struct MatrixTests {
    @Test(
        arguments: MatrixCell.all(
            .externalIPv4,
            .externalIPv6,
            .externalBothOverIPv4,
            .externalBothOverIPv6,
            .internalIPv4,
            .internalIPv6,
            .internalBothOverIPv4,
            .internalBothOverIPv6,
            .extendedNextHop,
            .longASNumbersExternal,
            .longASNumbersInternal,
            .passwordDialled,
            .passwordAccepted,
            .ttlSecurity
        )
    )
    func `a session carries what the manifests say, and their changes`(cell: MatrixCell) async throws {
        try await Topology.with(cell) { rack in
            try rack.announce([.plain, .coloured])
            try await rack.routerHas([.plain, .coloured])

            let peer = try await rack.peer()
            #expect(peer.peerASN?.rawValue == rack.peering.routerAS)
            let negotiated = try #require(peer.negotiated)
            #expect(negotiated.fourByteASN)
            #expect(negotiated.families == rack.peering.families.map(\.routeFamily))

            // The plain ones go; the coloured ones lose their colours, and another comes.
            var paler = Announcement.plain
            paler.prefixes = Announcement.coloured.prefixes + ["203.0.113.128/25", "2001:db8:2::/64"]
            try rack.announce([paler])
            try await rack.routerHas([paler])
            #expect(try await rack.routerState() == "Established")
        }
    }

    @Test(arguments: MatrixCell.all(.communities))
    func `as many communities as an object can name arrive as sent`(cell: MatrixCell) async throws {
        try await Topology.with(cell) { rack in
            var many = Announcement.coloured
            let count = cell.kind.readableCommunities
            many.communities = (1...count.standard).map { "65000:\($0)" }
            many.largeCommunities = (1...count.large).map { "4200000000:\($0):4294967295" }
            try rack.announce([many])
            try await rack.routerHas([many])
            try rack.announce([.coloured])
            try await rack.routerHas([.coloured])
            var none = Announcement.plain
            none.prefixes = Announcement.coloured.prefixes
            try rack.announce([none])
            try await rack.routerHas([none])
        }
    }

    @Test(arguments: MatrixCell.all(.refresh))
    func `a router that asks is sent everything again`(cell: MatrixCell) async throws {
        try await Topology.with(cell) { rack in
            try rack.announce([.plain, .coloured])
            try await rack.routerHas([.plain, .coloured])
            let capture = try await Capture(rack.network["node"])
            try await rack.router.askRefresh()
            // What comes after the answer shows that the answer is complete.
            let last = Announcement(prefixes: ["203.0.113.128/25"])
            _ = try await eventually("the question is on the wire") {
                try await capture.packets(where: "bgp.type == 5 && ip.src == 10.0.0.254", fields: ["frame.number"])
                    .isEmpty ? nil : true
            }
            try rack.announce([.plain, .coloured, last])
            try await rack.routerHas([.plain, .coloured, last])
            await capture.end()
            let told = try await capture.packets(
                where: "bgp.type == 2 && ip.src == 10.0.0.1",
                fields: ["bgp.nlri_prefix", "bgp.mp_reach_nlri_ipv4_prefix", "bgp.mp_reach_nlri_ipv6_prefix"]
            ).joined(separator: " ")
            for prefix in (Announcement.plain.prefixes + Announcement.coloured.prefixes)
            where rack.peering.families.contains(where: { $0 == IPPrefix(prefix)?.family }) {
                let network = prefix.prefix { $0 != "/" }
                #expect(told.contains(network), "\(prefix) is not told again: \(told)")
            }
            #expect(try await rack.peer().lastError == nil)
        }
    }

    @Test(arguments: MatrixCell.all(.reset))
    func `a router's reset is reported in our status, and the session comes back`(cell: MatrixCell) async throws {
        try await Topology.with(cell) { rack in
            try rack.announce([.plain])
            try await rack.routerHas([.plain])
            try await rack.router.reset()
            let error = try await eventually("the speaker tells of the reset") { try await rack.peer().lastError }
            #expect(error.reason == "AdministrativeReset")
            #expect(error.direction == .received)
            #expect(error.code == 6)
            #expect(error.subcode == cell.kind.resetSubcode)
            #expect(error.text == cell.kind.resetMessage)
            try await rack.established()
            try await rack.routerHas([.plain])
            // Both dialled, and nothing went wrong with that.
            #expect(try await rack.peer().lastError?.reason == "AdministrativeReset")
        }
    }

    @Test(arguments: MatrixCell.all(.nodeRestart))
    func `a speaker is killed and comes back without the router losing a route`(cell: MatrixCell) async throws {
        try await Topology.with(cell) { rack in
            let routes: [Announcement] = [.plain, .coloured]
            try rack.announce(routes)
            try await rack.routerHas(routes)
            let monitor = cell.kind.installsRoutes ? try await RouteMonitor(rack.network["router"]) : nil
            let tables = try await rack.tables {
                try await rack.killSpeaker()
                _ = try await eventually("the router has lost the session") {
                    try await rack.routerState() == "Established" ? nil : true
                }
                try await rack.startSpeaker()
                try await rack.established()
                #expect(try await rack.peer().negotiated?.localGracefulRestart?.restarting == true)
                try await eventually("all is announced anew", is: rack.peering.families.map { _ in 2 }) {
                    try await rack.peer().routeCount.map(\.advertised)
                }
            }
            #expect(tables == [[routes.table(.ipv4, rack.peering), routes.table(.ipv6, rack.peering)]])
            for prefix in routes.flatMap(\.prefixes) {
                #expect(monitor?.changes(of: prefix).filter(\.nextHops.isEmpty).isEmpty ?? true)
            }
            // What did not come back goes once the new set is complete; nothing is left of the old session.
            try rack.announce([.coloured])
            try await rack.routerHas([.coloured])
        }
    }

    @Test(arguments: MatrixCell.all(.routerRestart))
    func `a router that is stopped and started has every route again`(cell: MatrixCell) async throws {
        try await Topology.with(cell) { rack in
            try rack.announce([.plain, .coloured])
            try await rack.routerHas([.plain, .coloured])
            await rack.router.stop()
            _ = try await eventually("the speaker has lost the session") {
                try await rack.peer().peeringState == .established ? nil : true
            }
            try await rack.router.start()
            try await rack.established()
            try await rack.routerHas([.plain, .coloured])
        }
    }

    @Test(arguments: MatrixCell.all(.leaving))
    func `a removed configuration withdraws its routes, graceful restart or not`(cell: MatrixCell)
        async throws
    {
        try await Topology.with(cell) { rack in
            try rack.announce([.plain, .coloured])
            try await rack.routerHas([.plain, .coloured])
            try rack.removeConfiguration()
            try await rack.routerHas([])
        }
    }

    @Test(arguments: MatrixCell.all(.tenThousand))
    func `10,000 routes are announced, changed and withdrawn`(cell: MatrixCell) async throws {
        try await Topology.with(cell) { rack in
            var many = Announcement(prefixes: (0..<10_000).map { "10.100.\($0 >> 8).\($0 & 0xFF)/32" })
            try rack.announce([many])
            try await rack.routerHas([many])
            many.med = 7
            many.communities = ["65000:1"]
            try rack.announce([many])
            try await rack.routerHas([many])
            try rack.announce([.plain])
            try await rack.routerHas([.plain])
        }
    }

    /// The table that a run writes to `.build/interop.md` is the one that people read.
    @Test func `the table in Tests/README.md has these rows`() throws {
        let page = try Checkout.read("Tests/README.md")
        let all = Set(
            RouterKind.allCases.flatMap { kind in MatrixRow.allCases.map { MatrixCell(kind: kind, row: $0) } }
        )
        let lines = Set(page.split(separator: "\n").map(String.init))
        #expect((MatrixTable.rows(all) + MatrixTable.notes).filter { !lines.contains($0) } == [])
    }
}

/// What the matrix needs of the machine.
private let daemons = Requirement.root(
    and: "ip",
    "nsenter",
    "curl",
    "dumpcap",
    "tshark",
    "vtysh",
    "/usr/lib/frr/bgpd",
    "/usr/sbin/bird",
    "\(BIRD.unpackedGenerationOne)/usr/sbin/bird",
    "gobgpd",
    "gobgp",
    "/usr/sbin/bgpd",
    "bgpctl",
    "/usr/sbin/exabgp"
)
