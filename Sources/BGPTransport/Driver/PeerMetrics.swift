import Addressing
import BGPEngine
import BGPWire
import CoreMetrics
import Metrics

/// What swift-metrics is told about one peer; all of it goes with the peer.
struct PeerMetrics {
    private let factory: any MetricsFactory
    private let labels: [(String, String)]
    private let up: Gauge
    private let state: Gauge
    private let transitions: Counter
    private var families: [Family: FamilyGauges] = [:]
    private var notifications: [NotificationKind: Counter] = [:]
    private var isGone = false

    /// The gauges of one family, made once: finding them by their labels costs more than all else that is published.
    private struct FamilyGauges {
        let desired: Gauge
        let heldBack: Gauge
        let advertised: Gauge
        let received: Gauge
        let notKept: Gauge

        init(_ family: Family, _ labels: [(String, String)], _ factory: any MetricsFactory) {
            let labels = labels + [("family", family.description)]
            desired = Gauge(label: "bgp_prefixes_desired", dimensions: labels, factory: factory)
            heldBack = Gauge(label: "bgp_prefixes_held_back", dimensions: labels, factory: factory)
            advertised = Gauge(label: "bgp_prefixes_advertised", dimensions: labels, factory: factory)
            received = Gauge(label: "bgp_prefixes_received", dimensions: labels, factory: factory)
            notKept = Gauge(label: "bgp_prefixes_not_kept", dimensions: labels, factory: factory)
        }

        func record(_ counters: PeerSnapshot.FamilyCounters) {
            desired.record(counters.desired)
            heldBack.record(counters.heldBack)
            advertised.record(counters.announced)
            received.record(counters.received)
            notKept.record(counters.notKept)
        }

        func destroy() {
            for gauge in [desired, heldBack, advertised, received, notKept] { gauge.destroy() }
        }
    }

    private struct NotificationKind: Hashable {
        let label: String
        let code: String
        let subcode: String
    }

    init(_ id: PeerID, address: ScopedAddress, factory: any MetricsFactory) {
        self.factory = factory
        labels = [("instance", id.instance), ("peer", id.peer), ("peer_address", address.description)]
        up = Gauge(label: "bgp_session_up", dimensions: labels, factory: factory)
        state = Gauge(label: "bgp_session_state", dimensions: labels, factory: factory)
        transitions = Counter(
            label: "bgp_session_established_transitions_total",
            dimensions: labels,
            factory: factory
        )
    }

    /// Sets all gauges from a snapshot; those of families that are no more are dropped.
    ///
    /// The state is its number in the BGP MIB: 1 for Idle to 6 for Established (RFC 4273, bgpPeerState).
    mutating func record(_ snapshot: PeerSnapshot) {
        guard !isGone else { return }
        up.record(snapshot.state == .established ? 1 : 0)
        state.record((PeerState.allCases.firstIndex(of: snapshot.state) ?? 0) + 1)
        for counters in snapshot.families {
            let gauges = families[counters.family] ?? FamilyGauges(counters.family, labels, factory)
            families[counters.family] = gauges
            gauges.record(counters)
        }
        guard families.count > snapshot.families.count else { return }
        let present = Set(snapshot.families.map(\.family))
        for (family, gauges) in families where !present.contains(family) {
            gauges.destroy()
            families[family] = nil
        }
    }

    func established() {
        guard !isGone else { return }
        transitions.increment()
    }

    mutating func notificationSent(_ error: NotificationError) {
        count("bgp_notifications_sent_total", error)
    }

    mutating func notificationReceived(_ error: NotificationError) {
        count("bgp_notifications_received_total", error)
    }

    /// Drops all series of the peer, which is removed; nothing is recorded for it any more.
    mutating func destroy() {
        guard !isGone else { return }
        isGone = true
        up.destroy()
        state.destroy()
        transitions.destroy()
        families.values.forEach { $0.destroy() }
        notifications.values.forEach { $0.destroy() }
        families = [:]
        notifications = [:]
    }

    private mutating func count(_ label: String, _ error: NotificationError) {
        guard !isGone else { return }
        // What nobody has assigned is counted together, since each value that a peer makes up would be kept as long as it is.
        let isAssigned = error.isAssigned
        let kind = NotificationKind(
            label: label,
            code: isAssigned ? "\(error.code.rawValue)" : "other",
            subcode: isAssigned ? "\(error.subcode)" : "other"
        )
        let code = [("code", kind.code), ("subcode", kind.subcode)]
        let counter =
            notifications[kind] ?? Counter(label: label, dimensions: labels + code, factory: factory)
        notifications[kind] = counter
        counter.increment()
    }
}
