import BGPEngine
import BGPResources
import BGPTypes
import KubeModel

/// What the resources say about a node's announcements, before any Service is looked at.
///
/// Advertisements can be exchanged one by one, which costs what the one has; everything else makes a new policy.
struct NodePolicy {
    /// All entries by place; an entry keeps its place for as long as it stands.
    var rules: [PolicyRule] = []
    /// For each entry the groups that use it.
    var groupsOfRule: [GroupsOfRule] = []
    /// The entries of every Advertisement.
    var advertisements: [String: NamedRules] = [:]
    /// The entries of type Service that hold on this node, by place.
    var serviceRules: [Int] = []
    /// The peers in the user's order.
    let peers: [PeerPolicy]
    /// Peers whose PeerConfigs select alike get the same routes.
    var groups: [RouteGroup]
    /// The distinct selectors of all families.
    var selections: [Selection]
    let standing: NodeEligibility
    private let nodeLabels: [String: String]
    /// The places of entries that are gone and may still be read.
    var retired: [Int] = []
    /// The places to be taken anew.
    var free: [Int] = []

    init(_ configuration: NodeConfiguration) {
        let peerConfigs = Dictionary(
            unique(configuration.peerConfigs).map { ($0.metadata.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var peers: [PeerPolicy] = []
        var groups: [RouteGroup] = []
        var selections: [Selection] = []
        for instance in configuration.nodeConfig?.spec.bgpInstances ?? [] {
            for peer in instance.peers {
                let id = PeerID(instance: instance.name, peer: peer.name)
                guard !peers.contains(where: { $0.id == id }) else { continue }
                var policy = PeerPolicy(id: id, peerConfigName: peer.peerConfigRef?.name, group: 0)
                if let name = policy.peerConfigName, let peerConfig = peerConfigs[name] {
                    policy.families = FamilyPolicy.all(of: peerConfig, selections: &selections)
                    policy.isPeerConfigPresent = true
                }
                let ipv4 = policy.selections(.ipv4)
                let ipv6 = policy.selections(.ipv6)
                if let index = groups.firstIndex(where: { $0.selections4 == ipv4 && $0.selections6 == ipv6 }) {
                    policy.group = index
                    groups[index].peers.append(id)
                } else {
                    policy.group = groups.count
                    groups.append(RouteGroup(selections4: ipv4, selections6: ipv6, peers: [id]))
                }
                peers.append(policy)
            }
        }
        self.peers = peers
        self.groups = groups
        self.selections = selections
        standing = NodeEligibility(configuration)
        nodeLabels = configuration.nodeLabels
        for advertisement in unique(configuration.advertisements) { insert(advertisement) }
    }

    /// The groups that announce an entry's prefixes of a family.
    func groups(of rule: Int, _ family: IPFamily) -> [Int] {
        family == .ipv4 ? groupsOfRule[rule].ipv4 : groupsOfRule[rule].ipv6
    }

    /// The entries that reach a peer in a family, by reference.
    func rules(of peer: PeerPolicy, _ family: IPFamily) -> [Int] {
        groups[peer.group].rules(family)
    }

    /// The Advertisements that a family of a PeerConfig selects, by name.
    func advertisements(_ family: FamilyPolicy) -> [String] {
        family.selection.map { selections[$0].advertisements } ?? []
    }

    /// The places of all entries that stand, by reference.
    var orderedRules: [Int] {
        advertisements.sorted { $0.key < $1.key }.flatMap(\.value.rules)
    }

    /// Compiles the entries of an Advertisement for this node.
    func compile(_ advertisement: BGPAdvertisement) -> [PolicyRule] {
        advertisement.spec.advertisements.enumerated().map { index, entry in
            let reference = EntryReference(advertisement: advertisement.metadata.name, index: index)
            return PolicyRule(entry, reference: reference, nodeLabels: nodeLabels)
        }
    }
}

/// The objects by name, each name once: with two of one name the first in the list counts.
func unique<Object: KubeObject>(_ objects: [Object]) -> [Object] {
    var seen: Set<ObjectKey> = []
    return objects.filter { seen.insert($0.key).inserted }.sorted { $0.key < $1.key }
}
