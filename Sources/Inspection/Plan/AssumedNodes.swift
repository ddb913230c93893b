import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import Planning

/// Nodes that stand for those that nobody named.
///
/// Manifests in a repository hold no Nodes as a rule. For every ClusterConfig one node is then taken to be there that it
/// selects, and one for every override, so that sessions and what they carry can be told, peer by peer.
struct AssumedNodes {
    /// What stands for the nodes of a ClusterConfig is named after it and this.
    private static let mark = "/*"

    /// The world with these nodes.
    let world: PlanWorld
    /// The overrides that no node could be assumed for.
    private(set) var unplaced: Set<String> = []

    /// Whether nothing is known of the nodes of a world, or of two that are compared.
    static func areNeeded(for worlds: [PlanWorld]) -> Bool {
        worlds.allSatisfy { $0.nodes.isEmpty && !$0.isWholeCluster } && worlds.contains { !$0.clusterConfigs.isEmpty }
    }

    /// Takes nodes to be there, and endpoints on each for every Service where that is asked for.
    init(in world: PlanWorld, withEndpoints: Bool) {
        var whole = world
        let configs = world.clusterConfigs.sorted { $0.key < $1.key }
        for config in configs {
            let name = config.metadata.name + Self.mark
            whole.nodes.append(
                Node(metadata: ObjectMeta(name: name, labels: config.spec.nodeSelector?.someLabels ?? [:]))
            )
            whole.nodeConfigs.append(config.claim(on: name))
        }
        var unplaced: Set<String> = []
        for override in world.overrides.sorted(by: { $0.key < $1.key }) {
            let name = override.metadata.name
            guard let config = override.presumedConfig(among: configs) else {
                unplaced.insert(name)
                continue
            }
            whole.nodes.append(
                Node(metadata: ObjectMeta(name: name, labels: config.spec.nodeSelector?.someLabels ?? [:]))
            )
            if !whole.nodeConfigs.contains(where: { $0.metadata.name == name }) {
                whole.nodeConfigs.append(config.claim(on: name))
            }
        }
        // An entry for some nodes is for some of those that are meant.
        for index in whole.advertisements.indices {
            for entry in whole.advertisements[index].spec.advertisements.indices {
                whole.advertisements[index].spec.advertisements[entry].nodeSelector = nil
            }
        }
        if withEndpoints { whole.endpointSlices = whole.services.flatMap { Self.endpoints(of: $0, on: whole.nodes) } }
        self.world = whole
        self.unplaced = unplaced
    }

    private static func endpoints(of service: Service, on nodes: [Node]) -> [EndpointSlice] {
        [("IPv4", "0.0.0.0"), ("IPv6", "::")].map { family, address in
            EndpointSlice(
                metadata: ObjectMeta(
                    name: "\(service.metadata.name)-\(family.lowercased())",
                    namespace: service.metadata.namespace,
                    labels: [EndpointSlice.serviceNameLabel: service.metadata.name]
                ),
                addressType: family,
                endpoints: nodes.map {
                    EndpointSlice.Endpoint(
                        addresses: [address],
                        conditions: .init(ready: true),
                        nodeName: $0.metadata.name
                    )
                }
            )
        }
    }

    /// The ClusterConfig whose nodes a name stands for; nil for a name that an override gives.
    static func clusterConfig(of node: String) -> String? {
        node.hasSuffix(mark) ? String(node.dropLast(mark.count)) : nil
    }

    /// The node as a sentence names it: `every node of main`, or the name that an override gives.
    static func words(for node: String) -> String {
        clusterConfig(of: node).map { "every node of \($0)" } ?? node
    }

    /// Whether a finding is about nodes that were only assumed: that they are few, or that others could have them.
    func isOfAssumption(_ finding: Diagnostic) -> Bool {
        let name = finding.object?.name ?? ""
        return switch finding.reason {
        case .conflictingClusterConfig, ConditionType.allNodesExcluded.code, .noPodCIDR, .noRouterID,
            .duplicateRouterID:
            true
        case .localASNMissing: Self.clusterConfig(of: name) != nil
        case .unmatchedEntries: finding.field == "metadata.name" && unplaced.contains(name)
        default: finding.object?.kind == Node.type.kind
        }
    }

    /// What is said once in the place of all of that.
    static func finding(withEndpoints: Bool) -> Diagnostic {
        Diagnostic(
            severity: .info,
            reason: .noNodes,
            message: "no Node is among the manifests: sessions are told for each peer, not for each node"
                + (withEndpoints ? ", and every Service is taken to have endpoints" : "")
        )
    }
}

extension BGPNodeConfigOverride {
    /// The ClusterConfig that configures its node, as far as its names tell.
    fileprivate func presumedConfig(among configs: [BGPClusterConfig]) -> BGPClusterConfig? {
        let names = Set(spec.bgpInstances.map(\.name))
        return configs.first { names.isSubset(of: $0.spec.bgpInstances.map(\.name)) }
            ?? (configs.count == 1 ? configs[0] : nil)
    }
}

extension LabelSelector {
    /// Labels that the selector matches, if there are any.
    var someLabels: [String: String] {
        var labels = matchLabels ?? [:]
        let requirements = matchExpressions ?? []
        for key in Set(requirements.map(\.key)).sorted() where labels[key] == nil {
            let own = requirements.filter { $0.key == key }
            guard own.contains(where: { [.in, .exists].contains($0.operator) }) else { continue }
            let values = own.filter { $0.operator == .in }.flatMap { $0.values ?? [] }
            let others = own.filter { $0.operator == .notIn }.flatMap { $0.values ?? [] }
            // Longer than all that is excluded is none of it.
            let any = String(repeating: "x", count: (others.map(\.count).max() ?? 0) + 1)
            labels[key] = (values.isEmpty ? [any] : values).first { value in own.allSatisfy { $0.matches([key: value]) }
            }
        }
        return labels
    }
}
