import Addressing
package import BGPWire
package import NIOCore

/// What one peer is to have and what it has been told: the only way of routes to the wire.
///
/// Nothing is queued. Whoever writes to the socket pulls the next batch when there is room, and gets the difference of
/// that moment: withdrawals first, then announcements by equal attributes, as few messages as can be. A route that
/// changes while the socket is full is sent once or not at all. A new session is no special case: it has been told
/// nothing yet.
///
/// Both sides are tables that share their parts, so a peer costs a few references, whatever the number of routes.
package struct AdjacencyOut: Sendable {
    /// What the peer is to have; `nil` until something was wanted, and until then nothing is sent.
    package private(set) var desired: RouteTable?
    /// The session it is sent on.
    package private(set) var session: SessionEncoding?
    /// Whether End-of-RIB may be sent: hold it back while what is wanted is known to be incomplete.
    package var endOfRIBIsHeld = false
    private var told = RouteTable()
    private var transmission: Transmission?
    private var form: UpdateForm?
    private var owedEndOfRIB: Set<IPFamily> = []
    private var askedRefresh: Set<IPFamily> = []
    private var owedBegin: Set<IPFamily> = []
    private var owedEnd: Set<IPFamily> = []

    /// Starts without a session and without a wish.
    package init() {}

    /// Sets what the peer is to have from now on.
    package mutating func want(_ table: RouteTable) {
        desired = table
        settle()
    }

    /// Starts a session, to which nothing has been told.
    package mutating func sessionEstablished(_ session: SessionEncoding) {
        sessionLost()
        self.session = session
        let families = session.context.families.compactMap(\.unicast)
        owedEndOfRIB = session.sendsEndOfRIB ? Set(families) : []
        settle()
    }

    /// Ends the session; what was told is forgotten.
    package mutating func sessionLost() {
        session = nil
        told = RouteTable()
        transmission = nil
        form = nil
        owedEndOfRIB = []
        askedRefresh = []
        owedBegin = []
        owedEnd = []
    }

    /// Sends all routes of a family again, as the peer asked (RFC 2918 §4).
    ///
    /// A repetition waits for the one before it, and a marked one for the family's End-of-RIB too (RFC 7313 §4.1).
    package mutating func refresh(_ family: Family) {
        guard let session, let version = family.unicast, session.context.families.contains(family) else { return }
        askedRefresh.insert(version)
    }

    /// What the peer has been told.
    package var announced: RouteTable { transmission?.reached() ?? told }

    /// Whether everything wanted has been told, End-of-RIB and repetitions included.
    package var isSettled: Bool {
        guard session != nil, let transmission else { return true }
        return transmission.current == nil && owedBegin.isEmpty && owedEnd.isEmpty && askedRefresh.isEmpty
            && (owedEndOfRIB.isEmpty || endOfRIBIsHeld)
    }

    /// Takes what was sent as told and works out the rest anew.
    private mutating func settle() {
        told = announced
        form = nil
        transmission = nil
        guard let session, let desired else { return }
        let target = RouteTable(groups: desired.groups.filter { session.canAnnounce($0.key) })
        transmission = Transmission(from: told, to: target)
    }
}

extension AdjacencyOut {
    /// The next messages, whole, of at most `limit` octets together, but at least one; `nil` when all is said.
    package mutating func nextBatch(limit: Int) -> ByteBuffer? {
        guard let session, transmission != nil else { return nil }
        var buffer = ByteBuffer()
        repeat {
            let before = buffer.writerIndex
            writeNext(session, into: &buffer)
            guard buffer.writerIndex > before else { break }
            if before == 0 { buffer.reserveCapacity(min(limit, 1 << 16)) }
        } while buffer.readableBytes + session.context.maximumSentLength <= limit
        return buffer.readableBytes > 0 ? buffer : nil
    }

    /// Writes the one message that is due now, if there is one.
    private mutating func writeNext(_ session: SessionEncoding, into buffer: inout ByteBuffer) {
        startRefreshes(session)
        for family in owedBegin.sorted() {
            owedBegin.remove(family)
            write(.routeRefresh(RouteRefresh(Family(unicast: family), subtype: .begin)), session, into: &buffer)
            return
        }
        for family in IPFamily.allCases where transmission?.isComplete(family) == true {
            if !endOfRIBIsHeld, owedEndOfRIB.remove(family) != nil {
                write(.update(.endOfRIB(Family(unicast: family))), session, into: &buffer)
                return
            }
            if owedEnd.remove(family) != nil {
                write(.routeRefresh(RouteRefresh(Family(unicast: family), subtype: .end)), session, into: &buffer)
                return
            }
        }
        guard let run = transmission?.current, var cursor = transmission?.cursor else { return }
        let form = self.form ?? Self.form(of: run, in: session)
        guard let form else { return }
        form.writeMessage(of: &cursor, into: &buffer)
        if cursor.isAtEnd {
            transmission?.advance()
            self.form = nil
        } else {
            transmission?.cursor = cursor
            self.form = form
        }
    }

    private static func form(of run: Transmission.Run, in session: SessionEncoding) -> UpdateForm? {
        switch run {
        case .withdrawal(let family, _):
            UpdateForm(withdrawing: family, in: session)
        case .announcement(let key, _):
            key.attributes.flatMap { UpdateForm(announcing: key.family, $0, in: session) }
        }
    }

    /// Begins the repetitions that nothing stands in the way of: the peer has the prefixes, but has to hear of them anew.
    private mutating func startRefreshes(_ session: SessionEncoding) {
        let isMarked = session.context.enhancedRouteRefresh
        let due = askedRefresh.filter { !owedEnd.contains($0) && !(isMarked && owedEndOfRIB.contains($0)) }
        guard !due.isEmpty else { return }
        askedRefresh.subtract(due)
        var groups = announced.groups
        for family in due {
            let stale = groups.filter { $0.key.family == family }
            for key in stale.keys { groups[key] = nil }
            groups[RouteTable.Key(family: family, attributes: nil)] = .union(of: stale.map(\.value), family: family)
        }
        transmission = nil
        told = RouteTable(groups: groups)
        if isMarked {
            owedBegin.formUnion(due)
            owedEnd.formUnion(due)
        }
        settle()
    }

    private func write(_ message: Message, _ session: SessionEncoding, into buffer: inout ByteBuffer) {
        message.encode(into: &buffer, context: session.context)
    }
}
