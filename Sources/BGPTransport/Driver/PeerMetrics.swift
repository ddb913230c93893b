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
    private var families: [Family: FamilyGauges] = [:]

    /// The gauges of one family, made once: finding them by their labels costs more than all else that is published.
    private struct FamilyGauges {
        let desired: Gauge
        let heldBack: Gauge
        let advertised: Gauge
        let received: Gauge
        let notKept: Gauge

        init(_ family: Family, _ labels: [(String, String)]) {
            let labels = labels + [("family", family.description)]
            desired = Gauge(label: "bgp_prefixes_desired", dimensions: labels)
            heldBack = Gauge(label: "bgp_prefixes_held_back", dimensions: labels)
            advertised = Gauge(label: "bgp_prefixes_advertised", dimensions: labels)
            received = Gauge(label: "bgp_prefixes_received", dimensions: labels)
            notKept = Gauge(label: "bgp_prefixes_not_kept", dimensions: labels)
        }

        func record(_ counters: PeerSnapshot.FamilyCounters) {
            desired.record(counters.desired)
            heldBack.record(counters.heldBack)
            advertised.record(counters.announced)
            received.record(counters.received)
            notKept.record(counters.notKept)
        }
    }

    init(_ id: PeerID, address: ScopedAddress) {
        labels = [("instance", id.instance), ("peer", id.peer), ("peer_address", address.description)]
        up = Gauge(label: "bgp_session_up", dimensions: labels)
        state = Gauge(label: "bgp_session_state", dimensions: labels)
        transitions = Counter(label: "bgp_session_established_transitions_total", dimensions: labels)
    }

    /// Sets all gauges from a snapshot.
    ///
    /// The state is its number in the BGP MIB: 1 for Idle to 6 for Established (RFC 4273, bgpPeerState).
    mutating func record(_ snapshot: PeerSnapshot) {
        up.record(snapshot.state == .established ? 1 : 0)
        state.record((PeerState.allCases.firstIndex(of: snapshot.state) ?? 0) + 1)
        for counters in snapshot.families {
            let gauges = families[counters.family] ?? FamilyGauges(counters.family, labels)
            families[counters.family] = gauges
            gauges.record(counters)
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
        // What nobody has assigned is counted together, since each value that a peer makes up would be kept for ever.
        let isAssigned = error.isAssigned
        let code = [
            ("code", isAssigned ? "\(error.code.rawValue)" : "other"),
            ("subcode", isAssigned ? "\(error.subcode)" : "other"),
        ]
        Counter(label: label, dimensions: labels + code).increment()
    }
}
