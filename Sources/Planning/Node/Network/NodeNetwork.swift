package import BGPEngine
package import BGPTypes

/// The node's own devices and default routes, as announcements and sessions need them.
package struct NodeNetwork: Hashable, Sendable {
    /// Devices that are up and have addresses, by name.
    package var interfaces: [InterfaceAddresses]
    /// The gateway of the default route with the lowest metric, one per family at most.
    package var defaultGateways: [ScopedAddress]

    /// Nothing unless given.
    package init(interfaces: [InterfaceAddresses] = [], defaultGateways: [ScopedAddress] = []) {
        self.interfaces = interfaces
        self.defaultGateways = defaultGateways
    }

    /// What the kernel reports; of several gateways the first.
    package init(_ host: HostNetwork) {
        let devices = Dictionary(grouping: host.devices.addresses, by: \.device)
        interfaces = devices.sorted { $0.key < $1.key }.map { InterfaceAddresses(name: $0.key, details: $0.value) }
        defaultGateways = IPFamily.allCases.compactMap { family in
            host.defaultGateways.first { $0.address.family == family }
        }
    }

    /// The devices of these names alone: others decide nothing, and one with the addresses of all Services would make a new
    /// decision of each of them.
    package func devices(_ names: Set<String>) -> [InterfaceAddresses] { interfaces.filter { names.contains($0.name) } }
}
