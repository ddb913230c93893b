import AdminServer
import BGPTransport
import KubeClient
package import PlainMetrics

/// What a speaker measures of its node.
extension MetricDescription {
    static let datapathReady = gauge(
        "martlet_datapath_ready",
        "1 while the node can forward what it attracts, or nobody is asked; 0 while service routes wait for it"
    )
    static let drainState = gauge(
        "martlet_drain_state",
        """
        1 for how far the node is on its way out of service, as the condition Drained has it: InService, ShuttingDown, \
        LastAnnouncer or Drained; 0 for the others
        """,
        labels: ["state"]
    )
    static let runningOnSavedState = gauge(
        "martlet_running_on_saved_state",
        "1 while what an earlier run saved is announced since the API server does not answer"
    )
    static let prefixesPaused = gauge(
        "martlet_bgp_prefixes_paused",
        "Prefixes that wait to be announced again since they flap"
    )
    static let routesOverBound = gauge(
        "martlet_bgp_routes_over_bound",
        "Routes that are not announced since a service or a namespace brings more than the speaker's bound for one",
        labels: ["bound"]
    )

    /// All of them.
    static let ofNode = [datapathReady, drainState, runningOnSavedState, prefixesPaused, routesOverBound]
}

extension SpeakerProgram {
    /// All metrics of a speaker, as the program has them.
    package static let metrics: [MetricDescription] =
        MetricDescription.ofProgram + MetricDescription.ofListeners + MetricDescription.ofKubeClient
        + MetricDescription.ofSessions + MetricDescription.ofNode
}
