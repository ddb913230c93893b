package import Addressing
import FoundationEssentials
import Glibc
import Planning

/// The node's own devices and default routes, as announcements and sessions need them.
struct NodeNetwork: Hashable, Sendable {
    /// Devices that are up, by name, with their addresses in ascending order.
    var interfaces: [InterfaceAddresses] = []
    /// The gateway of the default route with the lowest metric, one per family at most.
    var defaultGateways: [ScopedAddress] = []

    /// What the kernel says now; what it does not say is empty.
    static func read() -> NodeNetwork {
        NodeNetwork(
            interfaces: interfacesOfKernel(),
            defaultGateways: [
                DefaultRoutes.ipv4(table("/proc/net/route")), DefaultRoutes.ipv6(table("/proc/net/ipv6_route")),
            ].compactMap { $0 }
        )
    }

    private static func table(_ path: String) -> String {
        (try? String(contentsOf: URL(filePath: path), encoding: .utf8)) ?? ""
    }

    private static func interfacesOfKernel() -> [InterfaceAddresses] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var found: [String: Set<IPAddress>] = [:]
        var next = first
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard entry.ifa_flags & UInt32(IFF_UP) != 0, let address = entry.ifa_addr else { continue }
            let name = String(cString: entry.ifa_name)
            found[name, default: []].formUnion(Self.address(address).map { [$0] } ?? [])
        }
        return found.sorted { $0.key < $1.key }
            .map { InterfaceAddresses(name: $0.key, addresses: $0.value.sorted()) }
    }

    private static func address(_ pointer: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET:
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                .v4(IPv4Address(rawValue: UInt32(bigEndian: pointer.pointee.sin_addr.s_addr)))
            }
        case AF_INET6:
            return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { bytes in
                    .v6(
                        IPv6Address(
                            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                        )
                    )
                }
            }
        default: return nil
        }
    }
}

/// Default routes in the kernel's text tables (proc(5)).
package enum DefaultRoutes {
    /// `/proc/net/route`: device, destination, gateway (hexadecimal, in the machine's byte order), flags, …, metric at 6.
    package static func ipv4(_ table: String) -> ScopedAddress? {
        let routes = table.split(separator: "\n").dropFirst().compactMap { line -> (metric: UInt32, IPv4Address)? in
            let fields = line.split { $0 == "\t" || $0 == " " }
            guard fields.count > 7, fields[1] == "00000000", fields[7] == "00000000",
                let gateway = UInt32(fields[2], radix: 16), gateway != 0, let metric = UInt32(fields[6])
            else { return nil }
            return (metric, IPv4Address(rawValue: UInt32(bigEndian: gateway)))
        }
        return routes.min { ($0.metric, $0.1) < ($1.metric, $1.1) }.map { ScopedAddress(.v4($0.1)) }
    }

    /// `/proc/net/ipv6_route`: destination, its length, source, its length, gateway, metric, …, device at 9.
    ///
    /// Routers advertise themselves by their link-local address (RFC 4861 §4.2), which means nothing without the device.
    package static func ipv6(_ table: String) -> ScopedAddress? {
        let routes = table.split(separator: "\n").compactMap { line -> (metric: UInt32, ScopedAddress)? in
            let fields = line.split { $0 == "\t" || $0 == " " }
            guard fields.count > 9, fields[1] == "00", fields[0].allSatisfy({ $0 == "0" }), fields[4].count == 32,
                let high = UInt64(fields[4].prefix(16), radix: 16), let low = UInt64(fields[4].suffix(16), radix: 16),
                high != 0 || low != 0, let metric = UInt32(fields[5], radix: 16)
            else { return nil }
            let address = IPAddress.v6(IPv6Address(high: high, low: low))
            let zone = address.isLinkLocal ? String(fields[9]) : nil
            return ScopedAddress(address: address, zone: zone).map { (metric, $0) }
        }
        return routes.min { ($0.metric, $0.1) < ($1.metric, $1.1) }.map(\.1)
    }
}
