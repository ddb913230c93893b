import BGPTypes
import Testing

@Suite struct IPv4AddressTests {
    @Test(arguments: [
        ("0.0.0.0", 0x0000_0000 as UInt32),
        ("192.0.2.1", 0xC000_0201),
        ("255.255.255.255", 0xFFFF_FFFF),
        ("10.86.5.254", 0x0A56_05FE),
        ("1.2.3.4", 0x0102_0304),
    ])
    func `an IPv4 address is read and written as dotted decimal`(text: String, value: UInt32) {
        let address = IPv4Address(text)
        #expect(address == IPv4Address(rawValue: value))
        #expect(address?.description == text)
    }

    @Test(arguments: [
        "", ".", "1", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.", "1.2.3.4.5", "256.0.0.1", "1.2.3.256",
        "1.2.3.1000", "01.2.3.4", "1.2.3.04", "00.0.0.0", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "+1.2.3.4", "0x1.2.3.4",
        "1.2.3.4/32", "1.2.3.4%eth0", "1,2,3,4", "a.b.c.d", "١.٢.٣.٤", "1.2.3.4\n", "1.2.3.4\0", "3232235521",
        "::1.2.3.4",
        "99999999999999999999.0.0.1",
    ])
    func `other text is not read as an IPv4 address`(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test func `an IPv4 address converts to and from octets`() {
        let address = IPv4Address(192, 0, 2, 7)
        #expect(address == IPv4Address("192.0.2.7"))
        #expect(address.octets == (192, 0, 2, 7))
    }

    @Test func `IPv4 addresses are ordered as numbers, not as text`() throws {
        let texts = ["100.0.0.0", "9.0.0.0", "10.0.0.10", "10.0.0.9", "255.0.0.0", "0.0.0.1"]
        let sorted = texts.compactMap { IPv4Address($0) }.sorted().map(\.description)
        #expect(sorted == ["0.0.0.1", "9.0.0.0", "10.0.0.9", "10.0.0.10", "100.0.0.0", "255.0.0.0"])
    }

    @Test(arguments: [
        Kind("0.0.0.0", unspecified: true),
        Kind("0.0.0.1"),
        Kind("127.0.0.1", loopback: true),
        Kind("127.255.255.255", loopback: true),
        Kind("126.255.255.255"),
        Kind("128.0.0.0"),
        Kind("169.254.0.0", linkLocal: true),
        Kind("169.254.255.255", linkLocal: true),
        Kind("169.253.255.255"),
        Kind("169.255.0.0"),
        Kind("223.255.255.255"),
        Kind("224.0.0.0", multicast: true),
        Kind("239.255.255.255", multicast: true),
        Kind("240.0.0.0"),
        Kind("255.255.255.255"),
    ])
    func `an IPv4 address knows its special ranges`(kind: Kind) throws {
        #expect(Kind(of: try address(kind.text)) == kind)
    }
}

/// What an address is for, as the tests write it down.
struct Kind: Hashable, Sendable {
    var text: String
    var unspecified = false
    var loopback = false
    var linkLocal = false
    var multicast = false

    init(
        _ text: String,
        unspecified: Bool = false,
        loopback: Bool = false,
        linkLocal: Bool = false,
        multicast: Bool = false
    ) {
        self.text = text
        self.unspecified = unspecified
        self.loopback = loopback
        self.linkLocal = linkLocal
        self.multicast = multicast
    }

    init(of address: IPAddress) {
        self.init(
            address.description,
            unspecified: address.isUnspecified,
            loopback: address.isLoopback,
            linkLocal: address.isLinkLocal,
            multicast: address.isMulticast
        )
    }
}
