package import BGPTypes

/// The addresses of the node's devices that are up, as sessions look them up.
package struct NodeDevices: Sendable {
    /// All addresses, in order.
    package let addresses: [NodeAddress]
    private let byAddress: [IPAddress: [NodeAddress]]
    private let byDevice: [String: [NodeAddress]]
    /// Addresses by which a network is reached, which are few where a device has thousands of others.
    private let networks: [NodeAddress]

    /// Takes addresses in any order.
    package init(_ addresses: some Sequence<NodeAddress> = []) {
        self.addresses = addresses.sorted()
        byAddress = Dictionary(grouping: self.addresses, by: \.address)
        byDevice = Dictionary(grouping: self.addresses, by: \.device)
        networks = self.addresses.filter { !$0.isFloating && !$0.address.isLoopback }
    }

    /// Whether the kernel has told of none, as where it may not be asked.
    package var isEmpty: Bool { addresses.isEmpty }

    /// What is known of an address; empty when no device has it.
    package func entries(_ address: IPAddress) -> [NodeAddress] { byAddress[address] ?? [] }

    /// The addresses of a device, in order.
    package func addresses(of device: String) -> [NodeAddress] { byDevice[device] ?? [] }

    /// Whether an address leads to this node itself.
    package func isOwn(_ address: IPAddress) -> Bool { address.isLoopback || byAddress[address] != nil }

    /// The device that has an address of this node, the first by name if there are several; of 127.0.0.0/8 it is the one
    /// that has 127.0.0.1.
    package func device(of local: ScopedAddress) -> String? {
        if let zone = local.zone { return zone }
        if let entry = byAddress[local.address]?.first { return entry.device }
        guard local.address.isLoopback else { return nil }
        return addresses.first { $0.address.isLoopback && $0.address.family == local.address.family }?.device
    }

    /// The devices from which an address is reached without a router between; loopback has none.
    package func devices(leadingTo remote: ScopedAddress) -> Set<String> {
        if let zone = remote.zone { return [zone] }
        return Set(networks.filter { $0.network.contains(remote.address) }.map(\.device))
    }

    /// Whether no router lies between this node and an address.
    package func isOnLink(_ remote: ScopedAddress) -> Bool {
        remote.address.isLinkLocal || isOwn(remote.address) || !devices(leadingTo: remote).isEmpty
    }

    /// The address that packets to a neighbour on a link leave from: the first of the network; nil when it is on no link.
    package func source(towards remote: ScopedAddress) -> IPAddress? {
        let entries = networks.filter {
            $0.network.contains(remote.address) && (remote.zone == nil || remote.zone == $0.device)
        }
        let best = entries.max { $0.network.length < $1.network.length }?.network.length
        let first = entries.filter { $0.network.length == best && !$0.marks.contains(.unready) }
        return first.count { !$0.marks.contains(.secondary) } == 1
            ? first.first { !$0.marks.contains(.secondary) }?.address : nil
    }

    /// The addresses that a next hop can be chosen from: those of devices that lead to a network, and of loopback devices.
    ///
    /// A device for addresses of Services alone, as kube-proxy's with IPVS, has none.
    package var candidates: Set<IPAddress> {
        var devices = Set(networks.map(\.device))
        devices.formUnion(addresses.filter(\.address.isLoopback).map(\.device))
        return Set(addresses.filter { devices.contains($0.device) && !$0.address.isLoopback }.map(\.address))
    }
}

extension NodeDevices: Hashable {
    /// Whether both have the same addresses.
    package static func == (left: NodeDevices, right: NodeDevices) -> Bool { left.addresses == right.addresses }

    /// Takes the addresses alone.
    package func hash(into hasher: inout Hasher) { hasher.combine(addresses) }
}

/// What the cluster says of the node's addresses.
package struct AddressRoles: Hashable, Sendable {
    /// The node's InternalIPs, in the order of its Node.
    package var internalIPs: [IPAddress]
    /// Addresses of Services that a device of the node has, whatever put them there.
    package var virtual: Set<IPAddress>

    /// Nothing unless told.
    package init(internalIPs: [IPAddress] = [], virtual: Set<IPAddress> = []) {
        self.internalIPs = internalIPs
        self.virtual = virtual
    }

    /// Whether the node is one of several on one host's loopback, as in the lab: loopback addresses are its own then.
    package var isOnLoopback: Bool { !internalIPs.isEmpty && internalIPs.allSatisfy(\.isLoopback) }
}
