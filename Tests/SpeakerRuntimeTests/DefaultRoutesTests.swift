import Addressing
import SpeakerRuntime
import Testing

struct DefaultRoutesTests {
    private static let head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"

    private static let rows4: [(lines: [String], gateway: String?)] = [
        ([], nil),
        (["eth0\t00000000\t010110AC\t0003\t0\t0\t100\t00000000\t0\t0\t0"], "172.16.1.1"),
        // A network is no default route, although its destination begins with zeros.
        (["eth0\t00000000\t010110AC\t0003\t0\t0\t0\t000000FF\t0\t0\t0"], nil),
        // A default route without gateway leads to a device.
        (["tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0"], nil),
        // The lowest metric wins, wherever it stands.
        (
            [
                "eth0\t00000000\t010110AC\t0003\t0\t0\t200\t00000000\t0\t0\t0",
                "eth1\t00000000\t020110AC\t0003\t0\t0\t100\t00000000\t0\t0\t0",
            ], "172.16.1.2"
        ),
        // Equal metrics: the lower address, so that every look gives the same.
        (
            [
                "eth1\t00000000\t020110AC\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                "eth0\t00000000\t010110AC\t0003\t0\t0\t0\t00000000\t0\t0\t0",
            ], "172.16.1.1"
        ),
        // Where a node has no network in common with its router the gateway has a link-local address.
        (["eth0\t00000000\t0101FEA9\t0003\t0\t0\t100\t00000000\t0\t0\t0"], "169.254.1.1"),
        (["eth0\t00000000\tzz\t0003\t0\t0\t100\t00000000\t0\t0\t0", "short"], nil),
    ]

    @Test(arguments: rows4)
    func `the IPv4 gateway is that of the default route with the lowest metric`(
        lines: [String],
        gateway: String?
    ) {
        let table = Self.head + lines.joined(separator: "\n")
        #expect(DefaultRoutes.ipv4(table)?.description == gateway)
    }

    private static let zero = String(repeating: "0", count: 32)

    private static let rows6: [(lines: [String], gateway: String?)] = [
        ([], nil),
        (["\(zero) 00 \(zero) 00 20010db8000000000000000000000001 00000400 1 0 00000003 eth0"], "2001:db8::1"),
        (["\(zero) 40 \(zero) 00 20010db8000000000000000000000001 00000400 1 0 00000003 eth0"], nil),
        (["\(zero) 00 \(zero) 00 \(zero) ffffffff 1 0 00200200 lo"], nil),
        (
            [
                "\(zero) 00 \(zero) 00 20010db8000000000000000000000001 00000400 1 0 00000003 eth0",
                "\(zero) 00 \(zero) 00 20010db8000000000000000000000002 00000100 1 0 00000003 eth1",
            ], "2001:db8::2"
        ),
        // As routers advertise themselves: it takes the device.
        (["\(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000400 1 0 00450003     eth0"], "fe80::1%eth0"),
        // The same address on two devices is two routers; the lower metric wins.
        (
            [
                "\(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000400 1 0 00450003 eth1",
                "\(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000100 1 0 00450003 eth0.100",
            ], "fe80::1%eth0.100"
        ),
        (
            [
                "\(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000400 1 0 00450003 eth1",
                "\(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000400 1 0 00450003 eth0",
            ], "fe80::1%eth0"
        ),
        // With equal metrics an address of the network goes first.
        (
            [
                "\(zero) 00 \(zero) 00 fe800000000000000000000000000001 00000400 1 0 00450003 eth0",
                "\(zero) 00 \(zero) 00 20010db8000000000000000000000001 00000400 1 0 00000003 eth0",
            ], "2001:db8::1"
        ),
        (["\(zero) 00 \(zero) 00 2001 00000400 1 0 00000003 eth0"], nil),
    ]

    @Test(arguments: rows6)
    func `the IPv6 gateway is that of the default route with the lowest metric`(
        lines: [String],
        gateway: String?
    ) {
        #expect(DefaultRoutes.ipv6(lines.joined(separator: "\n"))?.description == gateway)
    }
}
