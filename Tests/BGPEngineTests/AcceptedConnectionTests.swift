import BGPEngine
import BGPTypes
import BGPWire
import Testing

@Suite struct AcceptedConnectionTests {
    private func candidate(
        _ asNumber: ASNumber = 65000,
        local: String? = nil,
        interface: String? = nil,
        lastRouterID: String? = nil,
        waits: Bool = true
    ) throws -> AcceptedConnection.Candidate {
        var configuration = try Fixture.peer(remoteAS: asNumber)
        configuration.localAddress = local.flatMap { IPAddress($0) }
        configuration.sourceInterface = interface
        return AcceptedConnection.Candidate(
            configuration,
            lastRouterID: try lastRouterID.map(Fixture.routerID),
            waits: waits
        )
    }

    private func connection(_ open: Open? = nil) -> AcceptedConnection {
        AcceptedConnection(local: IPAddress("10.0.0.12"), interface: "eth0", open: open)
    }

    @Test func `a connection belongs to the peer configured with the dialled local address, else to one with none`()
        throws
    {
        let peers = try [candidate(local: "10.0.0.13"), candidate(), candidate(local: "10.0.0.12")]
        #expect(connection().bestMatches(among: peers) == [2])
        #expect(connection().bestMatches(among: Array(peers.prefix(2))) == [1])
        #expect(connection().bestMatches(among: Array(peers.prefix(1))) == [0])
    }

    @Test func `a connection belongs to the peer on its interface, else to one on any interface`() throws {
        let peers = try [candidate(interface: "eth1"), candidate(), candidate(interface: "eth0")]
        #expect(connection().bestMatches(among: peers) == [2])
        #expect(connection().bestMatches(among: Array(peers.prefix(2))) == [1])
    }

    @Test func `a connection waits for its OPEN when only that can decide`() throws {
        let peers = try [candidate(65000), candidate(65001)]
        #expect(connection().bestMatches(among: peers) == [0, 1])
        #expect(connection(try Fixture.open(asNumber: 65001)).bestMatches(among: peers) == [1])
    }

    @Test func `an OPEN is matched to the peer with its AS, else to one with any AS`() throws {
        let open = try Fixture.open(asNumber: 65001)
        let peers = try [candidate(65000), candidate(0), candidate(65001, waits: false)]
        #expect(connection(open).bestMatches(among: peers) == [2])
        #expect(connection(open).bestMatches(among: Array(peers.prefix(2))) == [1])
        // Somebody has to tell it what is wrong.
        #expect(connection(open).bestMatches(among: Array(peers.prefix(1))) == [0])
    }

    @Test func `an OPEN is matched to the peer that had its identifier, whether or not its session is still up`() throws
    {
        let open = try Fixture.open(routerID: "10.0.0.1")
        let peers = try [
            candidate(lastRouterID: "10.0.0.2"), candidate(), candidate(lastRouterID: "10.0.0.1", waits: false),
        ]
        #expect(connection(open).bestMatches(among: peers) == [2])
        #expect(connection(open).bestMatches(among: Array(peers.prefix(2))) == [1])
    }

    @Test func `a connection goes to the peer that is waiting when nothing else decides`() throws {
        let peers = try [candidate(waits: false), candidate()]
        #expect(connection(try Fixture.open()).bestMatches(among: peers) == [1])
    }
}
