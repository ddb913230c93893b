package import BGPTypes
import BGPWire
package import NIOCore

/// What one peer is to have and what was announced to it: the only way of routes to the wire.
///
/// Nothing is queued. Whoever writes to the socket pulls the next batch when there is room, and gets the difference of
/// that moment: withdrawals first, then announcements by equal attributes, as few messages as can be. A route that
/// changes while the socket is full is sent once or not at all. A new session is no special case:
/// nothing was announced on it yet.
///
/// Both sides are tables that share their parts, and messages are shared with all peers in step, so a peer costs a few
/// references, whatever the number of routes.
package struct AdjacencyOut: Sendable {
    /// What the peer is to have; nothing is sent while it is `nil`.
    package private(set) var desired: RouteTable?
    /// The session it is sent on.
    package private(set) var session: SessionEncoding?
    /// Whether nothing is known to be missing of `desired`; until then no End-of-RIB is sent.
    package private(set) var isDesiredComplete = true
    /// What was announced before `stage`.
    private var announcedBefore = RouteTable()
    /// The last table that was announced whole, groups included that the session cannot carry.
    private var lastComplete = RouteTable()
    /// What is being sent; of its messages `sent` are.
    private var stage: UpdateStage?
    private var sent = 0
    private var owedEndOfRIB: Set<IPFamily> = []
    private var askedRefresh: Set<IPFamily> = []
    private var owedBegin: Set<IPFamily> = []
    private var owedEnd: Set<IPFamily> = []

    /// Starts without a session, with nothing desired.
    package init() {}

    /// Sets what the peer is to have from now on, and whether that is known to be all; false when both are as before.
    @discardableResult
    package mutating func setDesired(_ table: RouteTable, isComplete: Bool = true) -> Bool {
        if isComplete == isDesiredComplete, let desired, desired.isIdentical(to: table) { return false }
        desired = table
        isDesiredComplete = isComplete
        return true
    }

    /// Starts a session, on which nothing was announced.
    package mutating func sessionEstablished(_ session: SessionEncoding) {
        sessionLost()
        self.session = session
        let families = session.context.families.compactMap(\.unicast)
        owedEndOfRIB = session.sendsEndOfRIB ? Set(families) : []
    }

    /// Ends the session; what was announced is forgotten.
    package mutating func sessionLost() {
        session = nil
        announcedBefore = RouteTable()
        lastComplete = announcedBefore
        stage = nil
        sent = 0
        owedEndOfRIB = []
        askedRefresh = []
        owedBegin = []
        owedEnd = []
    }

    /// Names these next hops from now on, and no others.
    ///
    /// Routes of a family whose next hop is another are announced again, those of a family that has none any more are withdrawn,
    /// and those of a family that has one at last are announced. What a family's next hop does not change is not said again.
    package mutating func use(_ nextHops: NextHopSet, sharing shared: inout UpdateCache) {
        guard var new = session, new.nextHops != nextHops else { return }
        let old = new
        new.nextHops = nextHops
        session = new
        // The rest of what is on its way was encoded with the old ones.
        stop(&shared)
        let changed = IPFamily.allCases.filter { old.nextHop($0) != new.nextHop($0) }
        guard !changed.isEmpty else { return }
        announcedBefore = shared.stale(announcedBefore, changed)
        lastComplete = announcedBefore
    }

    /// Sends all routes of a family again, as the peer asked (RFC 2918 §4).
    ///
    /// A repetition waits for the one before it, and a marked one for the family's End-of-RIB too (RFC 7313 §4.1).
    package mutating func refresh(_ family: RouteFamily) {
        guard let session, let version = family.unicast, session.context.families.contains(family) else { return }
        askedRefresh.insert(version)
    }

    /// What was announced to the peer on this session.
    package var announced: RouteTable {
        guard let stage, hasStarted else { return announcedBefore }
        return stage.plan.reached(stage.place(sent))
    }

    /// How many routes of a family were announced to the peer on this session.
    package func announcedCount(_ family: IPFamily) -> Int {
        guard let stage, hasStarted else { return announcedBefore.count(family) }
        return stage.plan.count(family, at: stage.place(sent))
    }

    /// Whether a message of the plan has been sent.
    private var hasStarted: Bool { sent > 0 || (stage?.index ?? 0) > 0 }

    /// Whether everything desired was announced, End-of-RIB and repetitions included.
    package var isSettled: Bool {
        guard session != nil, let desired else { return true }
        return stage == nil && lastComplete.isIdentical(to: desired)
            && owedBegin.isEmpty && owedEnd.isEmpty && askedRefresh.isEmpty
            && (owedEndOfRIB.isEmpty || !isDesiredComplete)
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
            start(for: desired, session, &shared)
            if let ends = endOfFamilies(session) { return ends }
            guard let stage else { return nil }
            guard sent < stage.count else {
                if stage.isLast {
                    finish()
                } else {
                    self.stage = shared.stage(after: stage, encoding: session.ofUpdates)
                    sent = 0
                }
                continue
            }
            // What is due behind a family's last route comes before the next family's first.
            let due = owedEnd.union(isDesiredComplete ? owedEndOfRIB : [])
            let (bytes, next) = stage.batch(from: sent, limit: limit, untilEndOf: due)
            sent = next
            if sent == stage.count, stage.isLast { finish() }
            return bytes
        }
    }

    /// Goes for what is desired now, if the stage does not.
    private mutating func start(
        for desired: RouteTable,
        _ session: SessionEncoding,
        _ shared: inout UpdateCache
    ) {
        if let stage, !stage.plan.destination.isIdentical(to: desired) { stop(&shared) }
        guard stage == nil, !lastComplete.isIdentical(to: desired) else { return }
        stage = shared.firstStage(from: lastComplete, to: desired, encoding: session.ofUpdates)
    }

    /// Leaves the stage where it is.
    private mutating func stop(_ shared: inout UpdateCache) {
        guard let stage else { return }
        if hasStarted {
            announcedBefore = shared.table(of: stage, after: sent)
            lastComplete = announcedBefore
        }
        self.stage = nil
        sent = 0
    }

    /// The stage has been sent, and was the last.
    private mutating func finish() {
        guard let plan = stage?.plan else { return }
        announcedBefore = plan.target
        lastComplete = plan.destination
        stage = nil
        sent = 0
    }

    /// Whether all of a family was announced.
    private func isComplete(_ family: IPFamily) -> Bool {
        stage.map { $0.plan.isComplete(family, at: $0.place(sent)) } ?? true
    }

    /// What is due behind the last route of the families that are complete.
    private mutating func endOfFamilies(_ session: SessionEncoding) -> ByteBuffer? {
        let complete = Set(IPFamily.allCases.filter(isComplete))
        if isDesiredComplete {
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
        stop(&shared)
        announcedBefore = shared.stale(announcedBefore, Array(due))
        lastComplete = announcedBefore
        if isMarked {
            owedBegin.formUnion(due)
            owedEnd.formUnion(due)
        }
    }
}
