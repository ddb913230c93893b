import BGPTypes
import BGPWire
import NIOCore
import Testing

/// A message, what it looks like on the wire, and the session it belongs to.
struct Fixture: CustomTestStringConvertible, Sendable {
    var name: String
    var message: Message
    var context: WireContext
    var bytes: ByteBuffer

    init(_ name: String, _ message: Message, in context: WireContext = .external, _ hex: String) {
        self.name = name
        self.message = message
        self.context = context
        bytes = ByteBuffer(hex: hex)
    }

    var testDescription: String { name }

    static let all = opens + updates + others
}

extension WireContext {
    /// An external session with everything agreed.
    static let external = WireContext(
        fourOctetAS: true,
        families: [.ipv4Unicast, .ipv6Unicast],
        ipv4OverIPv6: true
    )
    /// The same inside one AS.
    static let `internal` = WireContext(isInternal: true, fourOctetAS: true, families: [.ipv4Unicast, .ipv6Unicast])
    /// A peer that knows RFC 4271 alone.
    static let plain = WireContext()
}

extension Fixture {
    private static let routerID = RouterID(rawValue: 0xC000_0201)

    static let opens: [Fixture] =
        routerID.map { routerID in
            [
                Fixture(
                    "OPEN without parameters",
                    .open(Open(twoOctetAS: 65001, holdTime: .standard, routerID: routerID, capabilities: [])),
                    """
                    \(marker) 001d 01  # header: 29 octets, OPEN
                    04 fde9 005a c0000201  # version 4, AS 65001, 90 s, 192.0.2.1
                    00  # no optional parameters
                    """
                ),
                Fixture(
                    "OPEN with every capability",
                    .open(
                        Open(
                            asNumber: 4_200_000_001,
                            holdTime: .zero,
                            routerID: routerID,
                            capabilities: [
                                .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .routeRefresh,
                                .extendedNextHop([.ipv4OverIPv6]), .extendedMessages, .fourOctetAS(4_200_000_001),
                                .gracefulRestart(
                                    GracefulRestart(
                                        restarted: true,
                                        notifications: true,
                                        restartTime: 120,
                                        families: [.init(.ipv4Unicast, forwardingPreserved: true)]
                                    )
                                ),
                                .enhancedRouteRefresh,
                                .longLivedGracefulRestart([
                                    LongLivedGracefulRestart(.ipv6Unicast, forwardingPreserved: true, staleTime: 3600)
                                ]),
                                .hostName(host: "n1", domain: ""),
                                .unknown(code: CapabilityCode(rawValue: 200), value: [1, 2]),
                            ]
                        )
                    ),
                    """
                    \(marker) 005a 01  # header: 90 octets, OPEN
                    04 5ba0 0000 c0000201  # version 4, AS_TRANS, no hold time, 192.0.2.1
                    3d 02 3b  # one parameter: capabilities
                    01 04 0001 00 01  # multiprotocol: IPv4 unicast
                    01 04 0002 00 01  # multiprotocol: IPv6 unicast
                    02 00  # route refresh
                    05 06 0001 0001 0002  # extended next hop: IPv4 unicast over IPv6
                    06 00  # extended messages
                    41 04 fa56ea01  # four-octet AS 4200000001
                    40 06 c078 0001 01 80  # graceful restart: R, N, 120 s; IPv4 unicast F
                    46 00  # enhanced route refresh
                    47 07 0002 01 80 000e10  # long-lived: IPv6 unicast F, 3600 s
                    49 04 02 6e31 00  # host name n1, no domain
                    c8 02 0102  # unknown
                    """
                ),
                Fixture(
                    "OPEN with extended parameters (RFC 9072)",
                    .open(
                        Open(
                            twoOctetAS: 65001,
                            holdTime: .standard,
                            routerID: routerID,
                            capabilities: [
                                .unknown(code: CapabilityCode(rawValue: 200), value: Array(repeating: 7, count: 252))
                            ]
                        )
                    ),
                    """
                    \(marker) 0121 01  # header: 289 octets, OPEN
                    04 fde9 005a c0000201  # version 4, AS 65001, 90 s, 192.0.2.1
                    ff ff 0101  # extended: 257 octets of parameters
                    02 00fe  # capabilities, 254 octets
                    c8 fc \(String(repeating: "07", count: 252))  # unknown
                    """
                ),
            ]
        } ?? []

    static let others: [Fixture] = [
        Fixture("KEEPALIVE", .keepalive, "\(marker) 0013 04"),
        Fixture(
            "NOTIFICATION of one octet of data",
            .notification(.unexpected(.update, in: .openConfirm)),
            "\(marker) 0016 03 05 02 02"
        ),
        Fixture(
            "NOTIFICATION with a shutdown message",
            .notification(.cease(.administrativeShutdown, message: "rack move")),
            "\(marker) 001f 03 06 02 09 7261636b206d6f7665"
        ),
        Fixture(
            "NOTIFICATION of a hard reset",
            .notification(NotificationError.holdTimerExpired.asHardReset),
            "\(marker) 0017 03 06 09 04 00"
        ),
        Fixture("ROUTE-REFRESH", .routeRefresh(RouteRefresh(.ipv6Unicast)), "\(marker) 0017 05 0002 00 01"),
        Fixture(
            "begin of a repetition",
            .routeRefresh(RouteRefresh(.ipv4Unicast, subtype: .begin)),
            "\(marker) 0017 05 0001 01 01"
        ),
    ]
}
