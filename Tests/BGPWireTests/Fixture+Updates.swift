import BGPTypes
import BGPWire
import NIOCore

extension Fixture {
    private static func prefixes(_ texts: String...) -> NLRI {
        let prefixes = texts.compactMap { IPPrefix($0) }
        return NLRI(prefixes, family: prefixes.first?.family ?? .ipv4)
    }

    private static func attributes(_ set: (inout PathAttributes) -> Void) -> PathAttributes {
        var attributes = PathAttributes()
        set(&attributes)
        return attributes
    }

    private static let global = IPv6Address(high: 0x2001_0DB8_0000_0000, low: 1)
    private static let linkLocal = IPv6Address(high: 0xFE80_0000_0000_0000, low: 1)

    static let updates: [Fixture] = [
        Fixture(
            "UPDATE with all attributes of an external peer",
            .update(
                UpdateMessage(
                    withdrawn: prefixes("10.0.0.0/8"),
                    attributes: attributes {
                        $0.origin = .igp
                        $0.asPath = ASPath(segments: [
                            .init(.sequence, [65001, 4_200_000_001]), .init(.set, [65002, 65003]),
                        ])
                        $0.nextHop = IPv4Address(192, 0, 2, 1)
                        $0.med = 10
                        $0.atomicAggregate = true
                        $0.aggregator = Aggregator(65001, IPv4Address(192, 0, 2, 9))
                        $0.communities = [.noExport, Community(65001, 7)]
                        $0.extendedCommunities = [
                            ExtendedCommunity(subtype: ExtendedCommunity.routeTarget, twoOctetAS: 65001, value: 9)
                        ]
                        $0.largeCommunities = [LargeCommunity(65001, 1, 2)]
                        $0.unknown = [
                            RawAttribute(
                                flags: [.optional, .transitive, .partial],
                                type: AttributeType(rawValue: 200),
                                value: [1]
                            )
                        ]
                    },
                    announced: prefixes("203.0.113.0/24", "198.51.100.7/32", "0.0.0.0/0")
                )
            ),
            """
            \(marker) 0083 02  # header: 131 octets, UPDATE
            0002 08 0a  # withdrawn: 10.0.0.0/8
            0060  # 96 octets of attributes
            40 01 01 00  # ORIGIN IGP
            40 02 14 02 02 0000fde9 fa56ea01 01 02 0000fdea 0000fdeb  # AS_PATH 65001 4200000001 {65002,65003}
            40 03 04 c0000201  # NEXT_HOP 192.0.2.1
            80 04 04 0000000a  # MULTI_EXIT_DISC 10
            40 06 00  # ATOMIC_AGGREGATE
            c0 07 08 0000fde9 c0000209  # AGGREGATOR 65001 192.0.2.9
            c0 08 08 ffffff01 fde90007  # COMMUNITIES no-export 65001:7
            c0 10 08 0002 fde9 00000009  # EXTENDED COMMUNITIES target:65001:9
            c0 20 0c 0000fde9 00000001 00000002  # LARGE_COMMUNITY 65001:1:2
            e0 c8 01 01  # unknown, partial
            18 cb0071 20 c6336407 00  # 203.0.113.0/24, 198.51.100.7/32, 0.0.0.0/0
            """
        ),
        Fixture(
            "UPDATE of a route reflector",
            .update(
                UpdateMessage(
                    attributes: attributes {
                        $0.origin = .incomplete
                        $0.asPath = .empty
                        $0.nextHop = IPv4Address(192, 0, 2, 1)
                        $0.localPreference = 200
                        $0.originatorID = IPv4Address(192, 0, 2, 3)
                        $0.clusterList = [IPv4Address(192, 0, 2, 4)]
                    },
                    announced: prefixes("198.51.100.0/25")
                )
            ),
            in: .internal,
            """
            \(marker) 003f 02  # header: 63 octets, UPDATE
            0000 0023  # nothing withdrawn, 35 octets of attributes
            40 01 01 02  # ORIGIN incomplete
            40 02 00  # AS_PATH, empty
            40 03 04 c0000201  # NEXT_HOP 192.0.2.1
            40 05 04 000000c8  # LOCAL_PREF 200
            80 09 04 c0000203  # ORIGINATOR_ID 192.0.2.3
            80 0a 04 c0000204  # CLUSTER_LIST 192.0.2.4
            19 c6336400  # 198.51.100.0/25
            """
        ),
        Fixture(
            "UPDATE to a speaker of two octets",
            .update(
                UpdateMessage(
                    attributes: attributes {
                        $0.origin = .egp
                        $0.asPath = ASPath(sequence: [65001, 4_200_000_001])
                        $0.nextHop = IPv4Address(192, 0, 2, 1)
                        $0.aggregator = Aggregator(4_200_000_001, IPv4Address(192, 0, 2, 9))
                    },
                    announced: prefixes("198.51.100.0/24")
                )
            ),
            in: .plain,
            """
            \(marker) 0050 02  # header: 80 octets, UPDATE
            0000 0035  # nothing withdrawn, 53 octets of attributes
            40 01 01 01  # ORIGIN EGP
            40 02 06 02 02 fde9 5ba0  # AS_PATH 65001 AS_TRANS
            40 03 04 c0000201  # NEXT_HOP 192.0.2.1
            c0 07 06 5ba0 c0000209  # AGGREGATOR AS_TRANS 192.0.2.9
            c0 11 0a 02 02 0000fde9 fa56ea01  # AS4_PATH 65001 4200000001
            c0 12 08 fa56ea01 c0000209  # AS4_AGGREGATOR 4200000001 192.0.2.9
            18 c63364  # 198.51.100.0/24
            """
        ),
        Fixture(
            "UPDATE of IPv6 with a link-local next hop",
            .update(
                UpdateMessage(
                    attributes: attributes {
                        $0.origin = .igp
                        $0.asPath = ASPath(sequence: [65001])
                        $0.reachable = MultiprotocolReachable(
                            family: .ipv6Unicast,
                            nextHop: .ipv6(global, linkLocal: linkLocal),
                            routes: .prefixes(prefixes("2001:db8:8000::/33", "::/0"))
                        )
                        $0.unreachable = MultiprotocolUnreachable(
                            family: .ipv6Unicast,
                            routes: .prefixes(prefixes("fd00::1/128"))
                        )
                    }
                )
            ),
            """
            \(marker) 006a 02  # header: 106 octets, UPDATE
            0000 0053  # nothing withdrawn, 83 octets of attributes
            80 0e 2c 0002 01  # MP_REACH_NLRI: IPv6 unicast
            20 20010db8000000000000000000000001 fe800000000000000000000000000001 00  # next hops
            21 20010db880 00  # 2001:db8:8000::/33, ::/0
            80 0f 14 0002 01 80 fd000000000000000000000000000001  # MP_UNREACH_NLRI: fd00::1/128
            40 01 01 00  # ORIGIN IGP
            40 02 06 02 01 0000fde9  # AS_PATH 65001
            """
        ),
        Fixture(
            "UPDATE of IPv4 over IPv6 (RFC 8950)",
            .update(
                UpdateMessage(
                    attributes: attributes {
                        $0.origin = .igp
                        $0.asPath = ASPath(sequence: [65001])
                        $0.reachable = MultiprotocolReachable(
                            family: .ipv4Unicast,
                            nextHop: .ipv6(global),
                            routes: .prefixes(prefixes("198.51.100.0/24"))
                        )
                    }
                )
            ),
            """
            \(marker) 0040 02  # header: 64 octets, UPDATE
            0000 0029  # nothing withdrawn, 41 octets of attributes
            80 0e 19 0001 01 10 20010db8000000000000000000000001 00 18 c63364  # MP_REACH_NLRI
            40 01 01 00  # ORIGIN IGP
            40 02 06 02 01 0000fde9  # AS_PATH 65001
            """
        ),
        Fixture(
            "UPDATE of a family that is not known",
            .update(
                UpdateMessage(
                    attributes: attributes {
                        $0.reachable = MultiprotocolReachable(
                            family: RouteFamily(afi: 25, safi: 70),
                            nextHop: .opaque([192, 0, 2, 1]),
                            routes: .opaque(ByteBuffer(bytes: [2, 0, 9]))
                        )
                        $0.origin = .igp
                        $0.asPath = .empty
                    }
                )
            ),
            in: .internal,
            """
            \(marker) 002d 02 0000 0016
            80 0e 0c 0019 46 04 c0000201 00 020009
            40 01 01 00 40 02 00
            """
        ),
        Fixture("End-of-RIB of IPv4", .update(.endOfRIB(.ipv4Unicast)), "\(marker) 0017 02 0000 0000"),
        Fixture(
            "End-of-RIB of IPv6",
            .update(.endOfRIB(.ipv6Unicast)),
            "\(marker) 001d 02 0000 0006 80 0f 03 0002 01"
        ),
    ]
}
