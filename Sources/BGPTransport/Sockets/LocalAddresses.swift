import Addressing
import CLinuxSockets
import NIOCore

/// What this node's own addresses are, as far as a session needs to know.
enum LocalAddresses {
    /// The addresses to announce as next hops on a connection.
    struct NextHops: Hashable {
        /// For IPv4 routes.
        var ipv4: IPv4Address?
        /// For IPv6 routes.
        var ipv6: IPv6Address?
        /// Told beside the other to a peer on the same link (RFC 2545 §3).
        var linkLocal: IPv6Address?
    }

    /// The interface that has an address of this node; the first by name if there are several.
    static func interface(of local: ScopedAddress) -> String? {
        if let zone = local.zone { return zone }
        // Where the kernel does not tell, peers at one address are told apart by their OPENs instead.
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.filter { $0.address?.scopedAddress?.address == local.address }.map(\.name).min()
    }

    /// The choice itself.
    ///
    /// The connection's own address serves its family. For the other family it is a usable address on the same interface,
    /// the lowest if there are several, so that the choice does not change from one start to the next.
    static func nextHops(
        for local: ScopedAddress,
        among addresses: [(interface: String, address: IPAddress)]
    ) -> NextHops {
        // All of 127.0.0.0/8 is the loopback interface's, though it carries one address of it.
        let interface =
            local.zone ?? addresses.filter { $0.address == local.address }.map(\.interface).min()
            ?? (local.address.isLoopback ? addresses.filter(\.address.isLoopback).map(\.interface).min() : nil)
        var usable = addresses.filter { $0.interface == interface }.map(\.address)
            .filter { !$0.isLinkLocal && $0.isLoopback == local.address.isLoopback }
            .sorted()
        if !local.address.isLinkLocal { usable.insert(local.address, at: 0) }
        var result = NextHops()
        for address in usable.reversed() {
            switch address {
            case .v4(let address): result.ipv4 = address
            case .v6(let address): result.ipv6 = address
            }
        }
        if local.address.isLinkLocal, case .v6(let address) = local.address { result.linkLocal = address }
        return result
    }

    /// Whether an address is in a network of one of this node's links, so that no router lies between.
    static func isOnLink(_ remote: ScopedAddress) -> Bool {
        if remote.address.isLinkLocal || remote.address.isLoopback { return true }
        // Chooses words alone.
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.contains { device in
            guard let address = device.address?.scopedAddress?.address.octets,
                let mask = device.netmask?.scopedAddress?.address.octets
            else { return false }
            let octets = remote.address.octets
            guard octets.count == address.count, mask.count == address.count else { return false }
            return octets.indices.allSatisfy { octets[$0] & mask[$0] == address[$0] & mask[$0] }
        }
    }

    /// The address that the kernel would send from to reach another, without sending anything.
    static func source(for remote: ScopedAddress) -> IPAddress? {
        guard let target = SocketAddress(remote, port: 179) else { return nil }
        var octets = [UInt8](repeating: 0, count: 16)
        let length = target.withSockAddr { martlet_source($0, socklen_t($1), &octets) }
        return IPAddress(octets: octets.prefix(length))
    }
}
