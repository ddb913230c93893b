import BGPTypes
import Testing

@Suite struct IPv6AddressTests {
    @Test(arguments: [
        ("::", 0 as UInt64, 0 as UInt64),
        ("::1", 0, 1),
        ("1::", 0x0001_0000_0000_0000, 0),
        ("2001:db8::1", 0x2001_0DB8_0000_0000, 1),
        ("2001:db8:1:2:3:4:5:6", 0x2001_0DB8_0001_0002, 0x0003_0004_0005_0006),
        ("fe80::a:b:c:d", 0xFE80_0000_0000_0000, 0x000A_000B_000C_000D),
        ("::ffff:192.0.2.1", 0, 0x0000_FFFF_C000_0201),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", UInt64.max, UInt64.max),
        ("1:2:3:4:5:6:7:0", 0x0001_0002_0003_0004, 0x0005_0006_0007_0000),
    ])
    func `an IPv6 address is read and written in canonical form`(text: String, high: UInt64, low: UInt64) {
        let address = IPv6Address(text)
        #expect(address == IPv6Address(high: high, low: low))
        #expect(address?.description == text)
    }

    /// The rules of RFC 5952 §4, one row each at least.
    @Test(arguments: [
        ("2001:0db8::0001", "2001:db8::1"),
        ("2001:DB8::ABCD", "2001:db8::abcd"),
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("0:0:0:0:0:0:0:0", "::"),
        ("0000:0000:0000:0000:0000:0000:0000:0001", "::1"),
        ("1:0:0:0:0:0:0:0", "1::"),
        ("0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("0:0:1::", "0:0:1::"),
        ("::ffff:c000:201", "::ffff:192.0.2.1"),
        ("0:0:0:0:0:ffff:10.0.0.1", "::ffff:10.0.0.1"),
        ("::10.0.0.1", "::a00:1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
    func `an IPv6 address in another form is written in the canonical one`(text: String, canonical: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == canonical)
        #expect(IPv6Address(canonical) == address)
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3",
        ":1::2",
        "1:2:3:4:5:6:7:", ":2:3:4:5:6:7:8", "1:::2", "12345::", "g::", "::1 ", " ::1", "::1%eth0", "::1/128", "[::1]",
        "1.2.3.4", "::1.2.3", "::1.2.3.256", "::01.2.3.4", "1.2.3.4::", "::1.2.3.4:1", "1:2:3:4:5:6:7:1.2.3.4", "::-1",
        "::+1",
        "2001:db8::１", "0000:0000:0000:0000:0000:0000:255.255.255.2555",
    ])
    func `other text is not read as an IPv6 address`(text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test func `an IPv6 address has eight groups`() throws {
        let address = try #require(IPv6Address("2001:db8:1:2:3:4:5:6"))
        #expect(address.groups == [0x2001, 0xDB8, 1, 2, 3, 4, 5, 6])
    }

    @Test func `IPv6 addresses are ordered as numbers over both halves`() {
        let texts = ["2001:db8::2", "::ffff:0:0", "2001:db8::1:0", "fe80::", "::1", "2001:db8:0:1::"]
        let sorted = texts.compactMap { IPv6Address($0) }.sorted().map(\.description)
        #expect(sorted == ["::1", "::ffff:0.0.0.0", "2001:db8::2", "2001:db8::1:0", "2001:db8:0:1::", "fe80::"])
    }

    @Test(arguments: [
        Kind("::", unspecified: true),
        Kind("::1", loopback: true),
        Kind("::2"),
        Kind("fe80::1", linkLocal: true),
        Kind("febf:ffff::1", linkLocal: true),
        Kind("fec0::1"),
        Kind("fe7f::1"),
        Kind("ff02::1", multicast: true),
        Kind("fd00::1"),
        Kind("::ffff:127.0.0.1"),
    ])
    func `an IPv6 address knows its special ranges`(kind: Kind) throws {
        #expect(Kind(of: try address(kind.text)) == kind)
    }

    @Test(arguments: [
        ("::ffff:0:0", true), ("::ffff:1.2.3.4", true), ("::fffe:1.2.3.4", false), ("1::ffff:1.2.3.4", false),
    ])
    func `an IPv4-mapped address is recognized`(text: String, mapped: Bool) {
        #expect(IPv6Address(text)?.isIPv4Mapped == mapped)
    }
}
