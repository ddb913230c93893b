package import BGPResources
package import BGPTypes
package import KubeModel

/// Which addresses are those of nodes, pods, routers and cluster IPs, whatever Services there are.
///
/// A change of one node costs what that node has, and the owner of an address is found without looking at all of them.
package struct ClusterAddresses: Hashable, Sendable {
    /// What every node has.
    private var nodes: [String: NodeShare] = [:]
    /// The routers that every ClusterConfig names, by the name of that.
    private var routers: [String: [Router]] = [:]
    /// The networks of cluster IPs.
    private var serviceNetworks: [IPPrefix] = []
    /// The owners of single addresses, sorted.
    private var hosts: [IPAddress: [AddressOwner]] = [:]
    /// The owners of networks, sorted.
    private var networks: [IPPrefix: [AddressOwner]] = [:]
    /// How many networks there are of each length.
    private var lengths4: [UInt8: Int] = [:]
    private var lengths6: [UInt8: Int] = [:]

    private struct NodeShare: Hashable, Sendable {
        var addresses: [IPAddress]
        var podNetworks: [IPPrefix]
    }

    private struct Router: Hashable, Sendable {
        var name: String
        var address: IPAddress
    }

    /// Nothing is known.
    package init() {}

    /// Everything that these objects say; order does not matter.
    ///
    /// `sources` are where the networks of pods are read: what other objects say of them is no claim.
    package init(
        nodes: [Node] = [],
        podNetworks: ClusterPodNetworks = ClusterPodNetworks(),
        sources: Set<BGPAdvertisement.PodCIDRSource> = [.auto],
        clusterConfigs: [BGPClusterConfig] = [],
        serviceCIDRs: [ServiceCIDR] = []
    ) {
        let known = Dictionary(nodes.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        for name in podNetworks.nodes.union(known.keys) {
            take(known[name], named: name, podNetworks.networks(of: name), from: sources)
        }
        for config in clusterConfigs { take(config, named: config.metadata.name) }
        take(serviceCIDRs)
    }

    /// The nodes that have something.
    package var nodeNames: [String] { Array(nodes.keys) }

    /// How many addresses and networks a node is believed to have: whoever writes one Node cannot take whole pools away.
    private static let mostPerNode = ForeignRange.mostPerNode

    /// Takes what a node has now, nothing when it is gone; `networks` is what network plugins say of its pods.
    package mutating func take(
        _ node: Node?,
        named name: String,
        _ networks: PodNetworks = PodNetworks(),
        from sources: Set<BGPAdvertisement.PodCIDRSource> = [.auto]
    ) {
        let found = sources.sorted { $0.rawValue < $1.rawValue }.flatMap { networks.answer($0, node: node).networks }
        take(
            name,
            addresses: (node?.status?.addresses ?? []).compactMap { IPAddress($0.address) },
            podNetworks: found.compactMap { IPPrefix(podCIDR: $0.text) }
        )
    }

    /// Takes what a node and its pods have now, wherever that is written.
    package mutating func take(_ node: String, addresses: [IPAddress], podNetworks: [IPPrefix]) {
        let share = NodeShare(
            addresses: Array(addresses.prefix(Self.mostPerNode)),
            podNetworks: Array(podNetworks.prefix(Self.mostPerNode))
        )
        let old = nodes[node]
        guard old != share else { return }
        for address in Set(old?.addresses ?? []) { remove(.node(node), from: address) }
        for network in Set(old?.podNetworks ?? []) { remove(.podNetwork(network, node: node), from: network) }
        nodes[node] = share.addresses.isEmpty && share.podNetworks.isEmpty ? nil : share
        for address in Set(share.addresses) { add(.node(node), to: address) }
        for network in Set(share.podNetworks) { add(.podNetwork(network, node: node), to: network) }
    }

    /// Takes the routers that a ClusterConfig names now; none when it is gone.
    package mutating func take(_ config: BGPClusterConfig?, named name: String) {
        take(
            (config?.spec.bgpInstances ?? []).flatMap { instance in
                instance.peers.compactMap { peer in
                    peer.peerAddress.map { Router(name: "\(instance.name)/\(peer.name)", address: $0.address) }
                }
            },
            of: name
        )
    }

    private mutating func take(_ found: [Router], of name: String) {
        let old = routers[name] ?? []
        guard old != found else { return }
        routers[name] = found.isEmpty ? nil : found
        // Two ClusterConfigs can name one router alike, so that what goes here may be there.
        let left = Set(routers.values.joined())
        for router in Set(old) where !left.contains(router) { remove(.router(router.name), from: router.address) }
        for router in Set(found) { add(.router(router.name), to: router.address) }
    }

    /// Takes the networks of cluster IPs that the cluster names.
    package mutating func take(_ serviceCIDRs: [ServiceCIDR]) {
        take(Set(serviceCIDRs.flatMap { $0.spec?.cidrs ?? [] }.compactMap { IPPrefix($0) }))
    }

    private mutating func take(_ networks: Set<IPPrefix>) {
        let found = networks.sorted()
        guard found != serviceNetworks else { return }
        for network in serviceNetworks { remove(.serviceNetwork(network), from: network) }
        for network in found { add(.serviceNetwork(network), to: network) }
        serviceNetworks = found
    }

    /// Takes addresses that Services have of which nothing else is known.
    package mutating func take(ofStrangers addresses: [IPAddress]) {
        for address in addresses { add(.service(ObjectKey(namespace: "", name: "")), to: address) }
    }

    /// The same with what one node knows besides: its own routers, also those that it has to find, and the networks of
    /// cluster IPs that its speaker was told of.
    func seen(by configuration: NodeConfiguration) -> ClusterAddresses {
        var seen = self
        seen.take(
            (configuration.nodeConfig?.spec.bgpInstances ?? []).flatMap { instance in
                instance.peers.compactMap { peer in
                    let address = (peer.peerAddress ?? configuration.gateway(for: peer))?.address
                    return address.flatMap { address in
                        address.isUnspecified ? nil : Router(name: "\(instance.name)/\(peer.name)", address: address)
                    }
                }
            },
            of: ""
        )
        seen.take(Set(serviceNetworks + configuration.gates.serviceNetworks))
        return seen
    }

    private mutating func add(_ owner: AddressOwner, to address: IPAddress) {
        hosts[address, default: []].add(owner)
    }

    private mutating func remove(_ owner: AddressOwner, from address: IPAddress) {
        guard var owners = hosts[address] else { return }
        owners.removeAll { $0 == owner }
        hosts[address] = owners.isEmpty ? nil : owners
    }

    private mutating func add(_ owner: AddressOwner, to network: IPPrefix) {
        if networks[network] == nil { count(network, by: 1) }
        networks[network, default: []].add(owner)
    }

    private mutating func remove(_ owner: AddressOwner, from network: IPPrefix) {
        guard var owners = networks[network] else { return }
        owners.removeAll { $0 == owner }
        networks[network] = owners.isEmpty ? nil : owners
        if owners.isEmpty { count(network, by: -1) }
    }

    private mutating func count(_ network: IPPrefix, by change: Int) {
        func counted(_ lengths: inout [UInt8: Int]) {
            let count = lengths[network.length, default: 0] + change
            lengths[network.length] = count == 0 ? nil : count
        }
        switch network.family {
        case .ipv4: counted(&lengths4)
        case .ipv6: counted(&lengths6)
        }
    }
}

extension ClusterAddresses {
    /// Whose an address is that a Service has as one of `kind`; nil when it is none of these.
    func owner(of address: IPAddress, as kind: AddressKind) -> AddressOwner? {
        if let special = SpecialRange.all.first(where: { $0.range.contains(address) }) {
            return .nobody(special.description)
        }
        if let owner = hosts[address]?.first { return owner }
        guard !networks.isEmpty else { return nil }
        var found: AddressOwner?
        for length in (address.family == .ipv4 ? lengths4 : lengths6).keys {
            guard let network = IPPrefix(masking: address, length: length), let owners = networks[network] else {
                continue
            }
            for owner in owners where kind != .clusterIP || !owner.sparesClusterIPs {
                found = found.map { min($0, owner) } ?? owner
            }
        }
        return found
    }

    /// The addresses and networks whose owners are others than before.
    func difference(from old: ClusterAddresses) -> Difference {
        var changed = Difference()
        for (address, owners) in hosts where old.hosts[address] != owners { changed.hosts.insert(address) }
        for address in old.hosts.keys where hosts[address] == nil { changed.hosts.insert(address) }
        for (network, owners) in networks where old.networks[network] != owners { changed.networks.append(network) }
        for network in old.networks.keys where networks[network] == nil { changed.networks.append(network) }
        return changed
    }

    /// Addresses whose owners are others than before.
    struct Difference {
        fileprivate(set) var hosts: Set<IPAddress> = []
        fileprivate(set) var networks: [IPPrefix] = []

        var isEmpty: Bool { hosts.isEmpty && networks.isEmpty }

        func contains(_ address: IPAddress) -> Bool {
            hosts.contains(address) || networks.contains { $0.contains(address) }
        }
    }
}

extension [AddressOwner] {
    /// Puts an owner in its place, once.
    fileprivate mutating func add(_ owner: AddressOwner) {
        let place = insertionIndex { $0 < owner }
        guard place == count || self[place] != owner else { return }
        insert(owner, at: place)
    }
}

extension NodeConfiguration {
    /// The router that a peer without an address finds on the node.
    fileprivate func gateway(for peer: BGPNodeConfig.Peer) -> ScopedAddress? {
        guard let discovery = peer.autoDiscovery else { return nil }
        let family = discovery.defaultGateway?.addressFamily ?? .ipv4
        return defaultGateways.filter { $0.address.family == family }.min()
    }
}
