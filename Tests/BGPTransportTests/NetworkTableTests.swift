import BGPEngine
import BGPTransport
import BGPTypes
import NIOCore
import Testing

/// What is made of what the kernel tells of devices, addresses and routes.
@Suite struct NetworkTableTests {
    /// One message of rtnetlink(7) in this machine's byte order: header, body, attributes.
    private func message(
        _ type: UInt16,
        flags: UInt16 = 0,
        _ body: (inout ByteBuffer) -> Void,
        _ attributes: [(UInt16, [UInt8])] = []
    ) -> ByteBuffer {
        var rest = ByteBuffer()
        body(&rest)
        for (kind, octets) in attributes {
            rest.writeMultipleIntegers(UInt16(4 + octets.count), kind, endianness: .host)
            rest.writeBytes(octets)
            rest.writeRepeatingByte(0, count: (4 - octets.count % 4) % 4)
        }
        var buffer = ByteBuffer()
        buffer.writeMultipleIntegers(UInt32(16 + rest.readableBytes), type, flags, endianness: .host)
        buffer.writeMultipleIntegers(UInt32(0), UInt32(0), endianness: .host)
        buffer.writeBuffer(&rest)
        return buffer
    }

    private func link(_ index: Int32, _ name: String, isUp: Bool, family: UInt8 = 0, type: UInt16 = 16) -> ByteBuffer {
        message(
            type,
            { buffer in
                buffer.writeMultipleIntegers(family, UInt8(0), UInt16(1), index, endianness: .host)
                buffer.writeMultipleIntegers(UInt32(isUp ? 0x1043 : 0x1002), UInt32(0), endianness: .host)
            },
            [(3, Array(name.utf8) + [0])]
        )
    }

    private func octets(_ text: String) -> [UInt8] {
        switch IPAddress(text) {
        case .v4(let address): withUnsafeBytes(of: address.rawValue.bigEndian) { Array($0) }
        case .v6(let address):
            withUnsafeBytes(of: address.high.bigEndian) { Array($0) }
                + withUnsafeBytes(of: address.low.bigEndian) { Array($0) }
        case nil: []
        }
    }

    private func number(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

    private func address(
        _ index: Int32,
        _ text: String,
        _ length: UInt8,
        peer: String? = nil,
        flags: UInt32 = 0x80,
        type: UInt16 = 20
    ) -> ByteBuffer {
        let family: UInt8 = text.contains(":") ? 10 : 2
        var attributes: [(UInt16, [UInt8])] = [(1, octets(peer ?? text))]
        if family == 2 || peer != nil { attributes.append((2, octets(text))) }
        attributes.append((8, number(flags)))
        return message(
            type,
            { buffer in
                buffer.writeMultipleIntegers(
                    family,
                    length,
                    UInt8(truncatingIfNeeded: flags),
                    UInt8(0),
                    endianness: .host
                )
                buffer.writeInteger(index, endianness: .host)
            },
            attributes
        )
    }

    private func route(
        family: UInt8 = 2,
        length: UInt8 = 0,
        table: UInt8 = 254,
        type: UInt8 = 1,
        _ attributes: [(UInt16, [UInt8])],
        event: UInt16 = 24
    ) -> ByteBuffer {
        message(
            event,
            { buffer in
                buffer.writeMultipleIntegers(family, length, UInt8(0), UInt8(0), table, UInt8(3), UInt8(0), type)
                buffer.writeInteger(UInt32(0), endianness: .host)
            },
            attributes
        )
    }

    private func messages(_ buffers: ByteBuffer...) -> [NetlinkMessage] {
        var all = ByteBuffer()
        for var buffer in buffers { all.writeBuffer(&buffer) }
        return NetlinkMessage.messages(in: &all)
    }

    private func ip(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test func `devices are named, and ports of bridges are passed over`() {
        #expect(
            messages(link(2, "eth0", isUp: true), link(3, "veth1", isUp: false), link(4, "br0", isUp: true, family: 7))
                == [.link(index: 2, name: "eth0", isUp: true), .link(index: 3, name: "veth1", isUp: false)]
        )
        #expect(messages(link(2, "eth0", isUp: true, type: 17)) == [.noLink(index: 2)])
    }

    @Test func `addresses come with their network and flags`() throws {
        #expect(
            messages(
                address(2, "172.16.10.11", 24),
                address(2, "fd00:16::3", 64, flags: 0xA0),
                address(5, "10.0.0.1", 32, peer: "10.0.0.2"),
                address(2, "fd00:16::4", 64, type: 21)
            ) == [
                .address(KernelAddress(index: 2, address: try ip("172.16.10.11"), length: 24, flags: 0x80)),
                .address(KernelAddress(index: 2, address: try ip("fd00:16::3"), length: 64, flags: 0xA0)),
                .address(
                    KernelAddress(
                        index: 5,
                        address: try ip("10.0.0.1"),
                        length: 32,
                        peer: try ip("10.0.0.2"),
                        flags: 0x80
                    )
                ),
                .noAddress(KernelAddress(index: 2, address: try ip("fd00:16::4"), length: 64, flags: 0x80)),
            ]
        )
    }

    @Test func `only the main table's default routes are read`() throws {
        let gateway: [(UInt16, [UInt8])] = [(5, octets("172.16.1.1")), (4, number(2)), (6, number(100))]
        let way = KernelRoute.Way(gateway: try ip("172.16.1.1"), index: 2)
        #expect(
            messages(route(gateway)) == [.defaultRoute(KernelRoute(family: .ipv4, metric: 100, ways: [way]))]
        )
        #expect(
            messages(
                route(length: 24, gateway),
                route(table: 255, gateway),
                route(type: 7, gateway),
                route(gateway + [(15, number(100))])
            ) == []
        )
        // A way to a device, and one whose table has a large number but is the main one.
        #expect(
            messages(route([(4, number(2))]), route(table: 252, gateway + [(15, number(254))], event: 25)) == [
                .defaultRoute(KernelRoute(family: .ipv4, metric: 0, ways: [])),
                .noDefaultRoute(KernelRoute(family: .ipv4, metric: 100, ways: [way])),
            ]
        )
    }

    @Test func `multipath routes are read without dead next hops, and with gateways of the other family`() throws {
        func hop(_ gateway: [(UInt16, [UInt8])], index: Int32, flags: UInt8 = 0) -> [UInt8] {
            var rest = ByteBuffer()
            for (kind, octets) in gateway {
                rest.writeMultipleIntegers(UInt16(4 + octets.count), kind, endianness: .host)
                rest.writeBytes(octets)
                rest.writeRepeatingByte(0, count: (4 - octets.count % 4) % 4)
            }
            var buffer = ByteBuffer()
            buffer.writeMultipleIntegers(UInt16(8 + rest.readableBytes), flags, UInt8(0), index, endianness: .host)
            buffer.writeBuffer(&rest)
            return Array(buffer.readableBytesView)
        }
        let hops =
            hop([(5, octets("172.16.1.2"))], index: 3) + hop([(5, octets("172.16.1.1"))], index: 2)
            + hop([(5, octets("172.16.1.3"))], index: 4, flags: 1)
            + hop([(18, withUnsafeBytes(of: UInt16(10)) { Array($0) } + octets("fe80::1"))], index: 2)
        #expect(
            messages(route([(9, hops)])) == [
                .defaultRoute(
                    KernelRoute(
                        family: .ipv4,
                        metric: 0,
                        ways: [
                            .init(gateway: try ip("172.16.1.2"), index: 3),
                            .init(gateway: try ip("172.16.1.1"), index: 2),
                            .init(gateway: try ip("fe80::1"), index: 2),
                        ]
                    )
                )
            ]
        )
    }

    @Test func `truncated and malformed messages are survived`() {
        let whole = address(2, "172.16.10.11", 24)
        for length in 0..<whole.readableBytes {
            var part = whole.getSlice(at: 0, length: length) ?? ByteBuffer()
            #expect(NetlinkMessage.messages(in: &part) == [])
        }
        #expect(messages(message(20, { $0.writeBytes([2, 24]) }), message(24, { _ in }), message(16, { _ in })) == [])
        #expect(messages(message(2, { $0.writeInteger(UInt32(1)) }), message(3, { _ in })) == [.failed, .done])
        #expect(messages(message(20, flags: 0x10, { _ in })) == [.failed])
    }

    private func table(_ buffers: ByteBuffer...) -> NetworkTable {
        var table = NetworkTable()
        for buffer in buffers {
            for message in messages(buffer) {
                if case .defaultRoute(let route) = message { table.insert(route) } else { _ = table.handle(message) }
            }
        }
        return table
    }

    @Test func `only addresses of devices that are up count`() throws {
        var table = table(
            link(1, "lo", isUp: true),
            link(2, "eth0", isUp: true),
            link(3, "eth1", isUp: false),
            address(2, "fd00:16::3", 64, flags: 0xA0),
            address(2, "fd00:16::4", 64, flags: 0xC0),
            address(2, "fd00:16::5", 64, flags: 0x88),
            address(2, "fd00:16::6", 64, flags: 0x01),
            address(3, "10.0.0.1", 24)
        )
        let expected = [
            NodeAddress(device: "eth0", address: try ip("fd00:16::3"), length: 64, marks: .deprecated),
            NodeAddress(device: "eth0", address: try ip("fd00:16::4"), length: 64, marks: .unready),
            NodeAddress(device: "eth0", address: try ip("fd00:16::5"), length: 64, marks: .unready),
            NodeAddress(device: "eth0", address: try ip("fd00:16::6"), length: 64, marks: .secondary),
        ]
        #expect(table.network.devices.addresses == expected)
        #expect(table.handle(.link(index: 3, name: "eth1", isUp: true)) == .changed)
        #expect(table.network.devices.addresses.count == 5)
        #expect(table.handle(.noLink(index: 2)) == .changed)
        #expect(table.network.devices.addresses.map(\.device) == ["eth1"])
    }

    @Test func `news are distinguished from what was known before`() throws {
        var table = table(link(2, "eth0", isUp: true), address(2, "172.16.10.11", 24))
        for message in messages(link(2, "eth0", isUp: true), address(2, "172.16.10.11", 24)) {
            #expect(table.handle(message) == [])
        }
        let gone = KernelAddress(index: 2, address: try ip("172.16.10.99"), length: 24)
        #expect(table.handle(.noAddress(gone)) == [])
        #expect(table.handle(.noLink(index: 9)) == [])
        let tentative = KernelAddress(index: 2, address: try ip("172.16.10.11"), length: 24, flags: 0x40)
        #expect(table.handle(.address(tentative)) == .changed)
    }

    @Test func `routes are read anew when some may have gone without a notification`() throws {
        let way = KernelRoute.Way(gateway: try ip("172.16.10.1"), index: 2)
        let route = KernelRoute(family: .ipv4, metric: 0, ways: [way])
        var table = table(
            link(2, "eth0", isUp: true),
            link(3, "eth1", isUp: true),
            address(2, "172.16.10.11", 24),
            address(3, "10.0.0.1", 24)
        )
        #expect(table.handle(.defaultRoute(route)) == .routesUnknown)
        table.insert(route)
        #expect(table.handle(.defaultRoute(route)) == [])
        #expect(table.handle(.noDefaultRoute(route)) == .routesUnknown)
        #expect(table.handle(.link(index: 3, name: "eth1", isUp: false)) == .changed)
        #expect(table.handle(.link(index: 2, name: "eth0", isUp: false)) == [.changed, .routesUnknown])
        let gone = KernelAddress(index: 2, address: try ip("172.16.10.11"), length: 24)
        #expect(table.handle(.noAddress(gone)) == [.changed, .routesUnknown])
    }

    @Test func `the gateways of the default route with the lowest metric are used`() throws {
        func routes(_ rows: (String, UInt32, Int32)...) throws -> [String] {
            var table = NetworkTable()
            for index in [Int32(2), 3] { _ = table.handle(.link(index: index, name: "eth\(index)", isUp: true)) }
            for (text, metric, index) in rows {
                let gateway = try ip(text)
                let way = KernelRoute.Way(gateway: gateway, index: index)
                table.insert(KernelRoute(family: gateway.family, metric: metric, ways: [way]))
            }
            return table.network.defaultGateways.map(\.description)
        }
        #expect(try routes() == [])
        #expect(try routes(("172.16.1.1", 200, 2), ("172.16.1.2", 100, 3)) == ["172.16.1.2"])
        // Equal ones in order, so that every look gives the same first.
        #expect(try routes(("172.16.1.2", 0, 3), ("172.16.1.1", 0, 2)) == ["172.16.1.1", "172.16.1.2"])
        #expect(try routes(("2001:db8::1", 1024, 2), ("172.16.1.1", 0, 2)) == ["172.16.1.1", "2001:db8::1"])
        // A link-local gateway is one with its device.
        #expect(try routes(("fe80::1", 1024, 3)) == ["fe80::1%eth3"])
        #expect(try routes(("fe80::1", 1024, 9)) == [])
        #expect(try routes(("169.254.1.1", 0, 2)) == [])
    }

    @Test func `this machine's kernel can be read`() {
        let devices = HostNetwork.read().devices
        #expect(devices.entries(.v4(IPv4Address(127, 0, 0, 1))).map(\.network.length) == [8])
    }
}
