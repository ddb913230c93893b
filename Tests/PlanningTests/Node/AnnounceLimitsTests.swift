import BGPEngine
import BGPTypes
import Planning
import Testing

@Suite struct AnnounceLimitsTests {
    private static let (a, b, c) = (
        PeerID(instance: "main", peer: "a"), PeerID(instance: "main", peer: "b"), PeerID(instance: "main", peer: "c")
    )

    private static func table(_ numbers: Range<UInt32>) -> RouteTable {
        RouteTable(numbers.map { Route(prefix: IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + $0)))) })
    }

    @Test func `a peer without a limit is left alone`() {
        var limits = AnnounceLimits()
        let desired = [Self.a: Self.table(0..<10)]
        #expect(limits.apply([:], to: desired) == desired)
        #expect(limits.heldBack == [:])
    }

    @Test func `routes are held back by peer, and those waiting are counted`() {
        var limits = AnnounceLimits()
        let all = Self.table(0..<10)
        let tables = limits.apply([Self.a: 4, Self.b: 20], to: [Self.a: all, Self.b: all, Self.c: all])
        #expect(tables == [Self.a: Self.table(0..<4), Self.b: all, Self.c: all])
        #expect(limits.heldBack == [Self.a: [.ipv4: 6]])
    }

    @Test func `routes announced before the limit was reached are kept`() {
        var limits = AnnounceLimits()
        _ = limits.apply([Self.a: 4], to: [Self.a: Self.table(6..<10)])
        let tables = limits.apply([Self.a: 4], to: [Self.a: Self.table(0..<10)])
        #expect(tables == [Self.a: Self.table(6..<10)])
        #expect(limits.heldBack == [Self.a: [.ipv4: 6]])
        _ = limits.apply([Self.a: 10], to: [Self.a: Self.table(0..<10)])
        #expect(limits.heldBack == [:])
    }

    @Test func `routes of the earlier run are kept over a restart, and read only when a limit matters`() {
        var limits = AnnounceLimits()
        #expect(!limits.needsEarlier([Self.b: 4], for: [Self.b: Self.table(0..<4)]))
        _ = limits.apply([Self.b: 4], to: [Self.b: Self.table(0..<4)])
        #expect(limits.needsEarlier([Self.a: 4], for: [Self.a: Self.table(0..<10)]))
        let earlier = [Self.a: Self.table(6..<10)]
        let tables = limits.apply([Self.a: 4], to: [Self.a: Self.table(0..<10)], earlier: earlier)
        #expect(tables == [Self.a: Self.table(6..<10)])
        #expect(!limits.needsEarlier([Self.a: 4], for: [Self.a: Self.table(0..<9)]))
    }
}
