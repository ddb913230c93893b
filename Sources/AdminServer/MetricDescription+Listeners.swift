package import PlainMetrics

/// What the listeners of health, metrics and state count.
extension MetricDescription {
    static let connectionsEvicted = counter(
        "martlet_admin_connections_evicted_total",
        "Connections that were closed before they were answered, to make room for new ones",
        labels: ["listener"]
    )
    static let connectionsRefused = counter(
        "martlet_admin_connections_refused_total",
        "Connections that were turned away since all others were being answered",
        labels: ["listener"]
    )
    static let connectionsOverdue = counter(
        "martlet_admin_connections_overdue_total",
        "Connections that were closed since a request, or the taking of an answer, took too long",
        labels: ["listener"]
    )
    static let pagesRefused = counter(
        "martlet_admin_pages_refused_total",
        "Pages that were refused since too many were asked for at a time",
        labels: ["listener"]
    )

    /// All of them.
    package static let ofListeners = [connectionsEvicted, connectionsRefused, connectionsOverdue, pagesRefused]
}
