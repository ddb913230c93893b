import BGPTypes
import FoundationEssentials
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("192.0.2.1", IPFamily.ipv4), ("2001:db8::1", .ipv6), ("::ffff:192.0.2.1", .ipv6), ("0.0.0.0", .ipv4),
        ("::", .ipv6),
    ])
    func `an address knows its family`(text: String, family: IPFamily) throws {
        let address = try #require(IPAddress(text))
        #expect(address.family == family)
        #expect(address.description == text)
    }

    @Test(arguments: ["", "localhost", "192.0.2.1:179", "[::1]", "fe80::1%eth0", "192.0.2.0/24", "192.0.2", "1:2"])
    func `other text is not read as an address`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func `all of IPv4 sorts before all of IPv6`() {
        let texts = ["::", "255.255.255.255", "::1", "0.0.0.0"]
        #expect(
            texts.compactMap { IPAddress($0) }.sorted().map(\.description) == [
                "0.0.0.0", "255.255.255.255", "::", "::1",
            ]
        )
        #expect(IPFamily.allCases.sorted() == [.ipv4, .ipv6])
        #expect(IPFamily.allCases.map(\.bits) == [32, 128])
    }

    @Test(arguments: [
        ("192.0.2.129", 0 as UInt8, "0.0.0.0", "255.255.255.255"),
        ("192.0.2.129", 1, "128.0.0.0", "255.255.255.255"),
        ("192.0.2.129", 24, "192.0.2.0", "192.0.2.255"),
        ("192.0.2.129", 25, "192.0.2.128", "192.0.2.255"),
        ("192.0.2.129", 31, "192.0.2.128", "192.0.2.129"),
        ("192.0.2.129", 32, "192.0.2.129", "192.0.2.129"),
        ("2001:db8::1", 0, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2:3:4:5:6", 48, "2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2:3:4:5:6", 63, "2001:db8:1:2::", "2001:db8:1:3:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2::", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2:8000::", 65, "2001:db8:1:2:8000::", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("2001:db8:1:2:3:4:5:7", 127, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:7"),
        ("2001:db8:1:2:3:4:5:6", 128, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"),
    ])
    func `an address is masked and filled at any length`(text: String, length: UInt8, masked: String, filled: String)
        throws
    {
        let address = try #require(IPAddress(text))
        #expect(address.masked(to: length).description == masked)
        #expect(address.filled(from: length).description == filled)
    }

    @Test func `an address is a string in JSON`() throws {
        let addresses = ["192.0.2.1", "2001:db8::1"].compactMap { IPAddress($0) }
        let json = Data(#"["192.0.2.1","2001:db8::1"]"#.utf8)
        #expect(
            try JSONDecoder().decode([IPAddress].self, from: Data(#"["192.0.2.1","2001:DB8:0::1"]"#.utf8)) == addresses
        )
        #expect(try JSONEncoder().encode(addresses) == json)
    }

    @Test(arguments: [#"["192.0.2.256"]"#, #"[""]"#, "[1]", "[null]"])
    func `an invalid address is refused in JSON`(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPAddress].self, from: Data(json.utf8)) }
    }
}
