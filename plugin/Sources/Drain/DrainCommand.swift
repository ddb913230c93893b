package import ArgumentParser
import BGPResources
import KubeClient
import KubeJSON
import KubeModel
import PlainText
import Planning

/// `drain`: takes nodes out of service without losing a connection that can move.
package struct DrainCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Take nodes out of service: their service routes move to other nodes, their sessions stay.",
        discussion: """
            Writes the annotation martlet.dev/drain on the Node. Its speaker first announces all service routes with \
            GRACEFUL_SHUTDOWN and the lowest preference, so that routers choose other nodes, and withdraws them after \
            the grace period. A prefix that no other node announces is kept, unless forced. Pods and scheduling are \
            left alone, as a cordon leaves routes alone. Takes the right to patch nodes.

            Exit status 3 says that something is kept because no other node announces it.

              kubectl bgp drain worker-1
              kubectl bgp drain worker-1 worker-2 --grace-period 60 --timeout 5m
            """
    )

    @OptionGroup package var drain: DrainOptions

    @Flag(help: "Withdraw even what no other node announces.")
    package var force = false

    @Option(
        help: ArgumentHelp(
            "Seconds between asking routers to prefer others and withdrawing, 0 to 3600 (default: 10).",
            valueName: "seconds"
        )
    )
    package var gracePeriod: Int?

    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { .table }

    package init() {}

    package func validate() throws {
        if let gracePeriod, !(0...3600).contains(gracePeriod) {
            throw ValidationError("invalid grace period \(gracePeriod), expected 0 to 3600 seconds")
        }
    }

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        let timeout = try RequestTimeout(drain.timeout)
        let request = console.now().microTime
        let annotations: JSONValue = [
            DrainRequest.annotation: .string(force ? "force" : "true"),
            DrainRequest.requestAnnotation: .string(request),
            DrainRequest.gracePeriodAnnotation: gracePeriod.map { .string(String($0)) } ?? .null,
        ]
        return try await clusters.withCluster(connection) { cluster in
            let nodes = try await DrainedNodes(drain.names, leaving: request, of: cluster, on: console)
            try await nodes.annotate(annotations, saying: "drain requested", on: console)
            guard drain.wait else { return .success }
            let kept = try await nodes.wait(timeout, on: console) { reason in
                switch reason {
                case .drained: true
                case .lastAnnouncer: !force
                case .inService, .invalidAnnotation, .shuttingDown: false
                }
            }
            .filter { $0.value != .drained }.keys.sorted()
            for node in kept {
                console.warn("node/\(node) still announces what no other node does; --force withdraws that too")
            }
            return kept.isEmpty ? .success : .findings
        }
    }
}
