import BGPEngine
import BGPTypes
import BGPWire
import LogKeys
import Logging

extension PeerDriver {
    /// Takes an UPDATE of the session; when the memory is too small to count its prefixes, somebody gives way.
    func receive(_ update: UpdateMessage, on id: ConnectionID) {
        guard let session, session.connection == id else { return }
        var hasGivenWay = false
        while let share = session.share {
            let isCounted = session.received.receive(update, within: shared.memory.room(for: share))
            noteUsage(of: session)
            guard !isCounted else { break }
            let largest = shared.memory.largest ?? self
            // What is taken again brings an attribute or two again, which must not count as something to give up.
            let mustEnd = largest === self && hasGivenWay
            if largest === self { hasGivenWay = true }
            largest.assumeIsolated { $0.giveWay(mustEnd: mustEnd) }
        }
        // Without a share it was this session that gave way.
        guard session.share != nil else { return }
        noteNotKept(session)
        if let excess = excess(of: session) {
            submit(.session(id, .stop(excess)))
        } else {
            setNeedsPublish()
        }
    }

    /// Why the session must end for what the peer has announced; `nil` when it need not.
    private func excess(of session: EstablishedSession) -> SessionStop? {
        guard let limit = machine.configuration.prefixLimit else { return nil }
        for family in session.negotiation.families {
            guard let version = family.unicast, session.received.count(version) > Int(limit) else { continue }
            return .prefixLimit(family, limit: limit)
        }
        return nil
    }

    /// Gives memory back: the attributes of this peer's routes, and when it has kept none, its session.
    private func giveWay(mustEnd: Bool) {
        guard let session else { return }
        if !mustEnd, session.received.usage.attributes > 0 {
            session.received.forgetAttributes()
            noteUsage(of: session)
            noteNotKept(session)
            setNeedsPublish()
        } else {
            release(session)
            submit(.session(session.connection, .stop(.outOfResources)))
        }
    }

    private func noteUsage(of session: EstablishedSession) {
        let usage = session.received.usage
        guard usage != session.usage, let share = session.share else { return }
        session.usage = usage
        shared.memory.set(usage, for: share)
    }

    /// Gives the session's memory back to all.
    func release(_ session: EstablishedSession) {
        guard let share = session.share else { return }
        session.share = nil
        shared.memory.leave(share)
    }

    /// Logs once a session that not all of its routes are kept.
    private func noteNotKept(_ session: EstablishedSession) {
        guard !session.hasToldNotKept else { return }
        let counts = IPFamily.allCases.map { (all: session.received.count($0), notKept: session.received.notKept($0)) }
        guard counts.contains(where: { $0.notKept > 0 }) else { return }
        session.hasToldNotKept = true
        let kept = counts.reduce(0) { $0 + $1.all - $1.notKept }
        let reason = kept >= AdjacencyIn.mostKept ? "kept routes of one peer" : "memory for received routes"
        logger.notice(
            "received routes are counted and not kept from now on",
            metadata: [
                .receivedLimit: "\(reason)", .received: "\(counts.reduce(0) { $0 + $1.all })", .receivedKept: "\(kept)",
                .receivedMemory: "\(shared.memory.limit)",
                .reasonFix: "filter what the router sends; prefixLimit ends the session of one that sends too much",
            ]
        )
    }
}
