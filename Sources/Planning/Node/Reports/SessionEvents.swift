package import BGPEngine
import BGPTypes
package import KubeModel

/// Finds what is worth an event when sessions change: one that came up, one that ended, and a new reason for one that
/// does not come up.
package struct SessionEvents: Sendable {
    private struct Seen {
        var isUp: Bool
        var establishedTransitions: Int
        var failure: PeerSnapshot.Failure?
        /// The reasons that there were events of since the session was last up.
        var reasons: Set<FailureReason> = []
    }

    private var seen: [PeerID: Seen] = [:]

    /// Has seen nothing yet.
    package init() {}

    /// The events of all that changed since the last look, by peer.
    package mutating func events(_ peers: [PeerSnapshot], on subject: Event.Subject) -> [EventDraft] {
        var entries: [EventDraft] = []
        func entry(_ level: Event.Level, _ reason: ReasonCode, _ note: String) -> EventDraft {
            EventDraft(level: level, reason: reason, action: "HoldSession", regarding: subject, note: note)
        }
        for peer in peers {
            let before = seen[peer.id] ?? Seen(isUp: false, establishedTransitions: 0)
            var now = Seen(
                isUp: peer.state == .established,
                establishedTransitions: peer.establishedTransitions,
                failure: peer.lastFailure,
                reasons: before.isUp ? [] : before.reasons
            )
            let didComeUp = now.establishedTransitions > before.establishedTransitions
            if let failure = now.failure, failure.time != before.failure?.time {
                // A peer that is dialled again and again fails for the same reason again and again, or for two by turns.
                if now.reasons.insert(failure.explanation.reason).inserted {
                    entries.append(
                        entry(
                            failure.explanation.reason.isExpected ? .normal : .warning,
                            ReasonCode(rawValue: failure.explanation.reason.rawValue),
                            Self.note(failure.explanation.description, on: peer)
                        )
                    )
                }
            } else if before.isUp, !now.isUp {
                let note = Self.note("the session was ended on this side", on: peer)
                entries.append(entry(.normal, .sessionClosed, note))
            }
            if didComeUp {
                now.reasons = []
                entries.append(entry(.normal, .sessionEstablished, Self.note("established", on: peer)))
            }
            seen[peer.id] = now
        }
        let present = Set(peers.map(\.id))
        for id in seen.keys.sorted() where !present.contains(id) {
            let isUp = seen.removeValue(forKey: id)?.isUp ?? false
            if isUp { entries.append(entry(.normal, .sessionClosed, "peer \(id): no longer configured")) }
        }
        return entries
    }

    /// What happened to a peer, with its address once: most failures name it themselves.
    private static func note(_ words: String, on peer: PeerSnapshot) -> String {
        let address = peer.configuration.remote
        return words.contains("\(address)") ? "peer \(peer.id): \(words)" : "peer \(peer.id) at \(address): \(words)"
    }
}

extension FailureReason {
    /// Whether the failure passes by itself, or is a fault of an object on which the operator warns already.
    fileprivate var isExpected: Bool {
        [.notAcceptedYet, .authSecretMissing, .missingPeerConfig].contains(self)
    }
}
