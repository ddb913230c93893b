import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText

/// Nodes for which an entry of type PodCIDR has nothing to announce.
struct PodNetworkGap: Hashable {
    let entry: EntryReference
    /// The family that is missing; nil where it is every one.
    let family: IPFamily?
    /// What the source says, apart from what differs from node to node.
    let answer: PodNetworkAnswer
    /// The nodes in order.
    var nodes: [String]

    /// What is missing and where it was looked for.
    var message: String { "\(entry.object) entry \(entry.index) \(finding)" }

    /// The same where it is known which entry this is about.
    var finding: String {
        let word = family.map { "\($0.word) " } ?? ""
        return "announces no \(word)network of \(nodes.asSentence()): \(answer.absence(of: family, on: nodes))"
    }
}

extension PodNetworkGap {
    /// Finds them all.
    ///
    /// A node is missed where nothing of it is announced, and where one family is missing that another node has: a cluster
    /// without IPv6 misses none.
    static func all(_ snapshot: SortedSnapshot, _ nodeConfigs: [BGPNodeConfig]) -> [PodNetworkGap] {
        let nodes = Dictionary(snapshot.nodes.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        return snapshot.advertisements.flatMap { advertisement -> [PodNetworkGap] in
            guard advertisement.spec.advertisements.contains(where: { $0.advertisementType == .podCIDR }) else {
                return []
            }
            let families = snapshot.families(carrying: advertisement)
            let told = nodeConfigs.map { nodeConfig in
                let names = Set(nodeConfig.spec.bgpInstances.flatMap(\.peers).compactMap(\.peerConfigRef?.name))
                return (
                    node: nodeConfig.metadata.name,
                    families: names.reduce(into: Set<IPFamily>()) { $0.formUnion(families[$1] ?? []) }
                )
            }
            return advertisement.spec.advertisements.enumerated().flatMap { index, entry -> [PodNetworkGap] in
                guard entry.advertisementType == .podCIDR else { return [] }
                let source = entry.podCIDRs?.effectiveSource ?? .auto
                let views = told.compactMap { name, families -> View? in
                    let node = nodes[name]
                    let isMeant = entry.nodeSelector?.matches(node?.metadata.labels ?? [:]) ?? true
                    guard isMeant, !families.isEmpty else { return nil }
                    let answer = snapshot.podNetworks.networks(of: name).answer(source, node: node)
                    // Nothing is raised for want of what nobody handed over.
                    guard snapshot.podNetworks.isWhole || answer.finding != .absent else { return nil }
                    return View(node: name, families: families, answer: answer)
                }
                let reference = EntryReference(advertisement: advertisement.metadata.name, index: index)
                return gaps(of: reference, views)
            }
        }
    }

    /// A node as an entry sees it.
    private struct View {
        let node: String
        /// The families in which some peer is told of the entry.
        let families: Set<IPFamily>
        let answer: PodNetworkAnswer
        /// The families of the networks that are announced.
        let found: Set<IPFamily>

        init(node: String, families: Set<IPFamily>, answer: PodNetworkAnswer) {
            self.node = node
            self.families = families
            self.answer = answer
            found = Set(answer.networks.compactMap { IPPrefix(podCIDR: $0.text)?.family }).intersection(families)
        }
    }

    private static func gaps(of entry: EntryReference, _ views: [View]) -> [PodNetworkGap] {
        struct Kind: Hashable {
            let family: IPFamily?
            let answer: PodNetworkAnswer
        }
        let common = views.reduce(into: Set<IPFamily>()) { $0.formUnion($1.found) }
        var nodes: [Kind: [String]] = [:]
        var kinds: [Kind] = []
        for view in views {
            let missed =
                view.found.isEmpty
                ? [view.families.count == 1 ? view.families.first : nil]
                : view.families.intersection(common).subtracting(view.found).sorted().map(Optional.some)
            for family in missed {
                let kind = Kind(family: family, answer: view.answer.bare)
                if nodes[kind] == nil { kinds.append(kind) }
                nodes[kind, default: []].append(view.node)
            }
        }
        return kinds.map {
            PodNetworkGap(entry: entry, family: $0.family, answer: $0.answer, nodes: (nodes[$0] ?? []).sorted())
        }
    }
}

extension SortedSnapshot {
    /// The families in which each PeerConfig carries an Advertisement, by name.
    fileprivate func families(carrying advertisement: BGPAdvertisement) -> [String: Set<IPFamily>] {
        let labels = advertisement.metadata.labels ?? [:]
        var found: [String: Set<IPFamily>] = [:]
        for peerConfig in peerConfigs {
            for entry in peerConfig.spec.families where entry.advertisements?.matches(labels) ?? false {
                switch entry.family {
                case .ipv4Unicast: found[peerConfig.metadata.name, default: []].insert(.ipv4)
                case .ipv6Unicast: found[peerConfig.metadata.name, default: []].insert(.ipv6)
                default: continue
                }
            }
        }
        return found
    }
}

extension ClusterRendering {
    /// What an Advertisement's entries of type PodCIDR miss.
    func podNetworkGaps(of advertisement: BGPAdvertisement) -> [PodNetworkGap] {
        podNetworkGaps.filter { $0.entry.advertisement == advertisement.metadata.name }
    }

    /// What the nodes of a ClusterConfig miss.
    func podNetworkGaps(of config: BGPClusterConfig) -> [PodNetworkGap] {
        let mine = Set(nodeConfigs(of: config).map(\.metadata.name))
        return podNetworkGaps.compactMap { gap in
            var gap = gap
            gap.nodes = gap.nodes.filter(mine.contains)
            return gap.nodes.isEmpty ? nil : gap
        }
    }

    /// The same for whoever wrote the entry.
    func diagnostics(ofPodNetworks advertisement: BGPAdvertisement) -> [Diagnostic] {
        podNetworkGaps(of: advertisement).map { gap in
            Diagnostic(
                severity: .warning,
                reason: ConditionType.noPodCIDR.code,
                object: advertisement.reference,
                field: gap.entry.path.field("advertisementType"),
                message: "\(gap.finding); \(gap.answer.remedy)".asMessage
            )
        }
    }
}
