import BGPTypes
import FoundationEssentials
import Testing

struct CommunityTests {
    @Test(arguments: [
        ("65000:1", Community(65000, 1)), ("0:0", Community(0, 0)),
        ("4294967041", .noExport), ("65535:0", .gracefulShutdown),
    ])
    func `a community is read in each of its forms`(text: String, community: Community) {
        #expect(Community(text) == community)
        #expect(Community(community.description) == community)
    }

    @Test(arguments: [
        "", ":", "65536:1", "1:65536", "+1:1", "1:2:3", "-1", "4294967296", "01:1", "no-export", "No-Export",
    ])
    func `an invalid community is refused`(text: String) {
        #expect(Community(text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Community].self, from: JSONEncoder().encode([text]))
        }
    }

    @Test(arguments: ["1:2", "1:2:3:4", "4294967296:0:0", "+1:2:3", "1::3", "01:2:3"])
    func `an invalid large community is refused`(text: String) {
        #expect(LargeCommunity(text) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([LargeCommunity].self, from: JSONEncoder().encode([text]))
        }
    }

    @Test func `communities are text in JSON, in one form however they were written`() throws {
        let standard = Data(#"["65000:1","4294967041"]"#.utf8)
        let large = Data(#"["65000:1:2"]"#.utf8)
        let communities = try JSONDecoder().decode([Community].self, from: standard)
        #expect(communities == [Community(65000, 1), .noExport])
        #expect(String(decoding: try JSONEncoder().encode(communities), as: UTF8.self) == #"["65000:1","65535:65281"]"#)
        #expect(try JSONDecoder().decode([LargeCommunity].self, from: large) == [LargeCommunity(65000, 1, 2)])
        #expect(try JSONEncoder().encode([LargeCommunity(65000, 1, 2)]) == large)
    }

    /// From the IANA registry "BGP Well-known Communities".
    @Test func `well-known communities have the registry's values`() {
        let values = WellKnownCommunity.allCases.map { "\($0.rawValue) \($0.community)" }
        #expect(
            values == [
                "internet 0:0", "planned-shut 65535:0", "accept-own 65535:1", "route-filter-translated-v4 65535:2",
                "route-filter-v4 65535:3", "route-filter-translated-v6 65535:4", "route-filter-v6 65535:5",
                "llgr-stale 65535:6", "no-llgr 65535:7", "blackhole 65535:666", "no-export 65535:65281",
                "no-advertise 65535:65282", "no-export-subconfed 65535:65283", "no-peer 65535:65284",
            ]
        )
    }
}
