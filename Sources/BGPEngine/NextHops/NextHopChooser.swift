package import BGPTypes

/// A session, as far as its next hops follow from it.
package struct NextHopSession: Hashable, Sendable {
    /// This node's address on the connection.
    package var local: ScopedAddress
    /// The peer's address on the connection.
    package var remote: ScopedAddress
    /// The address that the configuration says this node has to the peer.
    package var configured: IPAddress?
    /// Whether the peer takes only next hops on the link it shares with this node: external, and not several hops away
    /// (RFC 4271 §5.1.3).
    package var isDirect: Bool
    /// Whether IPv4 routes may have an IPv6 next hop (RFC 8950).
    package var carriesIPv4OverIPv6: Bool

    /// Describes a session.
    package init(
        local: ScopedAddress,
        remote: ScopedAddress,
        configured: IPAddress? = nil,
        isDirect: Bool = true,
        carriesIPv4OverIPv6: Bool = false
    ) {
        self.local = local
        self.remote = remote
        self.configured = configured
        self.isDirect = isDirect
        self.carriesIPv4OverIPv6 = carriesIPv4OverIPv6
    }
}

/// Chooses the next hops of a session from the node's addresses of the moment.
///
/// For each family the first that there is:
///
/// 1. the address that the configuration gives;
/// 2. the session's own address;
/// 3. an InternalIP of the node that is on a device and not deprecated;
/// 4. an address of the device that leads to the peer;
/// 5. an address of the device that the session goes out of, where routers lie between;
/// 6. an address that is alone in its network, on one of these devices.
///
/// An address of a Service is none of them unless it is an InternalIP too. To a peer on the link that takes no other next
/// hop, an InternalIP of another device comes after 4. Among equals the one in use stays. Loopback addresses serve a peer on
/// this very node, and only where there is nothing else.
package struct NextHopChooser {
    private let session: NextHopSession
    private let devices: NodeDevices
    private let cluster: AddressRoles
    /// The devices that lead to the peer; none where routers lie between, or where the peer is on this node.
    private let links: Set<String>
    private let isPeerHere: Bool

    /// Looks at a session from a node with these addresses.
    package init(_ session: NextHopSession, devices: NodeDevices, cluster: AddressRoles) {
        self.session = session
        self.devices = devices
        self.cluster = cluster
        isPeerHere = devices.isOwn(session.remote.address)
        links = isPeerHere ? [] : devices.devices(leadingTo: session.remote)
    }

    /// The choice, where these are in use.
    package func choose(inUse: NextHopSet = NextHopSet()) -> NextHopSet {
        var result = NextHopSet()
        if case .v6(let address) = session.local.address, address.isLinkLocal { result.linkLocal = address }
        for family in IPFamily.allCases { result[family] = choose(family, inUse: inUse[family]) }
        return result
    }

    private func choose(_ family: IPFamily, inUse: IPAddress?) -> IPAddress? {
        if isPeerHere, cluster.isOnLoopback { return loopback(family) }
        if let configured = session.configured, configured.family == family, isUsable(configured) { return configured }
        let own = session.local.address
        let isOwnUsable = own.family == family && !own.isLinkLocal && (devices.isEmpty || isUsable(own))
        if isOwnUsable, !own.isLoopback, !isVirtual(own) { return own }

        let internalIPs = cluster.internalIPs.filter { address in
            address.family == family
                && entries(address).contains { $0.marks.isDisjoint(with: [.deprecated, .unready]) }
        }
        let near = internalIPs.filter { address in entries(address).contains { links.contains($0.device) } }
        let isNearNeeded = session.isDirect && !links.isEmpty || canDoWithout(family)
        if let address = first(isNearNeeded ? near : near + internalIPs, inUse) { return address }
        if let address = first(ofNetworks(on: links, family), inUse) { return address }
        if !canDoWithout(family), let address = first(internalIPs, inUse) { return address }
        let way = links.isEmpty ? Set(devices.device(of: session.local).map { [$0] } ?? []) : links
        if let address = first(ofNetworks(on: way, family), inUse) { return address }
        if !canDoWithout(family), let address = first(floating(on: way, family), inUse) { return address }
        // Better an address that is a Service's too than none, when the kernel has chosen it and it leads to this network.
        if isOwnUsable, !own.isLoopback, entries(own).contains(where: { !$0.isFloating }) { return own }
        return isPeerHere ? loopback(family) : nil
    }

    /// Whether the session's other address carries the family's routes, so that none from elsewhere is needed.
    private func canDoWithout(_ family: IPFamily) -> Bool {
        guard !links.isEmpty, session.local.address.family == .ipv6 else { return false }
        switch family {
        case .ipv4: return session.carriesIPv4OverIPv6
        case .ipv6: return session.local.address.isLinkLocal
        }
    }

    private func entries(_ address: IPAddress) -> [NodeAddress] {
        address.isLoopback ? [] : devices.entries(address)
    }

    private func isUsable(_ address: IPAddress) -> Bool {
        entries(address).contains { !$0.marks.contains(.unready) }
    }

    private func isVirtual(_ address: IPAddress) -> Bool {
        cluster.virtual.contains(address) && !cluster.internalIPs.contains(address)
    }

    /// The one in use if it is among them, else the first.
    private func first(_ addresses: [IPAddress], _ inUse: IPAddress?) -> IPAddress? {
        inUse.flatMap { addresses.contains($0) ? $0 : nil } ?? addresses.first
    }

    private func ofNetworks(on names: Set<String>, _ family: IPFamily) -> [IPAddress] {
        candidates(on: names, family) { !$0.isFloating }
    }

    private func floating(on names: Set<String>, _ family: IPFamily) -> [IPAddress] {
        candidates(on: names, family, \.isFloating)
    }

    /// What of some devices may be told to others: first what is the first of its network, then by number.
    private func candidates(
        on names: Set<String>,
        _ family: IPFamily,
        _ isAsked: (NodeAddress) -> Bool
    ) -> [IPAddress] {
        names.flatMap { devices.addresses(of: $0) }.filter { entry in
            let address = entry.address
            return address.family == family && !address.isLinkLocal && !address.isLoopback && !address.isMulticast
                && entry.marks.isDisjoint(with: [.deprecated, .unready]) && !isVirtual(address) && isAsked(entry)
        }
        .sorted {
            let (left, right) = ($0.marks.contains(.secondary), $1.marks.contains(.secondary))
            return left == right ? $0.address < $1.address : right
        }
        .map(\.address)
    }

    /// For a peer on this node: the session's own address, an InternalIP, or what the loopback device has.
    private func loopback(_ family: IPFamily) -> IPAddress? {
        let own = session.local.address
        if own.family == family, own.isLoopback { return own }
        let all = cluster.internalIPs + devices.addresses.map(\.address)
        return all.first { $0.family == family && $0.isLoopback }
    }
}
