import Addressing

/// The way from one table to another, as far as it has been sent.
struct Transmission: Sendable {
    /// A run of prefixes that are said alike.
    enum Run: Sendable {
        /// Prefixes to forget.
        case withdrawal(IPFamily, PrefixSet)
        /// Prefixes to announce with the group's attributes.
        case announcement(RouteTable.Key, PrefixSet)

        var family: IPFamily {
            switch self {
            case .withdrawal(let family, _): family
            case .announcement(let key, _): key.family
            }
        }

        var prefixes: PrefixSet {
            switch self {
            case .withdrawal(_, let prefixes), .announcement(_, let prefixes): prefixes
            }
        }
    }

    private let old: RouteTable
    private let new: RouteTable
    private let difference: RouteDifference
    private let runs: [Run]
    private let lastRun: [IPFamily: Int]
    private(set) var index = 0
    /// How far the current run has been sent.
    var cursor: PrefixCursor

    /// Withdrawals first, then announcements by family and least prefix.
    init(from old: RouteTable, to new: RouteTable) {
        self.old = old
        self.new = new
        let difference = RouteDifference(from: old, to: new)
        var runs: [Run] = IPFamily.allCases.compactMap { family in
            difference.withdrawals[family].map { .withdrawal(family, $0) }
        }
        let announced = RouteTable(groups: difference.announcements)
        for family in IPFamily.allCases {
            runs += announced.ordered(family).map { .announcement($0.key, $0.prefixes) }
        }
        var lastRun: [IPFamily: Int] = [:]
        for (index, run) in runs.enumerated() { lastRun[run.family] = index }
        self.difference = difference
        self.runs = runs
        self.lastRun = lastRun
        cursor = PrefixCursor(chunks: runs.first?.prefixes.chunks ?? [])
    }

    /// What is to be sent now; `nil` when all is sent.
    var current: Run? { index < runs.count ? runs[index] : nil }

    /// Whether nothing is left of a family.
    func isComplete(_ family: IPFamily) -> Bool {
        (lastRun[family] ?? -1) < index
    }

    /// Goes on to the next run.
    mutating func advance() {
        index += 1
        cursor = PrefixCursor(chunks: current?.prefixes.chunks ?? [])
    }

    /// What the peer has now.
    func reached() -> RouteTable {
        guard current != nil else { return new }
        guard index > 0 || cursor.chunk > 0 || cursor.offset > 0 else { return old }
        var said: [IPFamily: [PrefixSet]] = [:]
        var announced: [RouteTable.Key: PrefixSet] = [:]
        for (place, run) in runs.prefix(index + 1).enumerated() {
            let sent =
                place < index ? run.prefixes : PrefixSet(family: run.family, chunks: cursor.passedChunks())
            guard !sent.isEmpty else { continue }
            said[run.family, default: []].append(sent)
            if case .announcement(let key, _) = run { announced[key] = sent }
        }
        var groups = old.groups
        for (family, sets) in said {
            let all = PrefixSet.union(of: sets, family: family)
            for (key, leaving) in difference.removed where key.family == family {
                groups[key] = groups[key]?.subtracting(leaving.intersection(all))
            }
        }
        for (key, sent) in announced {
            groups[key] = groups[key]?.union(sent) ?? sent
        }
        return RouteTable(groups: groups)
    }
}
