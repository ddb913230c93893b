import BGPResources
package import BGPTypes
package import KubeModel

/// Whose an address is that no Service, or not this one, may have announced.
package enum AddressOwner: Hashable, Sendable {
    /// It means something else than one host everywhere; the text says what.
    case nobody(String)
    /// A router that some node has, or is to have, a session with.
    case router(String)
    case node(String)
    case podNetwork(IPPrefix, node: String)
    /// Cluster IPs.
    case serviceNetwork(IPPrefix)
    /// Another Service, which was given the address or asked for it first.
    case service(ObjectKey)

    /// Whether the address is as good as any other for a cluster IP.
    ///
    /// Cluster IPs are given by the API server and not by who writes a Service, so that only the other kinds are asked.
    var sparesClusterIPs: Bool {
        switch self {
        case .serviceNetwork, .service: true
        case .nobody, .router, .node, .podNetwork: false
        }
    }

    /// What is said of an address to the owner of a Service; of another namespace's Services nothing is told.
    func words(of address: IPAddress, to service: ObjectKey) -> String {
        switch self {
        case .nobody(let meaning): "\(address) is \(meaning)"
        case .router(let name): "\(address) is the address of the router \(name)"
        case .node(let name): "\(address) is an address of Node/\(name)"
        case .podNetwork(let network, let node): "\(address) lies in the pod network \(network) of Node/\(node)"
        case .serviceNetwork(let network): "\(address) lies in the network of cluster IPs \(network)"
        case .service(let owner) where owner.namespace == service.namespace:
            "\(address) belongs to Service/\(owner)"
        case .service: "\(address) belongs to a Service of another namespace"
        }
    }

    /// What would let the address be announced, or end the claim to it.
    func remedy(for kind: AddressKind, of service: ObjectKey) -> String {
        let renounce =
            switch kind {
            case .externalIP: "remove it from spec.externalIPs"
            case .loadBalancerIP: "let the Service be given another address"
            case .clusterIP: "keep nodes, pods and routers out of the network of cluster IPs"
            }
        guard case .service(let owner) = self else { return renounce }
        let key = "give both Services the same annotation martlet.dev/sharing-key"
        return owner.namespace == service.namespace
            ? "\(renounce), or \(key)"
            : "\(renounce), or \(key) and each the other's namespace in "
                + "martlet.dev/sharing-cross-namespace"
    }
}

extension AddressOwner: Comparable {
    /// In the order in which they are named when an address has several.
    package static func < (left: AddressOwner, right: AddressOwner) -> Bool {
        switch (left, right) {
        case (.nobody(let left), .nobody(let right)): left < right
        case (.router(let left), .router(let right)): left < right
        case (.node(let left), .node(let right)): left < right
        case (.podNetwork(let leftNetwork, let left), .podNetwork(let rightNetwork, let right)):
            (leftNetwork, left) < (rightNetwork, right)
        case (.serviceNetwork(let left), .serviceNetwork(let right)): left < right
        case (.service(let left), .service(let right)): left < right
        default: left.rank < right.rank
        }
    }

    private var rank: Int {
        switch self {
        case .nobody: 0
        case .router: 1
        case .node: 2
        case .podNetwork: 3
        case .serviceNetwork: 4
        case .service: 5
        }
    }
}
