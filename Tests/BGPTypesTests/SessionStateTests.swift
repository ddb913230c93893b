import BGPTypes
import FoundationEssentials
import Testing

struct SessionStateTests {
    @Test func `a session's state is written in snake case by documents and as RFC 4271 writes it by logs`() throws {
        #expect(
            String(decoding: try JSONEncoder().encode(SessionState.allCases), as: UTF8.self)
                == #"["unknown","idle","connect","active","open_sent","open_confirm","established"]"#
        )
        #expect(
            SessionState.allCases.map(\.description) == [
                "Unknown", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established",
            ]
        )
    }

    @Test func `an origin is compared by preference and has a number, a name and a printed form`() throws {
        #expect(Origin.allCases.sorted() == [.igp, .egp, .incomplete])
        #expect(Origin.allCases.map(\.rawValue) == [0, 1, 2])
        #expect(Origin.allCases.map(\.description) == ["igp", "egp", "incomplete"])
        let json = Data(#"["IGP","EGP","Incomplete"]"#.utf8)
        #expect(try JSONDecoder().decode([Origin].self, from: json) == Origin.allCases)
        #expect(try JSONEncoder().encode(Origin.allCases) == json)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Origin].self, from: Data(#"["igp"]"#.utf8)) }
    }
}
