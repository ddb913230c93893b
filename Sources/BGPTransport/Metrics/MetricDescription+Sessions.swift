package import PlainMetrics

/// What is counted of sessions and their routes.
extension MetricDescription {
    /// What names a peer.
    private static let peer = ["bgp_instance", "peer", "peer_address", "peer_asn"]

    static let sessionUp = gauge("martlet_bgp_session_up", "1 while the session is established, else 0", labels: peer)
    static let sessionState = gauge(
        "martlet_bgp_session_state",
        "State of the session as in the BGP MIB (RFC 4273): 1 Idle, 2 Connect, 3 Active, 4 OpenSent, 5 OpenConfirm, 6 Established",
        labels: peer
    )
    static let sessionTransitions = counter(
        "martlet_bgp_session_established_transitions_total",
        "Times that the session came to be established",
        labels: peer
    )
    static let sessionSince = gauge(
        "martlet_bgp_session_since_timestamp_seconds",
        "When the session came to be in its state, in seconds since the start of 1970",
        labels: peer
    )
    static let sessionFailures = counter(
        "martlet_bgp_session_failures_total",
        "Failures of the session and of attempts at it, by their reason as lastError of the BGPNodeConfig has it",
        labels: peer + ["reason"]
    )
    static let prefixesDesired = gauge(
        "martlet_bgp_prefixes_desired",
        "Routes that are to be announced to the peer, those that a limit holds back not counted",
        labels: peer + ["family"]
    )
    static let prefixesHeldBack = gauge(
        "martlet_bgp_prefixes_held_back",
        "Routes that announceLimit holds back from the peer",
        labels: peer + ["family"]
    )
    static let prefixesAdvertised = gauge(
        "martlet_bgp_prefixes_advertised",
        "Routes that are announced on the present session",
        labels: peer + ["family"]
    )
    static let prefixesReceived = gauge(
        "martlet_bgp_prefixes_received",
        "Prefixes that the peer announced on the present session",
        labels: peer + ["family"]
    )
    static let prefixesNotKept = gauge(
        "martlet_bgp_prefixes_not_kept",
        "Prefixes that the peer announced and that are counted and not kept",
        labels: peer + ["family"]
    )
    static let messagesSent = counter(
        "martlet_bgp_messages_sent_total",
        "BGP messages that were sent to the peer, by type",
        labels: peer + ["type"]
    )
    static let messagesReceived = counter(
        "martlet_bgp_messages_received_total",
        "BGP messages that the peer sent and that could be read, by type",
        labels: peer + ["type"]
    )
    static let notificationsSent = counter(
        "martlet_bgp_notifications_sent_total",
        "NOTIFICATION messages that were sent, by error code and subcode; those that nobody has assigned are other together",
        labels: peer + ["code", "subcode"]
    )
    static let notificationsReceived = counter(
        "martlet_bgp_notifications_received_total",
        "NOTIFICATION messages of the peer, by error code and subcode; those that nobody has assigned are other together",
        labels: peer + ["code", "subcode"]
    )
    static let convergence = histogram(
        "martlet_bgp_convergence_seconds",
        """
        Time from the watch event that changed routes to the last UPDATE for it, to whichever peer of the instance, that the \
        kernel took
        """,
        labels: ["bgp_instance"],
        buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
    )
    static let acceptPauses = counter(
        "martlet_bgp_accept_pauses_total",
        "Times that connections had to wait for a second since the system had no room for them",
        labels: ["bgp_instance"]
    )

    /// All of them.
    package static let ofSessions = [
        sessionUp, sessionState, sessionTransitions, sessionSince, sessionFailures, prefixesDesired, prefixesHeldBack,
        prefixesAdvertised, prefixesReceived, prefixesNotKept, messagesSent, messagesReceived, notificationsSent,
        notificationsReceived, convergence, acceptPauses,
    ]
}
