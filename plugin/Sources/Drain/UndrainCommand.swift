package import ArgumentParser
import BGPResources
import KubeClient
import KubeJSON
import KubeModel
import Planning

/// `undrain`: puts drained nodes back into service.
package struct UndrainCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "undrain",
        abstract: "Put drained nodes back into service.",
        discussion: """
            Removes the annotations that drain wrote. Takes the right to patch nodes.

              kubectl bgp undrain worker-1
            """
    )

    @OptionGroup package var drain: DrainOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { .table }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        let timeout = try RequestTimeout(drain.timeout)
        let annotations: JSONValue = [
            DrainRequest.annotation: .null, DrainRequest.gracePeriodAnnotation: .null,
            DrainRequest.requestAnnotation: .null,
        ]
        return try await clusters.withCluster(connection) { cluster in
            let nodes = try await DrainedNodes(drain.names, leaving: nil, of: cluster, on: console)
            try await nodes.annotate(annotations, saying: "drain ended", on: console)
            if drain.wait {
                _ = try await nodes.wait(timeout, on: console) { $0 == .inService }
            }
            return .success
        }
    }
}
