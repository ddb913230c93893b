import Addressing
import BGPEngine
import KubeModel

/// One reason for a prefix to be announced: an entry, and the address that brought it.
struct Contribution: Hashable {
    /// The place of the entry in `NodePolicy.entries`.
    let entry: Int
    let prefix: IPPrefix
    let origin: Origin

    /// Where the prefix comes from.
    enum Origin: Hashable {
        case address(ServiceAddress)
        case node
        case interface(String)
        case list
        case pool(String)
    }
}

/// The routes of one group of peers: for each prefix which entries announce it, and how often.
///
/// Attributes follow from the set of entries alone, so the table need not know services, and a /8 that aggregates
/// fifty thousand of them is changed as quickly as a host route.
struct ContributionTable {
    private(set) var slots: [IPPrefix: Slot] = [:]
    private var recorded: [IPPrefix: [Int]]?

    /// How many contributions each entry makes to a prefix, by entry.
    struct Slot: Hashable {
        var counts: [EntryCount] = []

        /// The entries, sorted.
        var entries: [Int] { counts.map(\.entry) }
    }

    /// The contributions of one entry to one prefix.
    struct EntryCount: Hashable {
        let entry: Int
        var count: Int
    }

    mutating func add(_ contribution: Contribution) {
        record(contribution.prefix)
        var slot = slots.removeValue(forKey: contribution.prefix) ?? Slot()
        if let index = slot.counts.firstIndex(where: { $0.entry >= contribution.entry }) {
            if slot.counts[index].entry == contribution.entry {
                slot.counts[index].count += 1
            } else {
                slot.counts.insert(EntryCount(entry: contribution.entry, count: 1), at: index)
            }
        } else {
            slot.counts.append(EntryCount(entry: contribution.entry, count: 1))
        }
        slots[contribution.prefix] = slot
    }

    mutating func remove(_ contribution: Contribution) {
        record(contribution.prefix)
        guard var slot = slots.removeValue(forKey: contribution.prefix) else { return }
        if let index = slot.counts.firstIndex(where: { $0.entry == contribution.entry }) {
            slot.counts[index].count -= 1
            if slot.counts[index].count == 0 { slot.counts.remove(at: index) }
        }
        if !slot.counts.isEmpty { slots[contribution.prefix] = slot }
    }

    private mutating func record(_ prefix: IPPrefix) {
        guard recorded != nil, recorded?[prefix] == nil else { return }
        recorded?[prefix] = slots[prefix]?.entries ?? []
    }

    mutating func startRecording() {
        recorded = [:]
    }

    /// What differs from the moment recording started; nil when nothing does.
    mutating func finishRecording(peers: [PeerID], attributes: ([Int]) -> RouteAttributes) -> RouteChanges? {
        let before = recorded ?? [:]
        recorded = nil
        var announced: [Route] = []
        var withdrawn: [IPPrefix] = []
        for (prefix, entries) in before {
            let now = slots[prefix]?.entries ?? []
            if now == entries { continue }
            if now.isEmpty {
                withdrawn.append(prefix)
                continue
            }
            let after = attributes(now)
            if entries.isEmpty || attributes(entries) != after {
                announced.append(Route(prefix: prefix, attributes: after))
            }
        }
        guard !announced.isEmpty || !withdrawn.isEmpty else { return nil }
        return RouteChanges(peers: peers, announced: announced.sorted(), withdrawn: withdrawn.sorted())
    }
}
