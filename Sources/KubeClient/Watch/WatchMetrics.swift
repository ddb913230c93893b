import Metrics

/// What swift-metrics is told of watches.
enum WatchMetrics {
    /// Counts that a kind is listed anew since what was followed may not be the server's past.
    static func count(_ doubt: WatchStateMachine.Doubt, _ kind: String) {
        Counter(label: "kube_watch_restarts_total", dimensions: [("kind", kind), ("doubt", doubt.rawValue)]).increment()
    }
}
