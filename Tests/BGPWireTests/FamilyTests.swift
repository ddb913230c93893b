import BGPWire
import Testing

@Suite struct FamilyTests {
    @Test(arguments: [
        (Family.ipv4Unicast, "ipv4/unicast"), (.ipv6Unicast, "ipv6/unicast"),
        (Family(afi: 25, safi: 70), "l2vpn/evpn"), (Family(afi: 99, safi: 1), "99/unicast"),
    ])
    func `a family reads what it prints`(family: Family, text: String) {
        #expect(family.description == text)
        #expect(Family(text) == family)
    }
}
