import BGPEngine
import BGPTypes
import BGPWire
import CoreMetrics
import NIOCore
import PlainMetrics
import PlainText

/// What swift-metrics is told about one peer; all of it goes with the peer.
///
/// Handles are made once: finding one by its labels costs more than all else that is counted.
struct PeerMetrics {
    private let factory: any MetricsFactory
    private let peer: [String]
    private let up: Gauge
    private let state: Gauge
    private let since: Gauge
    private let transitions: Counter
    private let sent: MessageCounters
    private let received: MessageCounters
    private var families: [RouteFamily: FamilyGauges] = [:]
    private var notifications: [NotificationKind: Counter] = [:]
    private var failures: [FailureReason: Counter] = [:]
    private var isGone = false

    private struct FamilyGauges {
        let desired: Gauge
        let heldBack: Gauge
        let advertised: Gauge
        let received: Gauge
        let notKept: Gauge

        init(_ gauge: (MetricDescription) -> Gauge) {
            desired = gauge(.prefixesDesired)
            heldBack = gauge(.prefixesHeldBack)
            advertised = gauge(.prefixesAdvertised)
            received = gauge(.prefixesReceived)
            notKept = gauge(.prefixesNotKept)
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
        let metric: MetricDescription
        let code: String
        let subcode: String
    }

    init(_ id: PeerID, _ configuration: PeerConfiguration, factory: any MetricsFactory) {
        self.factory = factory
        let peer = [id.instance, id.peer, configuration.remote.description, configuration.remoteAS.description]
        self.peer = peer
        up = MetricDescription.sessionUp.gauge(peer, in: factory)
        state = MetricDescription.sessionState.gauge(peer, in: factory)
        since = MetricDescription.sessionSince.gauge(peer, in: factory)
        transitions = MetricDescription.sessionTransitions.counter(peer, in: factory)
        sent = MessageCounters { MetricDescription.messagesSent.counter(peer + [$0], in: factory) }
        received = MessageCounters { MetricDescription.messagesReceived.counter(peer + [$0], in: factory) }
    }

    /// Sets all gauges from a snapshot; those of families that are no more are dropped.
    ///
    /// The state is its number in the BGP MIB: 1 for Idle to 6 for Established (RFC 4273, bgpPeerState).
    mutating func record(_ snapshot: PeerSnapshot) {
        guard !isGone else { return }
        up.record(snapshot.state == .established ? 1 : 0)
        state.record(SessionState.allCases.firstIndex(of: snapshot.state) ?? 0)
        since.record(snapshot.since.secondsSinceEpoch)
        for counters in snapshot.families {
            let labels = peer + [counters.family.description]
            let gauges = families[counters.family] ?? FamilyGauges { $0.gauge(labels, in: factory) }
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

    /// Counts a failure as it is told to people.
    mutating func failed(_ reason: FailureReason) {
        guard !isGone else { return }
        let counter =
            failures[reason] ?? MetricDescription.sessionFailures.counter(peer + [reason.rawValue], in: factory)
        failures[reason] = counter
        counter.increment()
    }

    func messageSent(_ message: Message) {
        guard !isGone else { return }
        sent.count(message)
    }

    /// Counts what was encoded before, whole messages.
    func messagesSent(_ bytes: ByteBuffer) {
        guard !isGone else { return }
        sent.count(bytes)
    }

    func messageReceived(_ message: Message) {
        guard !isGone else { return }
        received.count(message)
    }

    mutating func notificationSent(_ error: NotificationError) {
        count(.notificationsSent, error)
    }

    mutating func notificationReceived(_ error: NotificationError) {
        count(.notificationsReceived, error)
    }

    /// Drops all series of the peer, which is removed; nothing is recorded for it any more.
    mutating func destroy() {
        guard !isGone else { return }
        isGone = true
        for gauge in [up, state, since] { gauge.destroy() }
        transitions.destroy()
        sent.destroy()
        received.destroy()
        families.values.forEach { $0.destroy() }
        notifications.values.forEach { $0.destroy() }
        failures.values.forEach { $0.destroy() }
        families = [:]
        notifications = [:]
        failures = [:]
    }

    private mutating func count(_ metric: MetricDescription, _ error: NotificationError) {
        guard !isGone else { return }
        // What nobody has assigned is counted together, since each value that a peer makes up would be kept as long as it is.
        let isAssigned = error.isAssigned
        let kind = NotificationKind(
            metric: metric,
            code: isAssigned ? "\(error.code.rawValue)" : "other",
            subcode: isAssigned ? "\(error.subcode)" : "other"
        )
        let counter = notifications[kind] ?? metric.counter(peer + [kind.code, kind.subcode], in: factory)
        notifications[kind] = counter
        counter.increment()
    }
}
