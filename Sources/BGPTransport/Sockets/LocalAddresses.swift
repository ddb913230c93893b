import Addressing
import CLinuxSockets
import NIOCore

/// What this node's own addresses are, as far as a session needs to know.
enum LocalAddresses {
    /// The next hop to announce per family, given the local address of a connection.
    ///
    /// The connection's own address serves its family. For the other family it is a usable address on the same interface,
    /// the lowest if there are several, so that the choice does not change from one start to the next.
    static func nextHops(for local: ScopedAddress?) -> [IPFamily: IPAddress] {
        guard let local else { return [:] }
        let devices = (try? System.enumerateDevices()) ?? []
        return nextHops(
            for: local,
            among: devices.compactMap { device in
                guard let address = device.address?.scopedAddress?.address else { return nil }
                return (interface: device.name, address: address)
            }
        )
    }

    /// The choice itself, from all interfaces' addresses.
    static func nextHops(
        for local: ScopedAddress,
        among addresses: [(interface: String, address: IPAddress)]
    ) -> [IPFamily: IPAddress] {
        let interfaces = addresses.filter { $0.address == local.address }.map(\.interface)
        let interface = local.zone ?? interfaces.sorted().first
        let onInterface = addresses.filter { $0.interface == interface }.map(\.address)
        var result: [IPFamily: IPAddress] = [:]
        for family in IPFamily.allCases {
            if local.address.family == family, !local.address.isLinkLocal {
                result[family] = local.address
            } else {
                result[family] =
                    onInterface
                    .filter { $0.family == family && !$0.isLinkLocal && $0.isLoopback == local.address.isLoopback }
                    .min()
            }
        }
        return result
    }

    /// The address that the kernel would send from to reach another, without sending anything.
    static func source(for remote: ScopedAddress) -> IPAddress? {
        guard let target = SocketAddress(remote, port: 179) else { return nil }
        var octets = [UInt8](repeating: 0, count: 16)
        let length = target.withSockAddr { martlet_source($0, socklen_t($1), &octets) }
        return IPAddress(octets: octets.prefix(length))
    }
}
