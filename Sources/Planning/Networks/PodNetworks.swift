package import BGPResources
package import KubeJSON
package import KubeModel

/// A network of a node's pods, and the object that says so.
package struct PodNetwork: Hashable, Sendable, Codable {
    /// The network as it is written.
    package let text: String
    /// The object's name.
    package let object: String

    /// Names both.
    package init(_ text: String, in object: String) {
        self.text = text
        self.object = object
    }
}

/// Whose word on a node's pod networks is taken.
package enum PodNetworkSource: Hashable, Sendable {
    case node, ciliumNode, calico

    /// The kind of the objects that say so.
    package var kind: String {
        switch self {
        case .node: Node.type.kind
        case .ciliumNode: CiliumNode.type.kind
        case .calico: BlockAffinity.type.kind
        }
    }

    /// Whether the object that says so is named after the node.
    var isPerNode: Bool {
        switch self {
        case .node, .ciliumNode: true
        case .calico: false
        }
    }

    /// The field of these objects.
    package var field: FieldPath {
        switch self {
        case .node: "spec.podCIDRs"
        case .ciliumNode: "spec.ipam"
        case .calico: "spec.cidr"
        }
    }
}

/// What the network plugins' own objects say of one node's pod networks.
package struct PodNetworks: Hashable, Sendable, Codable {
    /// What objects of one kind say.
    package enum Finding: Hashable, Sendable, Codable {
        /// The cluster has no such objects.
        case absent
        /// It has some that may not be read; the text says why.
        case unreadable(String)
        /// It has some, and none for this node.
        case nothing
        /// The node has single addresses of the network around.
        case singleAddresses
        /// The node has these networks, none if it has none so far.
        case networks([PodNetwork])

        fileprivate var isFound: Bool {
            switch self {
            case .singleAddresses: true
            case .networks(let networks): !networks.isEmpty
            case .absent, .unreadable, .nothing: false
            }
        }
    }

    /// What Cilium says.
    package var ciliumNode: Finding
    /// What Calico says.
    package var calico: Finding

    /// No plugin with objects of its own, unless told otherwise.
    package init(ciliumNode: Finding = .absent, calico: Finding = .absent) {
        self.ciliumNode = ciliumNode
        self.calico = calico
    }

    /// What an entry with this source announces on the node; `node` is nil where there is no Node.
    ///
    /// `Auto` takes the plugin that has networks for the node, Cilium's before Calico's. Where a plugin is there and has none
    /// yet it waits, and does not take the Node's: the controller manager may have given that network to another node's pods.
    package func answer(_ wanted: BGPAdvertisement.PodCIDRSource, node: Node?) -> PodNetworkAnswer {
        let source: PodNetworkSource =
            switch wanted {
            case .node: .node
            case .ciliumNode: .ciliumNode
            case .calico: .calico
            case .auto: present
            }
        let finding: Finding =
            switch source {
            case .node: node.map(Self.finding) ?? .nothing
            case .ciliumNode: ciliumNode
            case .calico: calico
            }
        return PodNetworkAnswer(source: source, isChosen: wanted != .auto, finding: finding)
    }

    private var present: PodNetworkSource {
        if ciliumNode.isFound { return .ciliumNode }
        if calico.isFound { return .calico }
        if ciliumNode != .absent { return .ciliumNode }
        return calico == .absent ? .node : .calico
    }

    private static func finding(_ node: Node) -> Finding {
        .networks(node.podCIDRs.map { PodNetwork($0, in: node.metadata.name) })
    }

    /// All that plugins' objects give the node.
    package var networks: [PodNetwork] { [ciliumNode, calico].flatMap(\.found) }
}

extension PodNetworks.Finding {
    /// The networks, where there are any.
    var found: [PodNetwork] {
        guard case .networks(let networks) = self else { return [] }
        return networks
    }
}

/// What is known of a node's pod networks from the source that is asked.
package struct PodNetworkAnswer: Hashable, Sendable {
    package let source: PodNetworkSource
    /// Whether the entry names it, and `Auto` has not found it.
    package let isChosen: Bool
    /// What it says.
    package let finding: PodNetworks.Finding

    package init(source: PodNetworkSource, isChosen: Bool, finding: PodNetworks.Finding) {
        self.source = source
        self.isChosen = isChosen
        self.finding = finding
    }

    /// The networks, where there are any.
    package var networks: [PodNetwork] { finding.found }

    /// The answer without what differs from node to node.
    var bare: PodNetworkAnswer {
        guard case .networks = finding else { return self }
        return PodNetworkAnswer(source: source, isChosen: isChosen, finding: .networks([]))
    }
}

extension NodeConfiguration {
    /// What an entry with this source announces on the node.
    func podNetworkAnswer(_ source: BGPAdvertisement.PodCIDRSource) -> PodNetworkAnswer {
        podNetworks.answer(source, node: node)
    }
}
