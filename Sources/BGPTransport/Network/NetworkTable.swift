package import BGPEngine
import BGPTypes

extension HostNetwork {
    /// What the kernel says now; what it does not say is empty.
    package static func read() -> HostNetwork {
        var table = NetworkTable()
        guard let dump = NetlinkDump(), dump.fill(&table) else { return HostNetwork() }
        return table.network
    }
}

/// What the kernel has told of devices, addresses and default routes.
package struct NetworkTable: Sendable {
    private struct Link: Hashable {
        var name: String
        var isUp: Bool
    }

    fileprivate struct Place: Hashable {
        var index: Int32
        var address: IPAddress
        var length: UInt8
        var peer: IPAddress?
    }

    private var links: [Int32: Link] = [:]
    private var addresses: [Place: UInt32] = [:]
    private var routes: Set<KernelRoute> = []

    /// What came of a message.
    package struct Outcome: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        /// Takes the bits as they are.
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The network is another.
        package static let changed = Outcome(rawValue: 1)
        /// The default routes may be others and have to be read: not all that goes is told of, as with a device that
        /// goes down.
        package static let routesUnknown = Outcome(rawValue: 2)
    }

    /// A table that nothing was told to.
    package init() {}

    /// Forgets the default routes, before all are told again.
    package mutating func forgetRoutes() { routes = [] }

    /// Takes one message.
    package mutating func handle(_ message: NetlinkMessage) -> Outcome {
        switch message {
        case .link(let index, let name, let isUp):
            let before = links.updateValue(Link(name: name, isUp: isUp), forKey: index)
            if before == links[index] { return [] }
            return !isUp && leads(over: index) ? [.changed, .routesUnknown] : .changed
        case .noLink(let index):
            guard links.removeValue(forKey: index) != nil else { return [] }
            for place in addresses.keys where place.index == index { addresses[place] = nil }
            return leads(over: index) ? [.changed, .routesUnknown] : .changed
        case .address(let address):
            // Lifetimes that are renewed are no news.
            return addresses.updateValue(address.flags, forKey: Place(address)) == address.flags ? [] : .changed
        case .noAddress(let address):
            guard addresses.removeValue(forKey: Place(address)) != nil else { return [] }
            return leads(over: address.index) ? [.changed, .routesUnknown] : .changed
        case .defaultRoute(let route):
            // One that takes another's place is told of alone.
            return routes.contains(route) ? [] : .routesUnknown
        case .noDefaultRoute:
            return .routesUnknown
        case .done, .failed:
            return []
        }
    }

    /// Takes a default route that is there now.
    package mutating func insert(_ route: KernelRoute) { routes.insert(route) }

    private func leads(over index: Int32) -> Bool {
        routes.contains { $0.ways.contains { $0.index == index } }
    }

    /// The whole.
    package var network: HostNetwork {
        HostNetwork(
            devices: NodeDevices(
                addresses.compactMap { place, flags in
                    guard let link = links[place.index], link.isUp else { return nil }
                    return NodeAddress(
                        device: link.name,
                        address: place.address,
                        length: place.length,
                        peer: place.peer,
                        marks: NodeAddress.Marks(kernel: flags)
                    )
                }
            ),
            defaultGateways: IPFamily.allCases.flatMap(gateways)
        )
    }

    private func gateways(_ family: IPFamily) -> [ScopedAddress] {
        let usable = routes.filter { $0.family == family }.compactMap { route -> (metric: UInt32, [ScopedAddress])? in
            let gateways = route.ways.filter { $0.gateway.family == family }.compactMap { way -> ScopedAddress? in
                guard way.gateway.isLinkLocal else { return ScopedAddress(way.gateway) }
                guard family == .ipv6 else { return nil }
                return links[way.index].flatMap { ScopedAddress(address: way.gateway, zone: $0.name) }
            }
            return gateways.isEmpty ? nil : (route.metric, gateways)
        }
        guard let best = usable.map(\.metric).min() else { return [] }
        return Set(usable.filter { $0.metric == best }.flatMap(\.1)).sorted()
    }
}

extension NetworkTable.Place {
    fileprivate init(_ address: KernelAddress) {
        self.init(index: address.index, address: address.address, length: address.length, peer: address.peer)
    }
}

extension NodeAddress.Marks {
    /// IFA_F_….
    fileprivate init(kernel flags: UInt32) {
        self = []
        if flags & 0x01 != 0 { insert(.secondary) }
        // Tentative, or another host has it.
        if flags & (0x40 | 0x08) != 0 { insert(.unready) }
        if flags & 0x20 != 0 { insert(.deprecated) }
    }
}
