import BGPResources
import KubeModel
import Testing

/// Communities, families and the summaries of status.
struct ValueTests {
    /// From the IANA registry "BGP Well-known Communities".
    @Test func `well-known communities have the registry's values`() {
        let values = WellKnownCommunity.allCases.map { "\($0.rawValue) \(StandardCommunity(rawValue: $0.value))" }
        #expect(
            values == [
                "internet 0:0", "planned-shut 65535:0", "accept-own 65535:1", "route-filter-translated-v4 65535:2",
                "route-filter-v4 65535:3", "route-filter-translated-v6 65535:4", "route-filter-v6 65535:5",
                "llgr-stale 65535:6", "no-llgr 65535:7", "blackhole 65535:666", "no-export 65535:65281",
                "no-advertise 65535:65282", "no-export-subconfed 65535:65283", "no-peer 65535:65284",
            ]
        )
    }

    @Test func `communities written in different ways are one by value, sorted`() throws {
        let text = #"""
            {"standard":["65535:65281","4294967041","65000:2","65000:1"],"wellKnown":["no-export","blackhole"],
            "large":["65000:2:1","65000:1:2","65000:2:1"]}
            """#
        let communities = try JSON.decode(BGPAdvertisement.Communities.self, from: text)
        #expect(
            communities.standardValues.map { StandardCommunity(rawValue: $0).description } == [
                "65000:1", "65000:2", "65535:666", "65535:65281",
            ]
        )
        #expect(communities.largeValues.map(\.description) == ["65000:1:2", "65000:2:1"])
    }

    @Test func `families are ordered as the schema lists them`() {
        let families = [
            AddressFamily(afi: .l2vpn, safi: .evpn), .ipv6Unicast, AddressFamily(afi: .ipv4, safi: .multicast),
            .ipv4Unicast,
        ]
        #expect(
            families.sorted().map(\.description) == ["ipv4/unicast", "ipv4/multicast", "ipv6/unicast", "l2vpn/evpn"]
        )
    }

    @Test func `counts have a summary for their printer column`() {
        #expect(BGPClusterConfig.NodeCounts(matched: 3, applied: 2).summary == "2/3")
        #expect(SessionCounts(established: 5, total: 6).summary == "5/6")
    }
}
