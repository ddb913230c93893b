package import PlainMetrics

/// What is counted of requests to the API server, of what is followed there, and of what is known.
extension MetricDescription {
    static let apiRequests = counter(
        "martlet_api_requests_total",
        "Requests to the API server by their answer's HTTP status; code error is no answer",
        labels: ["verb", "resource", "code"]
    )
    static let apiRequestDuration = histogram(
        "martlet_api_request_duration_seconds",
        "Time from a request to its whole answer, of a watch to the head of its answer; requests sent in bulk are not timed",
        labels: ["verb", "resource", "code"],
        buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    )
    static let watchRestarts = counter(
        "martlet_watch_restarts_total",
        """
        Watches that ended and were begun anew: closed by the server as it does now and then, expired since what was known \
        was too old to go on from, or error
        """,
        labels: ["resource", "reason"]
    )
    static let watchConnected = gauge(
        "martlet_watch_connected",
        "Watches of the resource that are open; 0 when it is not followed at the moment",
        labels: ["resource"]
    )
    static let watchDoubts = counter(
        "martlet_watch_doubts_total",
        "Times that all was listed anew since what was followed may not be the API server's past, by why",
        labels: ["resource", "doubt"]
    )
    static let listFailures = counter(
        "martlet_list_failures_total",
        "Lists that failed, by why",
        labels: ["resource", "reason"]
    )
    static let watchFailures = counter(
        "martlet_watch_failures_total",
        "Watches that failed, by why",
        labels: ["resource", "reason"]
    )
    static let storeObjects = gauge(
        "martlet_store_objects",
        "Objects of the kind that the program knows",
        labels: ["kind"]
    )
    static let eventsDropped = counter(
        "martlet_events_dropped_total",
        "Kubernetes events that were not written: there were too many, or the API server did not take them"
    )

    /// All of them.
    package static let ofKubeClient = [
        apiRequests, apiRequestDuration, watchRestarts, watchConnected, watchDoubts, listFailures, watchFailures,
        storeObjects,
        eventsDropped,
    ]
}
