import BGPEngine
import BGPTypes
import KubeModel

/// One reason for a prefix to be announced: an entry, and the address that brought it.
struct RouteCandidate: Hashable {
    /// The place of the entry in `NodePolicy.entries`.
    let entry: Int
    let prefix: IPPrefix
    let origin: Origin

    /// Where the prefix comes from.
    enum Origin: Hashable {
        case address(ServiceAddress)
        case podNetwork(PodNetworkSource, object: String)
        case interface(String)
        case list
        case pool(String)
    }
}

/// The routes of one group of peers: for each prefix which entries announce it, and how often.
///
/// Attributes follow from the set of entries alone, so the table need not know services, and a /8 that aggregates
/// fifty thousand of them is changed as quickly as a host route. Nearly every prefix has one contribution, and costs a
/// key and four octets.
struct CandidateTable {
    /// The contributions of one entry to one prefix.
    struct EntryCount: Hashable {
        let entry: Int
        var count: Int
    }

    /// What a prefix has: one contribution of an entry, or a place in `shared`.
    private struct Slot {
        private var value: Int32

        init(entry: Int) { value = Int32(truncatingIfNeeded: entry) }
        init(shared place: Int) { value = -1 - Int32(truncatingIfNeeded: place) }

        /// The only entry, which contributes once.
        var entry: Int? { value >= 0 ? Int(value) : nil }
        /// The place of the counts, when there is no only entry.
        var place: Int { Int(-1 - value) }
    }

    private var ipv4: [UInt64: Slot] = [:]
    private var ipv6: [IPPrefix: Slot] = [:]
    /// The counts of prefixes with more than one contribution, by entry.
    private var shared: [[EntryCount]] = []
    private var free: [Int] = []
    private var isRecording = false
    private var before4: [UInt64: Before] = [:]
    private var before6: [IPPrefix: Before] = [:]

    /// The entries that announced a prefix when recording started, sorted.
    fileprivate enum Before: Equatable {
        case none
        case one(Int)
        case several([Int])
    }

    /// The prefixes with a route, in no order.
    var prefixes: [IPPrefix] { ipv4.keys.map(IPPrefix.init(key4:)) + ipv6.keys }

    /// The entries that announce a prefix, sorted; none for a prefix without a route.
    func entries(of prefix: IPPrefix) -> [Int] {
        slot(prefix).map(entries) ?? []
    }

    private func entries(_ slot: Slot) -> [Int] {
        slot.entry.map { [$0] } ?? shared[slot.place].map(\.entry)
    }

    mutating func add(_ entry: Int, _ prefix: IPPrefix) {
        record(prefix)
        guard let slot = slot(prefix) else { return set(Slot(entry: entry), at: prefix) }
        if let other = slot.entry {
            let counts =
                other == entry
                ? [EntryCount(entry: entry, count: 2)]
                : [min(entry, other), max(entry, other)].map { EntryCount(entry: $0, count: 1) }
            let place = free.popLast() ?? shared.count
            if place < shared.count { shared[place] = counts } else { shared.append(counts) }
            set(Slot(shared: place), at: prefix)
        } else {
            let index = shared[slot.place].placement { $0.entry < entry }
            if index < shared[slot.place].count, shared[slot.place][index].entry == entry {
                shared[slot.place][index].count += 1
            } else {
                shared[slot.place].insert(EntryCount(entry: entry, count: 1), at: index)
            }
        }
    }

    mutating func remove(_ entry: Int, _ prefix: IPPrefix) {
        record(prefix)
        guard let slot = slot(prefix) else { return }
        if let only = slot.entry {
            if only == entry { set(nil, at: prefix) }
            return
        }
        guard let index = shared[slot.place].firstIndex(where: { $0.entry == entry }) else { return }
        shared[slot.place][index].count -= 1
        if shared[slot.place][index].count == 0 { shared[slot.place].remove(at: index) }
        let rest = shared[slot.place]
        guard rest.count == 1, rest[0].count == 1 else { return }
        shared[slot.place] = []
        free.append(slot.place)
        set(Slot(entry: rest[0].entry), at: prefix)
    }

    private func slot(_ prefix: IPPrefix) -> Slot? {
        prefix.key4.map { ipv4[$0] } ?? ipv6[prefix]
    }

    private mutating func set(_ slot: Slot?, at prefix: IPPrefix) {
        if let key = prefix.key4 { ipv4[key] = slot } else { ipv6[prefix] = slot }
    }
}

extension IPPrefix {
    /// An IPv4 prefix as a number that sorts as prefixes do.
    fileprivate var key4: UInt64? {
        guard case .v4(let address) = address else { return nil }
        return UInt64(address.rawValue) << 8 | UInt64(length)
    }

    fileprivate init(key4: UInt64) {
        let address = IPAddress.v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: key4 >> 8)))
        self = IPPrefix(masking: address, length: UInt8(truncatingIfNeeded: key4)) ?? IPPrefix(host: address)
    }
}

// What changed.
extension CandidateTable {
    private mutating func record(_ prefix: IPPrefix) {
        guard isRecording else { return }
        if let key = prefix.key4 {
            if before4[key] == nil { before4[key] = state(of: ipv4[key]) }
        } else if before6[prefix] == nil {
            before6[prefix] = state(of: ipv6[prefix])
        }
    }

    private func state(of slot: Slot?) -> Before {
        guard let slot else { return .none }
        return slot.entry.map { .one($0) } ?? .several(entries(slot))
    }

    mutating func startRecording() {
        isRecording = true
        before4 = [:]
        before6 = [:]
    }

    /// What differs from the moment recording started; nil when nothing does.
    mutating func finishRecording(peers: [PeerID], attributes: @escaping ([Int]) -> RouteAttributes) -> RouteChanges? {
        defer {
            isRecording = false
            before4 = [:]
            before6 = [:]
        }
        var announced: [Route] = []
        var withdrawn: [IPPrefix] = []
        var known = KnownAttributes(attributes)
        func collect(_ prefix: IPPrefix, from before: Before, to now: Before) {
            if now == before { return }
            guard let after = known.attributes(now) else { return withdrawn.append(prefix) }
            if known.attributes(before) != after { announced.append(Route(prefix: prefix, attributes: after)) }
        }
        for (key, before) in before4.sorted(by: { $0.key < $1.key }) {
            collect(IPPrefix(key4: key), from: before, to: state(of: ipv4[key]))
        }
        for (prefix, before) in before6.sorted(by: { $0.key < $1.key }) {
            collect(prefix, from: before, to: state(of: ipv6[prefix]))
        }
        guard !announced.isEmpty || !withdrawn.isEmpty else { return nil }
        return RouteChanges(peers: peers, announced: announced, withdrawn: withdrawn)
    }
}

/// The attributes of sets of entries, each worked out once: most prefixes have one entry, and an entry has many prefixes.
private struct KnownAttributes {
    private let find: ([Int]) -> RouteAttributes
    private var single: [Int: RouteAttributes] = [:]
    private var several: [[Int]: RouteAttributes] = [:]

    init(_ find: @escaping ([Int]) -> RouteAttributes) {
        self.find = find
    }

    /// The attributes of what announces a prefix; nil when nothing does.
    mutating func attributes(_ state: CandidateTable.Before) -> RouteAttributes? {
        switch state {
        case .none: return nil
        case .one(let entry):
            if let found = single[entry] { return found }
            let found = find([entry])
            single[entry] = found
            return found
        case .several(let entries):
            if let found = several[entries] { return found }
            let found = find(entries)
            several[entries] = found
            return found
        }
    }
}

// Everything.
extension CandidateTable {
    /// All prefixes by family and equal attributes, each run sorted.
    func runs(attributes: ([Int]) -> RouteAttributes) -> [RouteRun] {
        runs(ipv4, .ipv4, attributes, prefix: IPPrefix.init(key4:)) + runs(ipv6, .ipv6, attributes) { $0 }
    }

    private func runs<Key: Hashable & Comparable>(
        _ slots: [Key: Slot],
        _ family: IPFamily,
        _ attributes: ([Int]) -> RouteAttributes,
        prefix: (Key) -> IPPrefix
    ) -> [RouteRun] {
        var places: [RouteAttributes: Int] = [:]
        var known: [[Int]: Int] = [:]
        var single: [Int: Int] = [:]
        var runs: [(attributes: RouteAttributes, keys: [Key])] = []
        func place(_ entries: [Int]) -> Int {
            let found = attributes(entries)
            if let place = places[found] { return place }
            places[found] = runs.count
            runs.append((found, []))
            return runs.count - 1
        }
        for (key, slot) in slots {
            let index: Int
            if let entry = slot.entry {
                index = single[entry] ?? place([entry])
                single[entry] = index
            } else {
                let entries = entries(slot)
                index = known[entries] ?? place(entries)
                known[entries] = index
            }
            runs[index].keys.append(key)
        }
        return runs.map { run in
            RouteRun(attributes: run.attributes, family: family, prefixes: run.keys.sorted().map(prefix))
        }
    }
}
