import Addressing
import BGPEngine
import BGPWire
import Metrics

/// What swift-metrics is told about one peer.
struct PeerMetrics: Sendable {
    private let labels: [(String, String)]
    private let up: Gauge
    private let state: Gauge
    private let transitions: Counter

    init(_ id: PeerID, address: ScopedAddress) {
        labels = [("instance", id.instance), ("peer", id.peer), ("peer_address", address.description)]
        up = Gauge(label: "bgp_session_up", dimensions: labels)
        state = Gauge(label: "bgp_session_state", dimensions: labels)
        transitions = Counter(label: "bgp_session_established_transitions_total", dimensions: labels)
    }

    /// Sets all gauges from a snapshot.
    ///
    /// The state is its number in the BGP MIB: 1 for Idle to 6 for Established (RFC 4273, bgpPeerState).
    func record(_ snapshot: PeerSnapshot) {
        up.record(snapshot.state == .established ? 1 : 0)
        state.record((PeerState.allCases.firstIndex(of: snapshot.state) ?? 0) + 1)
        for counters in snapshot.families {
            let labels = labels + [("family", counters.family.description)]
            Gauge(label: "bgp_prefixes_desired", dimensions: labels).record(counters.desired)
            Gauge(label: "bgp_prefixes_advertised", dimensions: labels).record(counters.announced)
            Gauge(label: "bgp_prefixes_received", dimensions: labels).record(counters.received)
        }
    }

    func established() {
        transitions.increment()
    }

    func notificationSent(_ error: NotificationError) {
        count("bgp_notifications_sent_total", error)
    }

    func notificationReceived(_ error: NotificationError) {
        count("bgp_notifications_received_total", error)
    }

    private func count(_ label: String, _ error: NotificationError) {
        let code = [("code", "\(error.code.rawValue)"), ("subcode", "\(error.subcode)")]
        Counter(label: label, dimensions: labels + code).increment()
    }
}
