package import BGPTypes
import BGPWire
package import NIOCore

/// What one peer is to have and what it has been told: the only way of routes to the wire.
///
/// Nothing is queued. Whoever writes to the socket pulls the next batch when there is room, and gets the difference of
/// that moment: withdrawals first, then announcements by equal attributes, as few messages as can be. A route that
/// changes while the socket is full is sent once or not at all. A new session is no special case: it has been told
/// nothing yet.
///
/// Both sides are tables that share their parts, and messages are shared with all peers in step, so a peer costs a few
/// references, whatever the number of routes.
package struct AdjacencyOut: Sendable {
    /// What the peer is to have; `nil` until something was wanted, and until then nothing is sent.
    package private(set) var desired: RouteTable?
    /// The session it is sent on.
    package private(set) var session: SessionEncoding?
    /// Whether End-of-RIB may be sent: hold it back while what is wanted is known to be incomplete.
    package var endOfRIBIsHeld = false
    /// What the peer has been told, but for `transmission`.
    private var told = RouteTable()
    /// What it was told last as a whole, groups included that its session cannot carry.
    private var settled = RouteTable()
    /// On its way, as far as `sent`.
    private var transmission: UpdateStage?
    private var sent = 0
    private var owedEndOfRIB: Set<IPFamily> = []
    private var askedRefresh: Set<IPFamily> = []
    private var owedBegin: Set<IPFamily> = []
    private var owedEnd: Set<IPFamily> = []

    /// Starts without a session and without a wish.
    package init() {}

    /// Sets what the peer is to have from now on.
    package mutating func want(_ table: RouteTable) {
        desired = table
    }

    /// Starts a session, to which nothing has been told.
    package mutating func sessionEstablished(_ session: SessionEncoding) {
        sessionLost()
        self.session = session
        let families = session.context.families.compactMap(\.unicast)
        owedEndOfRIB = session.sendsEndOfRIB ? Set(families) : []
    }

    /// Ends the session; what was told is forgotten.
    package mutating func sessionLost() {
        session = nil
        told = RouteTable()
        settled = told
        transmission = nil
        sent = 0
        owedEndOfRIB = []
        askedRefresh = []
        owedBegin = []
        owedEnd = []
    }

    /// Names these next hops from now on, and no others.
    ///
    /// Routes of a family whose next hop is another are told again, those of a family that has none any more are withdrawn,
    /// and those of a family that has one at last are announced. What a family's next hop does not change is not said again.
    package mutating func use(_ nextHops: NextHopSet, sharing shared: inout UpdateCache) {
        guard var new = session, new.nextHops != nextHops else { return }
        let old = new
        new.nextHops = nextHops
        session = new
        // The rest of what is on its way was encoded with the old ones.
        halt(&shared)
        let changed = IPFamily.allCases.filter { old.nextHop($0) != new.nextHop($0) }
        guard !changed.isEmpty else { return }
        told = shared.stale(told, changed)
        settled = told
    }

    /// Sends all routes of a family again, as the peer asked (RFC 2918 §4).
    ///
    /// A repetition waits for the one before it, and a marked one for the family's End-of-RIB too (RFC 7313 §4.1).
    package mutating func refresh(_ family: RouteFamily) {
        guard let session, let version = family.unicast, session.context.families.contains(family) else { return }
        askedRefresh.insert(version)
    }

    /// What the peer has been told.
    package var announced: RouteTable {
        guard let transmission, hasLeft else { return told }
        return transmission.way.reached(transmission.place(sent))
    }

    /// How many routes of a family the peer has been told.
    package func announcedCount(_ family: IPFamily) -> Int {
        guard let transmission, hasLeft else { return told.count(family) }
        return transmission.way.count(family, at: transmission.place(sent))
    }

    /// Whether anything of the transmission has been sent.
    private var hasLeft: Bool { sent > 0 || (transmission?.stage ?? 0) > 0 }

    /// Whether everything wanted has been told, End-of-RIB and repetitions included.
    package var isSettled: Bool {
        guard session != nil, let desired else { return true }
        return transmission == nil && settled.isIdentical(to: desired)
            && owedBegin.isEmpty && owedEnd.isEmpty && askedRefresh.isEmpty
            && (owedEndOfRIB.isEmpty || endOfRIBIsHeld)
    }
}

extension AdjacencyOut {
    /// The next messages, whole, of at most `limit` octets together, but at least one; `nil` when all is said.
    ///
    /// Peers that are given the same `shared` get the same octets without encoding them again.
    package mutating func nextBatch(limit: Int, sharing shared: inout UpdateCache) -> ByteBuffer? {
        guard let session, let desired else { return nil }
        startRefreshes(session, &shared)
        if let begins = take(&owedBegin, session, { .routeRefresh(RouteRefresh($0, subtype: .begin)) }) {
            return begins
        }
        while true {
            head(for: desired, session, &shared)
            if let ends = endOfFamilies(session) { return ends }
            guard let transmission else { return nil }
            guard sent < transmission.count else {
                if transmission.isLast {
                    arrive()
                } else {
                    self.transmission = shared.transmission(after: transmission, encoding: session.ofUpdates)
                    sent = 0
                }
                continue
            }
            // What is due behind a family's last route comes before the next family's first.
            let due = owedEnd.union(endOfRIBIsHeld ? [] : owedEndOfRIB)
            let (bytes, next) = transmission.batch(from: sent, limit: limit, untilEndOf: due)
            sent = next
            if sent == transmission.count, transmission.isLast { arrive() }
            return bytes
        }
    }

    /// Makes the transmission one that leads to what is wanted now.
    private mutating func head(
        for desired: RouteTable,
        _ session: SessionEncoding,
        _ shared: inout UpdateCache
    ) {
        if let transmission, !transmission.way.destination.isIdentical(to: desired) { halt(&shared) }
        guard transmission == nil, !settled.isIdentical(to: desired) else { return }
        transmission = shared.transmission(from: settled, to: desired, encoding: session.ofUpdates)
    }

    /// Leaves the transmission where it is.
    private mutating func halt(_ shared: inout UpdateCache) {
        guard let transmission else { return }
        if hasLeft {
            told = shared.table(of: transmission, after: sent)
            settled = told
        }
        self.transmission = nil
        sent = 0
    }

    /// The transmission has been sent, and was the last.
    private mutating func arrive() {
        guard let way = transmission?.way else { return }
        told = way.target
        settled = way.destination
        transmission = nil
        sent = 0
    }

    /// Whether the peer has been told all of a family.
    private func isComplete(_ family: IPFamily) -> Bool {
        transmission.map { $0.way.isComplete(family, at: $0.place(sent)) } ?? true
    }

    /// What is due behind the last route of the families that are complete.
    private mutating func endOfFamilies(_ session: SessionEncoding) -> ByteBuffer? {
        let complete = Set(IPFamily.allCases.filter(isComplete))
        if !endOfRIBIsHeld {
            var due = owedEndOfRIB.intersection(complete)
            owedEndOfRIB.subtract(due)
            if let bytes = take(&due, session, { .update(.endOfRIB($0)) }) { return bytes }
        }
        var due = owedEnd.intersection(complete)
        owedEnd.subtract(due)
        return take(&due, session) { .routeRefresh(RouteRefresh($0, subtype: .end)) }
    }

    /// Writes a message for each of some families; `nil` for none.
    private func take(
        _ families: inout Set<IPFamily>,
        _ session: SessionEncoding,
        _ message: (RouteFamily) -> Message
    ) -> ByteBuffer? {
        guard !families.isEmpty else { return nil }
        var buffer = ByteBuffer()
        for family in families.sorted() {
            message(family.routeFamily).encode(into: &buffer, context: session.context)
        }
        families = []
        return buffer
    }

    /// Begins the repetitions that nothing stands in the way of: the peer has the prefixes, but has to hear of them anew.
    private mutating func startRefreshes(_ session: SessionEncoding, _ shared: inout UpdateCache) {
        guard !askedRefresh.isEmpty else { return }
        let isMarked = session.context.enhancedRouteRefresh
        let due = askedRefresh.filter { !owedEnd.contains($0) && !(isMarked && owedEndOfRIB.contains($0)) }
        guard !due.isEmpty else { return }
        askedRefresh.subtract(due)
        halt(&shared)
        told = shared.stale(told, Array(due))
        settled = told
        if isMarked {
            owedBegin.formUnion(due)
            owedEnd.formUnion(due)
        }
    }
}
