import BGPEngine
package import BGPTransport
package import KubeClient
package import KubeModel

/// Finds what is worth an event when sessions change: one that came up, one that ended, and a new reason for one that
/// does not come up.
package struct SessionTransitions {
    private struct Seen {
        var isUp: Bool
        var establishedTransitions: Int
        var failure: PeerSnapshot.Failure?
    }

    private var seen: [PeerID: Seen] = [:]

    /// Has seen nothing yet.
    package init() {}

    /// The events of all that changed since the last look, by peer.
    package mutating func events(_ peers: [PeerSnapshot], on subject: Event.Subject) -> [EventRecorder.Entry] {
        var entries: [EventRecorder.Entry] = []
        for peer in peers {
            let now = Seen(
                isUp: peer.state == .established,
                establishedTransitions: peer.establishedTransitions,
                failure: peer.lastFailure
            )
            let before = seen.updateValue(now, forKey: peer.id) ?? Seen(isUp: false, establishedTransitions: 0)
            let place = "peer \(peer.id) at \(peer.configuration.remote)"
            let didComeUp = now.establishedTransitions > before.establishedTransitions
            if let failure = now.failure, failure.time != before.failure?.time {
                // A peer that is dialled again and again fails for the same reason again and again.
                let isNews = before.isUp || failure.explanation.reason != before.failure?.explanation.reason
                if isNews {
                    entries.append(
                        entry(
                            .warning,
                            failure.explanation.reason.rawValue,
                            subject,
                            "\(place): \(failure.explanation)"
                        )
                    )
                }
            } else if before.isUp, !now.isUp {
                entries.append(entry(.normal, "SessionClosed", subject, "\(place): the session was ended on this side"))
            }
            if didComeUp { entries.append(entry(.normal, "SessionEstablished", subject, "\(place): established")) }
        }
        let present = Set(peers.map(\.id))
        for id in seen.keys.sorted() where !present.contains(id) {
            let isUp = seen.removeValue(forKey: id)?.isUp ?? false
            if isUp { entries.append(entry(.normal, "SessionClosed", subject, "peer \(id): no longer configured")) }
        }
        return entries
    }

    private func entry(
        _ level: Event.Level,
        _ reason: String,
        _ subject: Event.Subject,
        _ note: String
    ) -> EventRecorder.Entry {
        EventRecorder.Entry(level: level, reason: reason, action: "HoldSession", regarding: subject, note: note)
    }
}
