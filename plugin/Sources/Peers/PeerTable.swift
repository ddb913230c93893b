package import BGPResources
import BGPTypes
import Inspection
import KubeModel
package import PlainText
import Planning

/// The table of `peers`: a row for each peer and family, every cell filled, so that `grep` and `awk` see whole rows.
package enum PeerTable {
    /// The columns; WHY is the last because it is a sentence.
    package static let columns: [Table.Column] = [
        .init("NODE"), .init("PEER"), .init("ADDRESS"), .init("AS"), .init("STATE"), .init("SINCE"),
        .init("FAMILY"), .init("RECEIVED"), .init("ADVERTISED"),
        .init("INSTANCE", wide: true), .init("LOCAL-AS", wide: true), .init("LOCAL-ADDRESS", wide: true),
        .init("ROUTER-ID", wide: true), .init("HOLD/KEEPALIVE", wide: true), .init("GR", wide: true),
        .init("ATTEMPTS", wide: true), .init("NEXT-RETRY", wide: true), .init("LAST-ERROR", wide: true),
        .init("WHY"),
    ]

    /// The rows of a peer, one for each family that passes.
    package static func rows(
        of report: PeerReport,
        families passes: (String) -> Bool = { _ in true },
        now: Timestamp
    ) -> [[Cell]] {
        let families = report.peer.families
        guard !families.isEmpty else {
            return [row(of: report, family: nil, now: now)]
        }
        return families.filter { passes($0.description) }.map { row(of: report, family: $0, now: now) }
    }

    private static func row(of report: PeerReport, family: RouteFamily?, now: Timestamp) -> [Cell] {
        let peer = report.peer
        let counts = peer.isEstablished ? peer.routeCount.first { $0.family == family } : nil
        let stateSince = peer.isEstablished ? peer.establishedTime ?? peer.stateSince : peer.stateSince
        return [
            Cell(report.node),
            Cell(peer.name),
            Cell(peer.peerAddress?.description ?? ""),
            Cell(peer.peerASN.map { $0.rawValue == 0 ? "any" : $0.description } ?? "any"),
            report.stateCell,
            stateSince.map { Cell(Age(from: $0, to: now).description) } ?? .absent,
            Cell(family?.description ?? ""),
            Cell(counts.map { String($0.received) } ?? ""),
            Cell(counts.map { String($0.advertised) } ?? ""),
            Cell(report.instance),
            Cell(report.local.localASN?.description ?? ""),
            Cell(peer.localAddress?.description ?? ""),
            Cell(report.local.routerID?.description ?? ""),
            Cell(peer.timersText),
            Cell(peer.gracefulRestartText),
            Cell(peer.connectAttempts.map(String.init) ?? ""),
            Cell(peer.nextRetryTime.map { Age(from: now, to: $0).waitText } ?? ""),
            Cell(peer.lastError.map { "\($0.reason) (\(Age(from: $0.time, to: now)) ago)" } ?? "", .quiet),
            report.why(of: family),
        ]
    }
}

extension PeerReport {
    fileprivate var stateCell: Cell {
        guard isReported, let state = peer.peeringState, state != .unknown else { return .unknown }
        switch state {
        case .established: return Cell(state.rawValue, .good)
        case .openSent, .openConfirm: return Cell(state.rawValue, .warning)
        default: return Cell(state.rawValue, .bad)
        }
    }

    /// Why there is no session, or why it does not carry the family; what was seen, its cause and what to do.
    fileprivate func why(of family: RouteFamily?) -> Cell {
        guard isReported else {
            let why = silence.map { ": \($0)" } ?? ""
            return Cell("the speaker on this node has not reported this peer\(why)", .warning)
        }
        guard !peer.isEstablished else {
            if let deletion { return Cell(deletion, .warning) }
            let count = peer.routeCount.first { $0.family == family }
            if let heldBack = count?.heldBack {
                return Cell("\(heldBack) more held back by announceLimit of its BGPPeerConfig: raise it", .warning)
            }
            if let reason = count?.nextHopReason(of: peer.name, in: instance, on: node) {
                return Cell([reason.message, reason.fix].compactMap(\.self).joined(separator: "; "), .bad)
            }
            guard let family, let negotiated = peer.negotiated?.families, !negotiated.contains(family) else {
                if let dataPathObstacle {
                    return Cell("no service route is announced yet: \(dataPathObstacle)", .warning)
                }
                if drain == nil, let notKept = count?.notKept {
                    return Cell(
                        "\(notKept) of the received routes are counted and not kept: filter what the router sends",
                        .warning
                    )
                }
                return drain.map { Cell("\(node) is \($0.words): kubectl bgp undrain \(node)", .warning) }
                    ?? drainFault.map { Cell($0, .warning) } ?? .absent
            }
            return Cell("the router did not offer \(family) in its OPEN: activate this family there", .bad)
        }
        // A peer that was never tried, since it has no address or its instance cannot run, has no error of its own.
        let untried = peer.connectAttempts == nil ? unapplied : nil
        return peer.lastError.map { Cell($0.words, .bad) } ?? untried.map { Cell($0, .bad) } ?? .absent
    }
}

extension SessionError {
    /// What was seen, then the cause and the fix as far as they are known, on one line.
    package var words: String {
        [message, cause, fix].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "; ")
    }
}

extension PeerStatus {
    /// Whether the session is up.
    package var isEstablished: Bool { peeringState == .established }

    /// The families that there is something to say about.
    fileprivate var families: [RouteFamily] {
        let known = Set(routeCount.map(\.family)).union(negotiated?.families ?? [])
        return known.sorted()
    }

    fileprivate var timersText: String {
        timers.map { "\($0.appliedHoldTimeSeconds)s/\($0.appliedKeepaliveSeconds)s" } ?? ""
    }

    /// What this side and the peer said about keeping routes over a restart: `120s/90s`, `off` for a side without.
    fileprivate var gracefulRestartText: String {
        guard let negotiated else { return "" }
        let offers = [negotiated.localGracefulRestart, negotiated.peerGracefulRestart]
        guard offers.contains(where: { $0 != nil }) else { return "off" }
        return offers.map { $0.map { "\($0.restartTimeSeconds)s" } ?? "off" }.joined(separator: "/")
    }
}

extension Age {
    /// A time to wait, which is over when it has passed.
    fileprivate var waitText: String {
        seconds < 0 ? "now" : description
    }
}
