import BGPTypes
import CLinuxSockets
import Glibc
import NIOCore

extension SocketAddress {
    /// The socket address of an address; `nil` when its zone names no interface of this node.
    init?(_ scoped: ScopedAddress, port: UInt16) {
        if scoped.zone != nil {
            // Reads digits and the interface's name; no name server is asked.
            guard let address = try? SocketAddress.makeAddressResolvingHost("\(scoped)", port: Int(port)) else {
                return nil
            }
            self = address
        } else {
            let octets = ByteBuffer(bytes: scoped.address.octets)
            guard let address = try? SocketAddress(packedIPAddress: octets, port: Int(port)) else { return nil }
            self = address
        }
    }

    /// The address without its port.
    ///
    /// The zone is named for link-local ones only; `nil` for other kinds of sockets.
    var scopedAddress: ScopedAddress? {
        guard let address = ipAddress.flatMap(IPAddress.init) else { return nil }
        let scope = withSockAddr { martlet_scope($0, socklen_t($1)) }
        guard scope != 0 else { return ScopedAddress(address) }
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard if_indextoname(scope, &name) != nil else { return ScopedAddress(address) }
        let zone = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return ScopedAddress(address: address, zone: zone) ?? ScopedAddress(address)
    }
}

extension IPAddress {
    /// The octets in network order, 4 or 16.
    var octets: [UInt8] {
        switch self {
        case .v4(let address):
            (0..<4).map { UInt8(truncatingIfNeeded: address.rawValue >> UInt32(24 - 8 * $0)) }
        case .v6(let address):
            (0..<16).map { index in
                let half = index < 8 ? address.high : address.low
                return UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * (index % 8)))
            }
        }
    }

    /// The address of 4 or 16 octets in network order; `nil` for any other number.
    init?(octets: some Collection<UInt8>) {
        switch octets.count {
        case 4:
            self = .v4(IPv4Address(rawValue: octets.reduce(0) { $0 << 8 | UInt32($1) }))
        case 16:
            self = .v6(
                IPv6Address(
                    high: octets.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                    low: octets.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) }
                )
            )
        default:
            return nil
        }
    }
}
