import AdminServer
import KubeClient
package import PlainMetrics

/// What an operator tells of its work, and its leader of the cluster.
extension MetricDescription {
    static let leader = gauge("martlet_leader", "1 on the replica that leads, which alone renders and gives addresses")
    static let reconciles = counter(
        "martlet_reconcile_total",
        "Rounds of the controller: success, or error where the API server refused a write or did not answer",
        labels: ["controller", "result"]
    )
    static let reconcileDuration = histogram(
        "martlet_reconcile_duration_seconds",
        "Time of a round, its writes included",
        labels: ["controller"],
        buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
    )
    static let reconcileLastSuccess = gauge(
        "martlet_reconcile_last_success_timestamp_seconds",
        "When the controller's last round without a failure ended, in seconds since the start of 1970; on the leader",
        labels: ["controller"]
    )
    static let poolAddresses = gauge(
        "martlet_pool_addresses",
        "Addresses of the pool's blocks; on the leader",
        labels: ["pool", "family"]
    )
    static let poolAddressesUsed = gauge(
        "martlet_pool_addresses_used",
        "Addresses of the pool that services have; on the leader",
        labels: ["pool", "family"]
    )
    static let poolAddressesAvailable = gauge(
        "martlet_pool_addresses_available",
        "Addresses that the pool can still hand out, 0 while it is disabled or in conflict; on the leader",
        labels: ["pool", "family"]
    )
    static let poolDisabled = gauge(
        "martlet_pool_disabled",
        "1 while spec.disabled keeps the pool from handing out addresses; on the leader",
        labels: ["pool"]
    )
    static let poolConflict = gauge(
        "martlet_pool_conflict",
        "1 while a block of the pool overlaps another pool or a network of cluster IPs; on the leader",
        labels: ["pool"]
    )
    static let services = gauge(
        "martlet_services",
        "Services of type LoadBalancer that the operator serves: satisfied, or pending; on the leader",
        labels: ["state"]
    )
    static let nodes = gauge(
        "martlet_nodes",
        """
        Nodes of the BGPClusterConfig: selected by it, configured since they have a BGPNodeConfig from it, or ready since \
        their speaker confirmed that; on the leader
        """,
        labels: ["cluster_config", "state"]
    )
    static let sessions = gauge(
        "martlet_sessions",
        "Sessions of the BGPClusterConfig on all its nodes: expected, or established; on the leader",
        labels: ["cluster_config", "state"]
    )
    static let clusterConfigReady = gauge(
        "martlet_cluster_config_ready",
        "Condition Ready of the BGPClusterConfig: 1 true, 0 false, -1 unknown; on the leader",
        labels: ["cluster_config"]
    )

    /// All of them.
    static let ofFleet = [
        leader, reconciles, reconcileDuration, reconcileLastSuccess, poolAddresses, poolAddressesUsed,
        poolAddressesAvailable, poolDisabled, poolConflict,
        services,
        nodes, sessions, clusterConfigReady,
    ]
}

extension Operator {
    /// All metrics of an operator, as the program has them.
    package static let metrics: [MetricDescription] =
        MetricDescription.ofProgram + MetricDescription.ofListeners + MetricDescription.ofKubeClient
        + MetricDescription.ofFleet
}
