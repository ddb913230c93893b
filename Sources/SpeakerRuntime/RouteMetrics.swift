import CoreMetrics
import Metrics
import Planning

/// What swift-metrics is told of routes that are wanted and not told.
struct RouteMetrics: Sendable {
    private let pausedPrefixes: Gauge
    private let heldOfServices: Gauge
    private let heldOfNamespaces: Gauge

    /// Counts in a backend, under names of the whole program.
    init(_ factory: any MetricsFactory) {
        func overBound(_ bound: String) -> Gauge {
            Gauge(label: "bgp_routes_over_bound", dimensions: [("bound", bound)], factory: factory)
        }
        pausedPrefixes = Gauge(label: "bgp_prefixes_paused", factory: factory)
        heldOfServices = overBound("service")
        heldOfNamespaces = overBound("namespace")
    }

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
