import BGPTypes
import FoundationEssentials
import Testing

struct RouteFamilyTests {
    @Test(arguments: [
        (RouteFamily.ipv4Unicast, "ipv4/unicast"), (.ipv6Unicast, "ipv6/unicast"),
        (RouteFamily(afi: 25, safi: 70), "l2vpn/evpn"), (RouteFamily(afi: 99, safi: 1), "99/unicast"),
    ])
    func `a family reads what it prints`(family: RouteFamily, text: String) {
        #expect(family.description == text)
        #expect(RouteFamily(text) == family)
    }

    /// From IANA's registries "Address Family Numbers" and "SAFI Values".
    @Test func `the names that resources use have the numbers of IANA's registries`() {
        #expect(
            RouteFamily.AFI.allCases.map { "\($0.rawValue) \($0.name)" } == [
                "1 ipv4", "2 ipv6", "25 l2vpn", "16388 ls", "16397 opaque",
            ]
        )
        #expect(
            RouteFamily.SAFI.allCases.map { "\($0.rawValue) \($0.name)" } == [
                "1 unicast", "2 multicast", "4 mpls_label", "7 encapsulation", "65 vpls", "70 evpn", "71 ls",
                "73 sr_policy", "85 mup", "128 mpls_vpn", "129 mpls_vpn_multicast", "132 route_target_constraints",
                "133 flowspec_unicast", "134 flowspec_vpn", "241 key_value",
            ]
        )
    }

    @Test func `a family is two names in JSON`() throws {
        let json = Data(#"[{"afi":"ipv6","safi":"unicast"},{"afi":"l2vpn","safi":"evpn"}]"#.utf8)
        let families = try JSONDecoder().decode([RouteFamily].self, from: json)
        #expect(families == [.ipv6Unicast, RouteFamily(afi: .l2vpn, safi: .evpn)])
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(try encoder.encode(families) == json)
    }

    @Test(arguments: [#"{"afi":"1","safi":"unicast"}"#, #"{"afi":"IPv4","safi":"unicast"}"#, #"{"afi":"ipv4"}"#])
    func `a family that no resource can name is refused in JSON`(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RouteFamily.self, from: Data(json.utf8)) }
    }

    @Test func `families are ordered by their numbers`() {
        let families = [
            RouteFamily(afi: .l2vpn, safi: .evpn), .ipv6Unicast, RouteFamily(afi: .ipv4, safi: .multicast),
            .ipv4Unicast,
        ]
        #expect(
            families.sorted().map(\.description) == ["ipv4/unicast", "ipv4/multicast", "ipv6/unicast", "l2vpn/evpn"]
        )
    }

    @Test func `an IP version has one family of plain routes, and that family its version`() {
        for version in IPFamily.allCases {
            #expect(version.routeFamily.unicast == version)
        }
        #expect(RouteFamily(afi: .ipv4, safi: .multicast).unicast == nil)
    }

    @Test func `an IP version has a name in Martlet's resources and another one in Kubernetes' own`() throws {
        #expect(String(decoding: try JSONEncoder().encode(IPFamily.allCases), as: UTF8.self) == #"["ipv4","ipv6"]"#)
        #expect(IPFamily.allCases.map(\.word) == ["IPv4", "IPv6"])
        #expect(["IPv4", "IPv6", "FQDN"].map(IPFamily.init(word:)) == [.ipv4, .ipv6, nil])
    }
}
