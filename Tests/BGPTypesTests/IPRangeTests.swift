import BGPTypes
import Testing

@Suite struct IPRangeTests {
    @Test(arguments: [
        ("172.16.90.2", "172.16.90.254", "172.16.90.2-172.16.90.254" as String?),
        ("172.16.90.2", "172.16.90.2", "172.16.90.2-172.16.90.2"),
        ("172.16.90.2", "172.16.90.1", nil),
        ("172.16.90.2", "::1", nil),
        ("::1", "172.16.90.2", nil),
        ("fd00::1", "fd00::ffff", "fd00::1-fd00::ffff"),
        ("fd00::2", "fd00::1", nil),
    ])
    func `a range goes from a first to a last address of one family`(first: String, last: String, text: String?) throws
    {
        let range = IPRange(first: try address(first), last: try address(last))
        #expect(range?.description == text)
    }

    @Test(arguments: [
        ("10.0.0.0/30", "10.0.0.0-10.0.0.3"), ("10.0.0.1/32", "10.0.0.1-10.0.0.1"),
        ("0.0.0.0/0", "0.0.0.0-255.255.255.255"),
        ("fd00::/126", "fd00::-fd00::3"), ("::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ])
    func `the range of a prefix has all its addresses`(prefix: String, text: String) throws {
        let range = IPRange(try #require(IPPrefix(prefix)))
        #expect(range.description == text)
        #expect(range.family == (prefix.contains(":") ? .ipv6 : .ipv4))
    }

    @Test(arguments: [
        ("10.0.0.4", false), ("10.0.0.5", true), ("10.0.0.7", true), ("10.0.0.9", true), ("10.0.0.10", false),
        ("::a00:7", false),
    ])
    func `a range contains what lies between its ends`(address: String, inside: Bool) throws {
        #expect(try range("10.0.0.5", "10.0.0.9").contains(BGPTypesTests.address(address)) == inside)
    }

    @Test(arguments: [
        ("10.0.0.1", "10.0.0.4", false), ("10.0.0.1", "10.0.0.5", true), ("10.0.0.6", "10.0.0.7", true),
        ("10.0.0.9", "10.0.0.20", true), ("10.0.0.10", "10.0.0.20", false), ("10.0.0.0", "10.0.0.255", true),
        ("::", "ffff::", false),
    ])
    func `ranges overlap when they share an address`(first: String, last: String, overlap: Bool) throws {
        let one = try range("10.0.0.5", "10.0.0.9")
        let other = try range(first, last)
        #expect(one.overlaps(other) == overlap)
        #expect(other.overlaps(one) == overlap)
    }

    private func range(_ first: String, _ last: String) throws -> IPRange {
        try #require(IPRange(first: try address(first), last: try address(last)))
    }
}
