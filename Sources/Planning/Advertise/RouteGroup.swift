import BGPEngine
import BGPTypes
import KubeModel

/// A selector of Advertisements, and those that it selects.
struct Selection {
    let selector: LabelSelector
    /// The names, sorted.
    var advertisements: [String] = []
}

/// Peers that get the same routes because their families select alike.
struct RouteGroup {
    let selections4: [Int]
    let selections6: [Int]
    var peers: [PeerID]
    private var ipv4: [Int] = []
    private var ipv6: [Int] = []

    init(selections4: [Int], selections6: [Int], peers: [PeerID]) {
        self.selections4 = selections4
        self.selections6 = selections6
        self.peers = peers
    }

    /// The places of the selections of a family, sorted.
    func selections(_ family: IPFamily) -> [Int] {
        family == .ipv4 ? selections4 : selections6
    }

    /// The entries of a family, by reference.
    func rules(_ family: IPFamily) -> [Int] {
        family == .ipv4 ? ipv4 : ipv6
    }

    mutating func insert(_ slots: [Int], at place: Int, _ family: IPFamily) {
        switch family {
        case .ipv4: ipv4.insert(contentsOf: slots, at: place)
        case .ipv6: ipv6.insert(contentsOf: slots, at: place)
        }
    }

    mutating func remove(_ slots: Set<Int>, _ family: IPFamily) {
        switch family {
        case .ipv4: ipv4.removeAll(where: slots.contains)
        case .ipv6: ipv6.removeAll(where: slots.contains)
        }
    }
}

/// The entries of one Advertisement, as places in the list of all.
struct NamedRules {
    let labels: [String: String]
    let rules: [Int]
}

/// The groups that use an entry, by family.
struct GroupsOfRule {
    private(set) var ipv4: [Int] = []
    private(set) var ipv6: [Int] = []

    mutating func append(_ group: Int, _ family: IPFamily) {
        switch family {
        case .ipv4: ipv4.append(group)
        case .ipv6: ipv6.append(group)
        }
    }
}
