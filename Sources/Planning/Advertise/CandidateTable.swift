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
    private var before4: [UInt64: Candidates] = [:]
    private var before6: [IPPrefix: Candidates] = [:]

    /// The entries that announce a prefix, sorted.
    fileprivate enum Candidates: Equatable {
        case none
        case one(Int)
        case several([Int])
    }

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

extension CandidateTable {
    private mutating func record(_ prefix: IPPrefix) {
        guard isRecording else { return }
        if let key = prefix.key4 {
            if before4[key] == nil { before4[key] = candidates(ipv4[key]) }
        } else if before6[prefix] == nil {
            before6[prefix] = candidates(ipv6[prefix])
        }
    }

    private func candidates(_ slot: Slot?) -> Candidates {
        guard let slot else { return .none }
        return slot.entry.map { .one($0) } ?? .several(entries(slot))
    }

    mutating func startRecording() { isRecording = true }

    /// Ends recording and brings the routes of the moment it started up to date, at the cost of what changed since.
    ///
    /// `attributes` must still know the entries that were candidates then. Where nothing differs the table stays the very same.
    mutating func finishRecording(_ table: inout RouteTable, attributes: @escaping ([Int]) -> RouteAttributes) {
        isRecording = false
        guard !before4.isEmpty || !before6.isEmpty else { return }
        var runs = RouteRuns(attributes)
        for (key, before) in before4.sorted(by: { $0.key < $1.key }) {
            runs.append(IPPrefix(key4: key), candidates(ipv4[key]), before: before)
        }
        for (prefix, before) in before6.sorted(by: { $0.key < $1.key }) {
            runs.append(prefix, candidates(ipv6[prefix]), before: before)
        }
        before4 = [:]
        before6 = [:]
        guard !runs.isEmpty else { return }
        table = table.merging(runs.table, withdrawing: runs.withdrawn)
    }

    /// All routes, made from scratch.
    func table(attributes: @escaping ([Int]) -> RouteAttributes) -> RouteTable {
        var runs = RouteRuns(attributes)
        for (key, slot) in ipv4.sorted(by: { $0.key < $1.key }) { runs.append(IPPrefix(key4: key), candidates(slot)) }
        for (prefix, slot) in ipv6.sorted(by: { $0.key < $1.key }) { runs.append(prefix, candidates(slot)) }
        return runs.table
    }
}

/// Routes by attributes, which are worked out once for all prefixes with the same candidates: most have one entry, and an
/// entry has many prefixes.
///
/// Within a family prefixes have to come in ascending order.
private struct RouteRuns {
    private struct Run {
        let attributes: RouteAttributes
        var ipv4: [IPPrefix] = []
        var ipv6: [IPPrefix] = []
    }

    private let attributes: ([Int]) -> RouteAttributes
    private var runs: [Run] = []
    private var places: [RouteAttributes: Int] = [:]
    private var single: [Int: Int] = [:]
    private var several: [[Int]: Int] = [:]
    private var gone: [IPFamily: [IPPrefix]] = [:]
    /// Whether no prefix has another route than before.
    private(set) var isEmpty = true

    init(_ attributes: @escaping ([Int]) -> RouteAttributes) {
        self.attributes = attributes
    }

    /// Takes a prefix with its candidates, unless it has the same attributes as with those before.
    mutating func append(
        _ prefix: IPPrefix,
        _ candidates: CandidateTable.Candidates,
        before: CandidateTable.Candidates = .none
    ) {
        if candidates == before { return }
        let family = prefix.family
        guard let place = place(candidates) else {
            isEmpty = false
            return gone[family, default: []].append(prefix)
        }
        if self.place(before) == place { return }
        isEmpty = false
        if family == .ipv4 { runs[place].ipv4.append(prefix) } else { runs[place].ipv6.append(prefix) }
    }

    var table: RouteTable {
        RouteTable(
            runs: runs.flatMap { run in
                [(run.ipv4, IPFamily.ipv4), (run.ipv6, .ipv6)].map { prefixes, family in
                    (run.attributes, PrefixSet(ascending: prefixes, family: family))
                }
            }
        )
    }

    /// The prefixes that have no candidates any more.
    var withdrawn: [IPFamily: PrefixSet] {
        Dictionary(uniqueKeysWithValues: gone.map { ($0, PrefixSet(ascending: $1, family: $0)) })
    }

    /// The place of the run with the attributes of some candidates; nil for none.
    private mutating func place(_ candidates: CandidateTable.Candidates) -> Int? {
        switch candidates {
        case .none:
            return nil
        case .one(let entry):
            if let known = single[entry] { return known }
            let found = place(of: attributes([entry]))
            single[entry] = found
            return found
        case .several(let entries):
            if let known = several[entries] { return known }
            let found = place(of: attributes(entries))
            several[entries] = found
            return found
        }
    }

    private mutating func place(of attributes: RouteAttributes) -> Int {
        if let known = places[attributes] { return known }
        places[attributes] = runs.count
        runs.append(Run(attributes: attributes))
        return runs.count - 1
    }
}
