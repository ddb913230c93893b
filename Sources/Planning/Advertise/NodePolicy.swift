import Addressing
import BGPEngine
import BGPResources
import KubeModel

/// What the resources say about a node's announcements, before any Service is looked at.
struct NodePolicy {
    /// All entries of all Advertisements, in the order of their references.
    let entries: [CompiledEntry]
    /// The peers in the user's order.
    let peers: [PeerPolicy]
    /// The distinct sets of entries among the peers; peers of one group get the same routes.
    let groups: [RouteGroup]
    /// For each entry the groups that use it, by family.
    let groupsOfEntry: [(ipv4: [Int], ipv6: [Int])]
    let standing: NodeStanding

    init(_ configuration: NodeConfiguration) {
        var entries: [CompiledEntry] = []
        var advertisements: [NamedEntries] = []
        for advertisement in unique(configuration.advertisements) {
            let first = entries.count
            for (index, entry) in advertisement.spec.advertisements.enumerated() {
                let reference = EntryReference(advertisement: advertisement.metadata.name, index: index)
                entries.append(CompiledEntry(entry, reference: reference, nodeLabels: configuration.nodeLabels))
            }
            advertisements.append(
                NamedEntries(
                    name: advertisement.metadata.name,
                    labels: advertisement.metadata.labels ?? [:],
                    entries: first..<entries.count
                )
            )
        }
        let peerConfigs = Dictionary(
            unique(configuration.peerConfigs).map { ($0.metadata.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var peers: [PeerPolicy] = []
        var groups: [RouteGroup] = []
        for instance in configuration.nodeConfig?.spec.bgpInstances ?? [] {
            for peer in instance.peers {
                let id = PeerID(instance: instance.name, peer: peer.name)
                guard !peers.contains(where: { $0.id == id }) else { continue }
                var policy = PeerPolicy(id: id, peerConfigName: peer.peerConfigRef?.name, group: 0)
                if let name = policy.peerConfigName, let peerConfig = peerConfigs[name] {
                    policy.families = FamilyPolicy.all(of: peerConfig, advertisements: advertisements)
                    policy.isPeerConfigPresent = true
                }
                let ipv4 = policy.entries(.ipv4)
                let ipv6 = policy.entries(.ipv6)
                if let index = groups.firstIndex(where: { $0.ipv4 == ipv4 && $0.ipv6 == ipv6 }) {
                    policy.group = index
                    groups[index].peers.append(id)
                } else {
                    policy.group = groups.count
                    groups.append(RouteGroup(ipv4: ipv4, ipv6: ipv6, peers: [id]))
                }
                peers.append(policy)
            }
        }
        var groupsOfEntry = [(ipv4: [Int], ipv6: [Int])](repeating: ([], []), count: entries.count)
        for (index, group) in groups.enumerated() {
            for entry in group.ipv4 { groupsOfEntry[entry].ipv4.append(index) }
            for entry in group.ipv6 { groupsOfEntry[entry].ipv6.append(index) }
        }
        self.entries = entries
        self.peers = peers
        self.groups = groups
        self.groupsOfEntry = groupsOfEntry
        standing = NodeStanding(configuration)
    }

    /// The groups that announce an entry's prefixes of a family.
    func groups(of entry: Int, _ family: IPFamily) -> [Int] {
        family == .ipv4 ? groupsOfEntry[entry].ipv4 : groupsOfEntry[entry].ipv6
    }
}

/// The entries of one Advertisement, as places in the list of all.
struct NamedEntries {
    let name: String
    let labels: [String: String]
    let entries: Range<Int>
}

/// Peers that get the same routes because the same entries reach them.
struct RouteGroup {
    let ipv4: [Int]
    let ipv6: [Int]
    var peers: [PeerID]

    /// The entries of a family.
    func entries(_ family: IPFamily) -> [Int] {
        family == .ipv4 ? ipv4 : ipv6
    }
}

/// What one peer is told, family by family.
struct PeerPolicy {
    let id: PeerID
    let peerConfigName: String?
    var isPeerConfigPresent = false
    var families: [FamilyPolicy] = []
    var group: Int

    init(id: PeerID, peerConfigName: String?, group: Int) {
        self.id = id
        self.peerConfigName = peerConfigName
        self.group = group
    }

    /// The entries that reach the peer in a family, sorted.
    func entries(_ family: IPFamily) -> [Int] {
        Set(families.filter { $0.family == family }.flatMap(\.entries)).sorted()
    }
}

/// One family of a PeerConfig and the entries its selector leads to.
struct FamilyPolicy {
    let family: IPFamily
    let selector: LabelSelector?
    let field: FieldPath
    let advertisements: [String]
    let entries: [Int]

    /// The families of a PeerConfig that can carry routes of ours.
    static func all(of peerConfig: BGPPeerConfig, advertisements: [NamedEntries]) -> [FamilyPolicy] {
        var policies: [FamilyPolicy] = []
        for (index, entry) in peerConfig.spec.effectiveFamilies.enumerated() {
            let family: IPFamily
            switch entry.family {
            case .ipv4Unicast: family = .ipv4
            case .ipv6Unicast: family = .ipv6
            default: continue
            }
            // Absent selects nothing; `{}` selects everything.
            let selected = advertisements.filter { entry.advertisements?.matches($0.labels) ?? false }
            let path = FieldPath("spec.families")
            policies.append(
                FamilyPolicy(
                    family: family,
                    selector: entry.advertisements,
                    field: peerConfig.spec.families.isEmpty ? path : path.index(index).field("advertisements"),
                    advertisements: selected.map(\.name),
                    entries: selected.flatMap { Array($0.entries) }
                )
            )
        }
        return policies
    }
}

/// The objects by name, each name once: with two of one name the first in the list counts.
func unique<Object: KubeObject>(_ objects: [Object]) -> [Object] {
    var seen: Set<ObjectKey> = []
    return objects.filter { seen.insert($0.key).inserted }.sorted { $0.key < $1.key }
}
