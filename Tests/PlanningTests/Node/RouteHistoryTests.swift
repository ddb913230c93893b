import BGPEngine
import BGPTypes
import Fixtures
import KubeModel
import PlainText
import Planning
import Testing

struct RouteHistoryTests {
    private let tor = PeerID(instance: "main", peer: "tor")
    private let spine = PeerID(instance: "main", peer: "spine")
    private let start = Timestamp(secondsSinceEpoch: 1_000)
    private let later = Timestamp(secondsSinceEpoch: 2_000)

    private func tables(_ groups: [([PeerID], RouteTable)]) -> PeerTables {
        PeerTables(groups.map { PeerTables.Group(peers: $0, table: $1) })
    }

    private func route(_ text: String, med: UInt32? = nil) throws -> Route {
        Route(prefix: try #require(IPPrefix(text)), attributes: RouteAttributes(med: med))
    }

    @Test func `what is there from the start has no time of its own, what changes has`() throws {
        let old = try route("192.0.2.1/32")
        let new = try route("192.0.2.2/32")
        var history = RouteHistory()
        let table = RouteTable([old])
        let first = tables([([tor, spine], table)])
        let second = tables([([tor, spine], RouteTable([old, new]))])
        history.note(PeerTables.Change(from: PeerTables(), to: first), at: start)
        history.note(PeerTables.Change(from: first, to: second), at: later)
        #expect(history.time(of: old.prefix, to: tor) == nil)
        #expect(history.time(of: new.prefix, to: tor) == later)
        #expect(history.time(of: new.prefix, to: spine) == later, "one table for both")
        history.note(PeerTables.Change(from: second, to: first), at: later)
        #expect(history.time(of: new.prefix, to: tor) == nil)
    }

    @Test func `a new configuration touches the time of routes that differ, and of no others`() throws {
        let older = try route("192.0.2.1/32")
        let kept = try route("192.0.2.1/32", med: 1)
        let moved = try route("192.0.2.2/32")
        var history = RouteHistory()
        let first = tables([([tor, spine], RouteTable([older, moved]))])
        let second = tables([([tor, spine], RouteTable([kept, moved]))])
        history.note(PeerTables.Change(from: PeerTables(), to: first), at: start)
        history.note(PeerTables.Change(from: first, to: second), at: start)
        let after = RouteTable([kept, try route("192.0.2.2/32", med: 5)])
        let third = tables([([tor], RouteTable([kept, moved])), ([spine], after)])
        history.note(PeerTables.Change(from: second, to: third), at: later)
        #expect(history.time(of: kept.prefix, to: tor) == start)
        #expect(history.time(of: moved.prefix, to: tor) == nil)
        #expect(history.time(of: kept.prefix, to: spine) == start)
        #expect(history.time(of: moved.prefix, to: spine) == later)
    }
}
