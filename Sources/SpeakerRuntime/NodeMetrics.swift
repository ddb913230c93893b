import CoreMetrics
import PlainMetrics
import Planning

/// The node's figures as metrics.
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

    /// Shows figures in the place of those before.
    func show(_ figures: NodeFigures) {
        datapathReady.record(figures.isDataPathReady ? 1 : 0)
        for (state, gauge) in drainStates { gauge.record(state == figures.drain ? 1 : 0) }
        savedState.record(figures.isOnSavedState ? 1 : 0)
        pausedPrefixes.record(figures.pausedPrefixes)
        let excesses = figures.excessCounts
        heldOfServices.record(excesses.ofServices)
        heldOfNamespaces.record(excesses.ofNamespaces)
    }
}
