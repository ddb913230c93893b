import FoundationEssentials
import KubeClient
import KubeServerConformance
import LabAPIServer
import Testing

/// The cluster of `KUBECONFIG` takes part when this says so.
let testsRealCluster = ProcessInfo.processInfo.environment["MARTLET_CLUSTER_TESTS"] == "1"

@Suite struct ConformanceTests {
    @Test(.timeLimit(.minutes(10)), arguments: ConformanceScenario.all)
    func `the lab passes the conformance suite of a Kubernetes API`(scenario: ConformanceScenario) async throws {
        try await withLabServer { server, url in
            try await withTransport(KubeEndpoint(server: url)) { transport in
                try await ConformanceCluster(transport: transport, namespace: "conformance") { server.store.compact() }
                    .run(scenario)
            }
        }
    }

    @Test(
        .enabled(if: testsRealCluster, "set MARTLET_CLUSTER_TESTS=1 and KUBECONFIG"),
        .timeLimit(.minutes(10)),
        arguments: ConformanceScenario.all
    )
    func `the cluster of KUBECONFIG passes the conformance suite of a Kubernetes API`(scenario: ConformanceScenario)
        async throws
    {
        let namespace = "conformance-\(UUID().uuidString.prefix(8).lowercased())"
        try await withTransport(try KubeEndpoint.discover()) { transport in
            try await ConformanceCluster(transport: transport, namespace: namespace).run(scenario)
        }
    }
}
