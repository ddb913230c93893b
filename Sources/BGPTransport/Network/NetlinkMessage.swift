package import BGPTypes
package import NIOCore

/// What the kernel says of one device, address or default route (rtnetlink(7)).
package enum NetlinkMessage: Hashable, Sendable {
    /// A device is there, or is different.
    case link(index: Int32, name: String, isUp: Bool)
    /// A device is gone.
    case noLink(index: Int32)
    /// A device has an address, or the address is different.
    case address(KernelAddress)
    /// A device has an address no longer.
    case noAddress(KernelAddress)
    /// A default route of the main table.
    case defaultRoute(KernelRoute)
    /// A default route of the main table is gone.
    case noDefaultRoute(KernelRoute)
    /// The end of the answer to a request.
    case done
    /// A request was refused, or an answer was cut short and has to be asked for again.
    case failed

    /// All messages of what one read of the socket gave; what is not understood is passed over.
    package static func messages(in buffer: inout ByteBuffer) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        while let header = buffer.getMultipleIntegers(
            at: buffer.readerIndex,
            endianness: .host,
            as: (UInt32, UInt16, UInt16).self
        ) {
            let (length, type, flags) = header
            guard length >= headerLength, let size = Int(exactly: length),
                var body = buffer.readSlice(length: min(size, buffer.readableBytes)), body.readableBytes == size
            else { break }
            // Each begins at a multiple of four.
            buffer.moveReaderIndex(forwardBy: min((4 - size % 4) % 4, buffer.readableBytes))
            body.moveReaderIndex(forwardBy: Int(headerLength))
            if flags & Flag.interrupted != 0 { messages.append(.failed) }
            if let message = NetlinkMessage(type, &body) { messages.append(message) }
        }
        return messages
    }

    /// The octets of `struct nlmsghdr`.
    private static let headerLength: UInt32 = 16

    private enum Flag {
        /// NLM_F_DUMP_INTR.
        static let interrupted: UInt16 = 0x10
    }

    /// The numbers of `<linux/netlink.h>` and `<linux/rtnetlink.h>`.
    enum MessageType {
        static let error: UInt16 = 2
        static let done: UInt16 = 3
        static let newLink: UInt16 = 16
        static let deleteLink: UInt16 = 17
        static let getLink: UInt16 = 18
        static let newAddress: UInt16 = 20
        static let deleteAddress: UInt16 = 21
        static let getAddress: UInt16 = 22
        static let newRoute: UInt16 = 24
        static let deleteRoute: UInt16 = 25
        static let getRoute: UInt16 = 26
    }

    private init?(_ type: UInt16, _ body: inout ByteBuffer) {
        switch type {
        case MessageType.error: self = .failed
        case MessageType.done: self = .done
        case MessageType.newLink, MessageType.deleteLink:
            // A device of a bridge is told of a second time, as its port (AF_BRIDGE).
            guard
                let (family, _, _, index, flags) = body.readMultipleIntegers(
                    endianness: .host,
                    as: (UInt8, UInt8, UInt16, Int32, UInt32).self
                ), family == 0
            else { return nil }
            body.moveReaderIndex(forwardBy: min(4, body.readableBytes))
            if type == MessageType.deleteLink {
                self = .noLink(index: index)
            } else {
                guard let name = body.attributes()[3].map({ String(buffer: $0) })?.prefix(while: { $0 != "\0" }) else {
                    return nil
                }
                self = .link(index: index, name: String(name), isUp: flags & 1 != 0)
            }
        case MessageType.newAddress, MessageType.deleteAddress:
            guard let address = KernelAddress(&body) else { return nil }
            self = type == MessageType.newAddress ? .address(address) : .noAddress(address)
        case MessageType.newRoute, MessageType.deleteRoute:
            guard let route = KernelRoute(&body) else { return nil }
            self = type == MessageType.newRoute ? .defaultRoute(route) : .noDefaultRoute(route)
        default: return nil
        }
    }
}

/// An address of a device, as the kernel tells it.
package struct KernelAddress: Hashable, Sendable {
    /// The device.
    package let index: Int32
    package let address: IPAddress
    /// The length of the network's prefix.
    package let length: UInt8
    /// The other end of a point-to-point device; nil on others.
    package let peer: IPAddress?
    /// IFA_F_….
    package let flags: UInt32

    /// Takes the parts.
    package init(index: Int32, address: IPAddress, length: UInt8, peer: IPAddress? = nil, flags: UInt32 = 0) {
        self.index = index
        self.address = address
        self.length = length
        self.peer = peer
        self.flags = flags
    }

    /// Reads `struct ifaddrmsg` and its attributes.
    fileprivate init?(_ body: inout ByteBuffer) {
        guard
            let (family, length, shortFlags, _, index) = body.readMultipleIntegers(
                endianness: .host,
                as: (UInt8, UInt8, UInt8, UInt8, Int32).self
            )
        else { return nil }
        let attributes = body.attributes()
        let local = attributes[2].flatMap { IPAddress(family: family, $0) }
        let other = attributes[1].flatMap { IPAddress(family: family, $0) }
        guard let address = local ?? other else { return nil }
        self.init(
            index: index,
            address: address,
            length: length,
            peer: other == address ? nil : other,
            flags: attributes[8]?.hostInteger ?? UInt32(shortFlags)
        )
    }
}

/// A default route of the main table, as the kernel tells it.
package struct KernelRoute: Hashable, Sendable {
    /// Where it leads, each way a gateway and the device on which it is.
    package struct Way: Hashable, Sendable {
        package let gateway: IPAddress
        /// The device.
        package let index: Int32

        /// Joins the two.
        package init(gateway: IPAddress, index: Int32) {
            self.gateway = gateway
            self.index = index
        }
    }

    /// Whose packets follow it.
    package let family: IPFamily
    /// The lower, the better.
    package let metric: UInt32
    /// Where it leads; empty for one that leads to a device without a gateway.
    package let ways: [Way]

    /// Takes the parts.
    package init(family: IPFamily, metric: UInt32, ways: [Way]) {
        self.family = family
        self.metric = metric
        self.ways = ways
    }

    /// Reads `struct rtmsg` and its attributes; nil for all but default routes of the main table that lead somewhere.
    fileprivate init?(_ body: inout ByteBuffer) {
        guard
            let header = body.readMultipleIntegers(
                endianness: .host,
                as: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt32).self
            )
        else { return nil }
        let (octet, length, source, _, shortTable, _, _, type, flags) = header
        let (unicast, cloned, main): (UInt8, UInt32, UInt32) = (1, 0x200, 254)
        guard length == 0, source == 0, type == unicast, flags & cloned == 0, let family = IPFamily(kernel: octet)
        else {
            return nil
        }
        let attributes = body.attributes()
        guard attributes[15]?.hostInteger ?? UInt32(shortTable) == main else { return nil }
        var ways = [Way(family: octet, attributes, index: attributes[4]?.hostInteger.map { Int32(bitPattern: $0) })]
        if var list = attributes[9] {
            while let (size, hopFlags, _, index) = list.getMultipleIntegers(
                at: list.readerIndex,
                endianness: .host,
                as: (UInt16, UInt8, UInt8, Int32).self
            ), size >= 8, var hop = list.readSlice(length: min(Int(size), list.readableBytes)) {
                hop.moveReaderIndex(forwardBy: 8)
                // RTNH_F_DEAD: the device is down.
                if hopFlags & 1 == 0 { ways.append(Way(family: octet, hop.attributes(), index: index)) }
            }
        }
        self.init(
            family: family,
            metric: attributes[6]?.hostInteger ?? 0,
            ways: flags & 1 == 0 ? ways.compactMap(\.self) : []
        )
    }
}

extension KernelRoute.Way {
    /// A gateway of the route's own family, or of the other (RTA_VIA).
    fileprivate init?(family: UInt8, _ attributes: [UInt16: ByteBuffer], index: Int32?) {
        var gateway = attributes[5].flatMap { IPAddress(family: family, $0) }
        if var via = attributes[18], let other: UInt16 = via.readInteger(endianness: .host) {
            gateway = IPAddress(family: UInt8(truncatingIfNeeded: other), via)
        }
        guard let gateway, !gateway.isUnspecified, let index else { return nil }
        self.init(gateway: gateway, index: index)
    }
}

extension IPFamily {
    /// AF_INET or AF_INET6.
    fileprivate init?(kernel octet: UInt8) {
        switch octet {
        case 2: self = .ipv4
        case 10: self = .ipv6
        default: return nil
        }
    }
}

extension IPAddress {
    /// The octets of an attribute, in network order.
    fileprivate init?(family: UInt8, _ attribute: ByteBuffer) {
        let octets = Array(attribute.readableBytesView)
        guard let family = IPFamily(kernel: family), octets.count == Int(family.bits) / 8 else { return nil }
        self.init(octets: octets[...])
    }
}

extension ByteBuffer {
    /// The attributes (`struct rtattr`) that follow, the last of each kind, without the marks for nesting and byte order.
    fileprivate mutating func attributes() -> [UInt16: ByteBuffer] {
        var found: [UInt16: ByteBuffer] = [:]
        while let (length, type) = readMultipleIntegers(endianness: .host, as: (UInt16, UInt16).self), length >= 4,
            let value = readSlice(length: min(Int(length) - 4, readableBytes))
        {
            found[type & 0x3FFF] = value
            moveReaderIndex(forwardBy: min((4 - Int(length) % 4) % 4, readableBytes))
        }
        return found
    }

    fileprivate var hostInteger: UInt32? { getInteger(at: readerIndex, endianness: .host) }
}
