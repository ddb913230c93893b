import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import Testing

/// Communities and the summaries of status.
struct ValueTests {
    @Test func `communities written in different ways are one by value, sorted`() throws {
        let text = #"""
            {"standard":["65535:65281","4294967041","65000:2","65000:1"],"wellKnown":["no-export","blackhole"],
            "large":["65000:2:1","65000:1:2","65000:2:1"]}
            """#
        let communities = try JSON.decode(BGPAdvertisement.Communities.self, from: text)
        #expect(
            communities.allStandard.sorted().map(\.description) == [
                "65000:1", "65000:2", "65535:666", "65535:65281",
            ]
        )
        #expect(Set(communities.large).sorted().map(\.description) == ["65000:1:2", "65000:2:1"])
    }

    @Test func `counts have a summary for their printer column`() {
        #expect(BGPClusterConfig.NodeCounts(matched: 3, applied: 2).summary == "2/3")
        #expect(SessionCounts(established: 5, total: 6).summary == "5/6")
    }
}
