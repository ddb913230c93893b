import BGPTypes
import FoundationEssentials
import Testing

@Suite struct ScopedAddressTests {
    @Test(arguments: ["fe80::1%eth0", "fe80::1", "192.0.2.1", "2001:db8::1", "febf::1%bond0.100", "fe80::1%a%b"])
    func `an address with a zone is read and written as text`(text: String) {
        #expect(ScopedAddress(text)?.description == text)
    }

    @Test(arguments: [
        "", "%eth0", "fe80::1%", "2001:db8::1%eth0", "192.0.2.1%eth0", "169.254.0.1%eth0", "fe80::1/64",
        "fe80::1/64%eth0",
        "::ffff:169.254.0.1%eth0",
    ])
    func `only a link-local address has a zone, which is never empty`(text: String) {
        #expect(ScopedAddress(text) == nil)
    }

    @Test func `the zone is kept apart from the address`() throws {
        let address = try #require(ScopedAddress("fe80::1%eth0"))
        #expect(address.zone == "eth0")
        #expect(address.address.description == "fe80::1")
        #expect(address != ScopedAddress("fe80::1"))
        #expect(ScopedAddress(address: address.address, zone: "eth0") == address)
        #expect(ScopedAddress(address.address) == ScopedAddress("fe80::1"))
    }

    @Test func `addresses with zones are ordered by address, then zone`() {
        let texts = ["fe80::2%eth0", "fe80::1%eth1", "fe80::1", "10.0.0.1", "fe80::1%eth0"]
        #expect(
            texts.compactMap { ScopedAddress($0) }.sorted().map(\.description)
                == ["10.0.0.1", "fe80::1", "fe80::1%eth0", "fe80::1%eth1", "fe80::2%eth0"]
        )
    }

    @Test func `an address with a zone is a string in JSON`() throws {
        let json = Data(#"["fe80::1%eth0","10.0.0.1"]"#.utf8)
        let addresses = try JSONDecoder().decode([ScopedAddress].self, from: json)
        #expect(addresses.map(\.description) == ["fe80::1%eth0", "10.0.0.1"])
        #expect(try JSONEncoder().encode(addresses) == json)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([ScopedAddress].self, from: Data(#"["10.0.0.1%eth0"]"#.utf8))
        }
    }
}
