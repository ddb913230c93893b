import BGPResources
import BGPTypes
import Inspection
import KubeModel
import PlainText
import Planning

/// A peer's explanation for reading: the session, its families, and where wire and decision differ.
package struct PeerExplanationText {
    private let explanation: PeerExplanation
    private let style: TableStyle
    private let now: Timestamp

    init(_ explanation: PeerExplanation, style: TableStyle = TableStyle(), now: Timestamp) {
        self.explanation = explanation
        self.style = style
        self.now = now
    }

    /// The whole text.
    package var text: String {
        var lines = [
            style.palette.paint("Peer \(explanation.peer) of \(explanation.node)".onOneLine, .strong)
        ]
        func add(_ title: String, _ value: String?) {
            if let value {
                let padding = String(repeating: " ", count: max(0, 14 - title.count))
                lines.append("  \(title):\(padding)\(value)".onOneLine)
            }
        }
        let session = explanation.session
        add("Instance", "\(explanation.instance), AS \(explanation.localASN?.description ?? "unknown")")
        add("Address", addresses)
        add("AS", explanation.configuredASN?.description ?? session.peerASN.map { "\($0) (any is accepted)" } ?? "any")
        add("Settings", explanation.peerConfig.map { "BGPPeerConfig/\($0)" } ?? "none, all defaults")
        add("Session", sessionWords)
        add("Agreed", agreed)
        add("Next attempt", session.nextRetryTime.map { "in \(Age(from: now, to: $0))" })
        if let error = session.lastError {
            add("Last error", "\(error.message) (\(error.reason), \(Age(from: error.time, to: now)) ago)")
            add("  cause", error.cause)
            add("  fix", error.fix)
        }
        lines += explanation.reasons.flatMap { ReasonLines($0, about: []).lines(style.palette) }.map { "  " + $0 }
        for family in explanation.families { lines += self.lines(of: family) }
        lines += differences
        return lines.map { $0 + "\n" }.joined()
    }

    private var addresses: String {
        let session = explanation.session
        let local = session.localAddress.map { " from \($0)" } ?? ""
        let port = session.peerPort.map { " port \($0)" } ?? ""
        return (session.peerAddress?.description ?? "none yet") + port + local
    }

    private var sessionWords: String {
        let session = explanation.session
        let since = (session.establishedTime ?? session.stateSince).map { " for \(Age(from: $0, to: now))" } ?? ""
        let attempts = session.connectAttempts.map { $0 > 0 ? ", \($0) attempts" : "" } ?? ""
        return (session.peeringState?.rawValue ?? "not reported") + since + attempts
    }

    private var agreed: String? {
        guard let negotiated = explanation.session.negotiated else { return nil }
        var parts = [negotiated.families.map(\.description).joined(separator: " and ")]
        if let timers = explanation.session.timers {
            parts.append("hold \(timers.appliedHoldTimeSeconds)s, keepalive \(timers.appliedKeepaliveSeconds)s")
        }
        let offers = [negotiated.localGracefulRestart, negotiated.peerGracefulRestart].map {
            $0.map { "\($0.restartTimeSeconds)s" } ?? "off"
        }
        parts.append("graceful restart \(offers[0]) here, \(offers[1]) there")
        return parts.filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private func lines(of family: ExplainedFamily) -> [String] {
        let negotiated = family.negotiated.map { $0 ? "agreed on" : "not agreed on" } ?? "no session"
        let announced = family.announced.map(\.description) ?? "unknown"
        let notKept = family.notKept.map { " (\($0) counted and not kept)" } ?? ""
        let nextHop = family.nextHop.map { ", next hop \($0)" } ?? ""
        let received = family.received.map { ", \($0) received\(notKept)" } ?? ""
        var lines = [
            style.palette.paint("  \(family.family)".onOneLine, .strong)
                + ": \(negotiated), \(family.wanted) wanted, \(announced) announced\(nextHop)\(received)"
        ]
        if let selector = family.selector {
            let names = family.advertisements.map {
                "\($0.name) (\($0.routes) route\($0.routes == 1 ? "" : "s"))"
            }
            let chosen = names.isEmpty ? "none" : names.joined(separator: ", ")
            lines.append("    carries BGPAdvertisements labelled \(selector): \(chosen)".onOneLine)
        }
        lines += family.reasons.flatMap { ReasonLines($0, about: []).lines(style.palette) }.map { "    " + $0 }
        return lines
    }

    private var differences: [String] {
        guard let differences = explanation.differences else {
            return ["  " + style.palette.paint("? Unknown", .warning) + ": what is on the wire (no speaker answers)"]
        }
        guard !differences.isEmpty else { return ["  Wire and decision agree."] }
        let known = Set(explanation.reasons.map { [$0.code.rawValue, $0.message] })
        return differences.flatMap { difference in
            let shown = difference.prefixes.map(\.description).joined(separator: ", ")
            let rest =
                difference.count > difference.prefixes.count
                ? " and \(difference.count - difference.prefixes.count) more" : ""
            // Why is said above, once.
            if known.contains([difference.reason.code.rawValue, difference.reason.message]) {
                let routes = "\(difference.count) route\(difference.count == 1 ? " is" : "s are")"
                return ["  \(routes) kept from the peer by \(difference.reason.code): \(shown)\(rest)".onOneLine]
            }
            return ReasonLines(difference.reason, about: [shown + rest]).lines(style.palette).map { "  " + $0 }
        }
    }
}
