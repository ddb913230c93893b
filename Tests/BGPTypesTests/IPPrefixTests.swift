import BGPTypes
import FoundationEssentials
import Testing

@Suite struct IPPrefixTests {
    @Test(arguments: [
        "0.0.0.0/0", "10.0.0.0/8", "192.0.2.0/24", "192.0.2.128/25", "192.0.2.1/32", "::/0", "2001:db8::/32",
        "2001:db8::1/128",
        "2001:db8:0:8000::/49",
    ])
    func `a prefix is read and written as address and length`(text: String) {
        #expect(IPPrefix(text)?.description == text)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08",
        "10.0.0.0/8/8",
        "10.0.0.0/256", "10.0.0.0/8 ", "10.0.0/8", "2001:db8::/129", "2001:db8::/0x20", "fe80::%eth0/64",
        "10.0.0.0/255.0.0.0",
    ])
    func `other text is not read as a prefix`(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test(arguments: ["10.0.0.1/8", "192.0.2.129/25", "128.0.0.0/0", "2001:db8::1/64", "2001:db8:0:4000::/49"])
    func `a prefix with host bits is refused as text`(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test(arguments: [
        ("10.1.2.3", 8 as UInt8, "10.0.0.0/8" as String?),
        ("10.1.2.3", 32, "10.1.2.3/32"),
        ("10.1.2.3", 0, "0.0.0.0/0"),
        ("10.1.2.3", 33, nil),
        ("2001:db8:1:2::3", 64, "2001:db8:1:2::/64"),
        ("2001:db8:1:2::3", 128, "2001:db8:1:2::3/128"),
        ("2001:db8:1:2::3", 129, nil),
    ])
    func `a prefix clears the host bits of an address`(text: String, length: UInt8, prefix: String?) throws {
        #expect(IPPrefix(masking: try address(text), length: length)?.description == prefix)
    }

    @Test(arguments: [("10.1.2.3", "10.1.2.3/32"), ("2001:db8::1", "2001:db8::1/128")])
    func `a prefix of one address is as long as its family allows`(text: String, prefix: String) throws {
        let host = IPPrefix(host: try #require(IPAddress(text)))
        #expect(host.description == prefix)
        #expect(host.isHost)
        #expect(host.lastAddress == host.address)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0", true),
        ("10.0.0.0/8", "10.255.255.255", true),
        ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "9.255.255.255", false),
        ("0.0.0.0/0", "203.0.113.1", true),
        ("0.0.0.0/0", "::1", false),
        ("::/0", "10.0.0.1", false),
        ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::", false),
        ("192.0.2.1/32", "192.0.2.1", true),
        ("192.0.2.1/32", "192.0.2.2", false),
    ])
    func `a prefix contains the addresses between its first and last`(prefix: String, address: String, inside: Bool)
        throws
    {
        #expect(try BGPTypesTests.prefix(prefix).contains(BGPTypesTests.address(address)) == inside)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8", Relation.equal),
        ("10.0.0.0/8", "10.1.0.0/16", .contains),
        ("10.1.0.0/16", "10.0.0.0/8", .inside),
        ("10.0.0.0/9", "10.128.0.0/9", .apart),
        ("0.0.0.0/0", "::/0", .apart),
        ("::/0", "2001:db8::/32", .contains),
    ])
    func `two prefixes contain each other, overlap, or are disjoint`(left: String, right: String, relation: Relation)
        throws
    {
        let left = try #require(IPPrefix(left))
        let right = try #require(IPPrefix(right))
        #expect(left.contains(right) == (relation == .equal || relation == .contains))
        #expect(right.contains(left) == (relation == .equal || relation == .inside))
        #expect(left.overlaps(right) == (relation != .apart))
        #expect(right.overlaps(left) == (relation != .apart))
    }

    enum Relation: Sendable {
        case equal, contains, inside, apart
    }

    @Test func `prefixes are ordered by family, address and length`() {
        let texts = ["::/0", "10.0.0.0/16", "10.0.0.0/8", "9.0.0.0/8", "2001:db8::/32", "10.0.0.0/32", "0.0.0.0/0"]
        let sorted = texts.compactMap { IPPrefix($0) }.sorted().map(\.description)
        #expect(
            sorted == ["0.0.0.0/0", "9.0.0.0/8", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.0/32", "::/0", "2001:db8::/32"]
        )
    }

    @Test func `a prefix is a string in JSON`() throws {
        let json = Data(#"["10.0.0.0\/8"]"#.utf8)
        let prefixes = [try #require(IPPrefix("10.0.0.0/8"))]
        #expect(try JSONDecoder().decode([IPPrefix].self, from: json) == prefixes)
        #expect(try JSONDecoder().decode([IPPrefix].self, from: JSONEncoder().encode(prefixes)) == prefixes)
    }

    @Test func `a decoding error says what was expected and found`() throws {
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([IPPrefix].self, from: Data(#"["10.0.0.1/8"]"#.utf8))
        }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("not about the data: \(String(describing: error))")
            return
        }
        #expect(
            context.debugDescription
                == "expected a prefix without host bits such as 192.0.2.0/24, found \"10.0.0.1/8\""
        )
    }
}
