/// Clusters as kubeconfig files name them.
package struct KubernetesConnector: ClusterConnector {
    private let console: Console

    /// Makes a connector that says what it has to say on this console.
    package init(console: Console) {
        self.console = console
    }

    package func withCluster<Result: Sendable>(
        _ options: ConnectionOptions,
        _ work: (Cluster) async throws -> Result
    ) async throws -> Result {
        throw CommandFailure.error("no configuration has been provided")
    }

    package func configuredNames(_ options: ConnectionOptions) -> ConfiguredNames {
        ConfiguredNames()
    }
}
