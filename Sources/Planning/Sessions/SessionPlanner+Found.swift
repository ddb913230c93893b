import BGPEngine
import BGPResources
import BGPTypes
import KubeModel

// What of the node's own addresses a session runs with: found once, it stays for as long as it can, since a session is worth
// more than the better of two addresses.
extension SessionPlanner {
    /// The router id of an instance whose BGPNodeConfig gives none: the one in use if the Node still has it, or has none at
    /// the moment, else the first IPv4 InternalIP.
    func foundRouterID(_ instance: BGPNodeConfig.Instance) -> RouterID? {
        let addresses = configuration.node.map(RouterID.internalIPs) ?? []
        guard let old = inUse[instance.name]?.routerID, addresses.isEmpty || addresses.contains(old) else {
            return addresses.first
        }
        return old
    }

    /// The address of `sourceInterface` to dial from; nil when none is asked for or there is none.
    ///
    /// The one in use stays while the device has it, and while the device has no other that leads to a network: what is
    /// away for a moment ends no session. Else it is the best: in the peer's network, an InternalIP, not one that may move
    /// to another host, the first of its network, the lowest.
    func foundSource(
        _ peer: BGPNodeConfig.Peer,
        _ spec: BGPPeerConfig.Spec,
        _ id: PeerID,
        towards remote: ScopedAddress
    ) -> IPAddress? {
        guard peer.localAddress == nil, let interface = spec.transport?.sourceInterface else { return nil }
        let family = remote.address.family
        let internalIPs = Set(configuration.node?.internalIPs.compactMap(IPAddress.init) ?? [])
        let usable = configuration.interfaces.filter { $0.name == interface }.flatMap(\.details).filter {
            $0.address.family == family && $0.address.isAnnounceable && !$0.marks.contains(.unready)
        }
        let old = inUse[id.instance]?.peers.first { $0.id == id }
        if let source = old?.foundSource, source.family == family, old?.address == remote,
            old?.configuration?.sourceInterface == interface
        {
            let hasOther = usable.contains { !$0.isFloating && $0.marks.isDisjoint(with: [.deprecated]) }
            if usable.contains(where: { $0.address == source }) || !hasOther { return source }
        }
        func rank(_ entry: NodeAddress) -> [Bool] {
            [
                entry.marks.contains(.deprecated), entry.isFloating || !entry.network.contains(remote.address),
                !internalIPs.contains(entry.address), entry.isFloating, entry.marks.contains(.secondary),
            ]
        }
        return usable.min { left, right in
            let (a, b) = (rank(left), rank(right))
            guard let place = a.indices.first(where: { a[$0] != b[$0] }) else { return left.address < right.address }
            return b[place]
        }?.address
    }
}
