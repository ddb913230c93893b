import BGPTypes
import BGPWire
import NIOCore

/// What leads from one table to another: which updates, in which order, for one kind of session.
final class UpdatePlan: Sendable {
    /// What the peers had.
    let from: RouteTable
    /// What they are to have; groups that the session cannot carry included.
    let destination: RouteTable
    /// What of ``destination`` the session can carry.
    let target: RouteTable
    /// What of ``from`` was announced.
    private let source: RouteTable
    private let difference: RouteDifference
    private let encoding: SessionEncoding
    private let runs: [Run]
    private let lastRun: [IPFamily: Int]

    /// Prefixes that are said alike.
    private enum Run {
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

        /// How it is said; `nil` when the session cannot.
        func form(in session: SessionEncoding) -> UpdateTemplate? {
            switch self {
            case .withdrawal(let family, _):
                UpdateTemplate(withdrawing: family, in: session)
            case .announcement(let key, _):
                key.attributes.flatMap { UpdateTemplate(announcing: key.family, $0, in: session) }
            }
        }
    }

    /// A place between two prefixes on the way.
    struct Place: Sendable {
        fileprivate var run: Int
        /// Where in the run's prefixes the next message starts.
        fileprivate var prefix: PrefixCursor.Place

        /// Where nothing is said yet.
        static let start = Place(run: 0, prefix: .start)
    }

    /// Withdrawals first, then announcements by family and least prefix.
    init(from: RouteTable, to destination: RouteTable, encoding: SessionEncoding) {
        self.from = from
        self.destination = destination
        self.encoding = encoding
        // A group without attributes was announced, and is to be announced again.
        source = from.filter { $0.attributes == nil || encoding.canAnnounce($0) }
        target = destination.filter(encoding.canAnnounce)
        let difference = RouteDifference(from: source, to: target)
        runs =
            IPFamily.allCases.compactMap { family in
                difference.withdrawn[family].map { Run.withdrawal(family, $0) }
            }
            + IPFamily.allCases.flatMap { family in
                difference.announced.ordered(family).map { Run.announcement($0.key, $0.prefixes) }
            }
        self.difference = difference
        var lastRun: [IPFamily: Int] = [:]
        for (index, run) in runs.enumerated() { lastRun[run.family] = index }
        self.lastRun = lastRun
    }

    /// The octets of all prefixes to be said.
    var wireLength: Int { runs.reduce(0) { $0 + $1.prefixes.wireLength } }

    /// Whether everything is said.
    func isEnd(_ place: Place) -> Bool { place.run == runs.count }

    /// Whether nothing is left to be said of a family.
    func isComplete(_ family: IPFamily, at place: Place) -> Bool { (lastRun[family] ?? -1) < place.run }

    /// Writes the message that starts at a place, which becomes that of the next; false at the end.
    func writeMessage(from place: inout Place, into buffer: inout ByteBuffer) -> Bool {
        guard !isEnd(place) else { return false }
        let run = runs[place.run]
        guard let form = run.form(in: encoding) else {
            place = Place(run: place.run + 1, prefix: .start)
            return writeMessage(from: &place, into: &buffer)
        }
        var cursor = PrefixCursor(chunks: run.prefixes.chunks, at: place.prefix)
        form.writeMessage(of: &cursor, into: &buffer)
        place = cursor.isAtEnd ? Place(run: place.run + 1, prefix: .start) : Place(run: place.run, prefix: cursor.place)
        return true
    }

    /// What a peer has at a place.
    func reached(_ place: Place) -> RouteTable {
        guard !isEnd(place) else { return target }
        var said: [IPFamily: [PrefixSet]] = [:]
        var announced: [RouteTable.Key: PrefixSet] = [:]
        for (index, run) in runs.prefix(place.run + 1).enumerated() {
            let sent = index < place.run ? run.prefixes : run.prefixes.prefix(place.prefix)
            guard !sent.isEmpty else { continue }
            said[run.family, default: []].append(sent)
            if case .announcement(let key, _) = run { announced[key] = sent }
        }
        var groups = source.groups
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

    /// How many routes of a family a peer has at a place.
    func count(_ family: IPFamily, at place: Place) -> Int {
        // Of the first plan, which is the longest, all that is said is new.
        guard source.isEmpty, !isEnd(place) else { return reached(place).count(family) }
        let whole = runs.prefix(place.run).reduce(0) { $1.family == family ? $0 + $1.prefixes.count : $0 }
        let run = runs[place.run]
        return run.family == family ? whole + run.prefixes.count(before: place.prefix) : whole
    }
}
