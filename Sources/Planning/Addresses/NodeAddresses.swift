import BGPTypes

/// What nodes say that they and their pods have, from which pools hand out nothing.
struct NodeAddresses: Sendable {
    private var byNode: [String: [ForeignRange]] = [:]
    /// The owners of every single address.
    private var hosts: [IPAddress: SortedList<String>] = [:]
    private var networks = SortedList<ForeignRange>()

    /// What is another than before: single addresses that came or went, and networks.
    struct Change {
        var added: [IPAddress] = []
        var removed: [IPAddress] = []
        var networks: [IPRange] = []
    }

    init() {}

    /// Every single address.
    var addresses: Dictionary<IPAddress, SortedList<String>>.Keys { hosts.keys }

    /// A node that has an address.
    func owner(of address: IPAddress) -> String? { hosts[address]?.first }

    /// The networks that overlap a pool, in order.
    func networks(in layout: PoolLayout) -> [ForeignRange] {
        networks.prefix(.max).filter { network in layout.ranges.contains { $0.overlaps(network.range) } }
    }

    /// Takes what a node has now; nothing when it is gone.
    mutating func take(_ ranges: [ForeignRange], of node: String) -> Change {
        let old = Set(byNode[node] ?? [])
        let new = Set(ranges)
        byNode[node] = ranges.isEmpty ? nil : ranges
        var change = Change()
        for gone in old.subtracting(new).sorted() {
            guard let address = gone.host else {
                networks.remove(gone)
                change.networks.append(gone.range)
                continue
            }
            hosts[address]?.remove(gone.owner)
            guard hosts[address]?.isEmpty == true else { continue }
            hosts[address] = nil
            change.removed.append(address)
        }
        for come in new.subtracting(old).sorted() {
            guard let address = come.host else {
                networks.insert(come)
                change.networks.append(come.range)
                continue
            }
            if hosts[address] == nil { change.added.append(address) }
            hosts[address, default: SortedList()].insert(come.owner)
        }
        return change
    }
}

extension ForeignRange {
    /// The address, of a range that is just one.
    fileprivate var host: IPAddress? { range.first == range.last ? range.first : nil }
}
