import CoreMetrics
import PlainMetrics
import Planning

/// What swift-metrics is told of the node, and of routes that are wanted and not announced.
struct NodeMetrics: Sendable {
    /// The states of a drain, in the words of the condition `Drained`.
    private static let drainStates: [DrainCondition.Reason] = [.inService, .shuttingDown, .lastAnnouncer, .drained]

    private let datapathReady: Gauge
    private let drainStates: [DrainCondition.Reason: Gauge]
    private let savedState: Gauge
    private let pausedPrefixes: Gauge
    private let heldOfServices: Gauge
    private let heldOfNamespaces: Gauge

    /// Counts in a backend, under names of the whole program.
    init(_ factory: any MetricsFactory) {
        datapathReady = MetricDescription.datapathReady.gauge(in: factory)
        drainStates = Dictionary(
            uniqueKeysWithValues: Self.drainStates.map {
                ($0, MetricDescription.drainState.gauge([$0.rawValue], in: factory))
            }
        )
        savedState = MetricDescription.runningOnSavedState.gauge(in: factory)
        pausedPrefixes = MetricDescription.prefixesPaused.gauge(in: factory)
        heldOfServices = MetricDescription.routesOverBound.gauge(["service"], in: factory)
        heldOfNamespaces = MetricDescription.routesOverBound.gauge(["namespace"], in: factory)
    }

    /// Whether the node forwards service traffic, and whether it is drained.
    func show(_ gates: NodeGates) {
        datapathReady.record(gates.dataPath.isOpen ? 1 : 0)
        let present: DrainCondition.Reason =
            switch gates.drain {
            case .none: .inService
            case .shuttingDown: .shuttingDown
            case .drained(let keeping): keeping.isEmpty ? .drained : .lastAnnouncer
            }
        for (state, gauge) in drainStates { gauge.record(state == present ? 1 : 0) }
    }

    /// Whether an earlier run's state stands in for the API server's.
    func runsOnSavedState(_ holds: Bool) { savedState.record(holds ? 1 : 0) }

    /// How many prefixes wait because they flap.
    func paused(_ count: Int) { pausedPrefixes.record(count) }

    /// How many routes are held back because tenants bring too much.
    func held(_ excesses: [BoundExcess]) {
        var counts = (service: 0, namespace: 0)
        for excess in excesses {
            switch excess.tenant {
            case .service: counts.service += excess.routes
            case .namespace: counts.namespace += excess.routes
            }
        }
        heldOfServices.record(counts.service)
        heldOfNamespaces.record(counts.namespace)
    }
}
