import BGPEngine
import BGPTypes
import KubeModel

/// One reason for a prefix to be announced: a rule, and the object that brought it.
struct RouteCandidate: Hashable {
    /// The place of the rule in `NodePolicy.rules`.
    let rule: Int
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

/// Why one group of peers has its routes: for each prefix which rules announce it, and how often.
///
/// Attributes follow from the set of rules alone, so the table need not know services, and a /8 that aggregates
/// fifty thousand of them is changed as quickly as a host route. Nearly every prefix has one candidate, and costs a
/// key and four octets.
struct CandidateTable {
    /// The candidates of one rule to one prefix.
    struct RuleCount: Hashable {
        let rule: Int
        var count: Int
    }

    /// What a prefix has: one candidate of a rule, or a place in `shared`.
    private struct Slot {
        private var value: Int32

        init(rule: Int) { value = Int32(truncatingIfNeeded: rule) }
        init(shared place: Int) { value = -1 - Int32(truncatingIfNeeded: place) }

        /// The only rule, which contributes once.
        var rule: Int? { value >= 0 ? Int(value) : nil }
        /// The place of the counts, when there is no only rule.
        var place: Int { Int(-1 - value) }
    }

    private var ipv4: [UInt64: Slot] = [:]
    private var ipv6: [IPPrefix: Slot] = [:]
    /// The counts of prefixes with more than one candidate, by rule.
    private var shared: [[RuleCount]] = []
    private var free: [Int] = []
    private var isRecording = false
    private var before4: [UInt64: Candidates] = [:]
    private var before6: [IPPrefix: Candidates] = [:]

    /// The rules that announce a prefix, sorted.
    fileprivate enum Candidates: Equatable {
        case none
        case one(Int)
        case several([Int])
    }

    /// The rules that announce a prefix, sorted; none for a prefix without a route.
    func rules(of prefix: IPPrefix) -> [Int] {
        slot(prefix).map(rules) ?? []
    }

    private func rules(_ slot: Slot) -> [Int] {
        slot.rule.map { [$0] } ?? shared[slot.place].map(\.rule)
    }

    mutating func add(_ rule: Int, _ prefix: IPPrefix) {
        record(prefix)
        guard let slot = slot(prefix) else { return set(Slot(rule: rule), at: prefix) }
        if let other = slot.rule {
            let counts =
                other == rule
                ? [RuleCount(rule: rule, count: 2)]
                : [min(rule, other), max(rule, other)].map { RuleCount(rule: $0, count: 1) }
            let place = free.popLast() ?? shared.count
            if place < shared.count { shared[place] = counts } else { shared.append(counts) }
            set(Slot(shared: place), at: prefix)
        } else {
            let index = shared[slot.place].insertionIndex { $0.rule < rule }
            if index < shared[slot.place].count, shared[slot.place][index].rule == rule {
                shared[slot.place][index].count += 1
            } else {
                shared[slot.place].insert(RuleCount(rule: rule, count: 1), at: index)
            }
        }
    }

    mutating func remove(_ rule: Int, _ prefix: IPPrefix) {
        record(prefix)
        guard let slot = slot(prefix) else { return }
        if let only = slot.rule {
            if only == rule { set(nil, at: prefix) }
            return
        }
        guard let index = shared[slot.place].firstIndex(where: { $0.rule == rule }) else { return }
        shared[slot.place][index].count -= 1
        if shared[slot.place][index].count == 0 { shared[slot.place].remove(at: index) }
        let rest = shared[slot.place]
        guard rest.count == 1, rest[0].count == 1 else { return }
        shared[slot.place] = []
        free.append(slot.place)
        set(Slot(rule: rest[0].rule), at: prefix)
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
        return slot.rule.map { .one($0) } ?? .several(rules(slot))
    }

    mutating func startRecording() { isRecording = true }

    /// Ends recording and brings the routes of the moment it started up to date, at the cost of what changed since.
    ///
    /// `attributes` must still know the rules that were candidates then. Where nothing differs the table stays the very same.
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

/// Routes by attributes, which are worked out once for all prefixes with the same candidates: most have one rule, and a
/// rule has many prefixes.
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
        case .one(let rule):
            if let known = single[rule] { return known }
            let found = place(of: attributes([rule]))
            single[rule] = found
            return found
        case .several(let rules):
            if let known = several[rules] { return known }
            let found = place(of: attributes(rules))
            several[rules] = found
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
