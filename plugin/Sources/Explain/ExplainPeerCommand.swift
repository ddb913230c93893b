package import ArgumentParser
import BGPResources
import Inspection
import KubeClient
import KubeModel
import Planning

/// `explain peer`: how the sessions with a peer stand, what they carry, and what would change it.
package struct ExplainPeerCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Explain the sessions with a peer: why they are down, what they carry, what would change it.",
        discussion: """
            For every node that has the peer: the session's state, what both sides agreed on, the last error with its \
            cause and fix, for each family the labels that choose BGPAdvertisements and the routes these lead to, and \
            where what is on the wire differs from what is decided.

            Exit status 3 says that a session is down, carries nothing that it should, or differs from the decision.

              kubectl bgp explain peer tor-a
              kubectl bgp explain peer 10.0.0.254 --node worker-1
            """,
        aliases: ["peers", "neighbor"]
    )

    @Argument(help: ArgumentHelp("The peers, by name or address.", valueName: "peer"))
    package var names: [String]

    @OptionGroup package var follow: FollowOptions
    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        try await clusters.withCluster(connection) { cluster in
            let printer = ExplanationPrinter<PeerExplanation>(
                console: console,
                output: output,
                name: { "\($0.node)/\($0.instance)/\($0.peer)" },
                text: { PeerExplanationText($0, style: $1, now: console.now()).text }
            )
            let world = try await ClusterObservation(.explainingRoutes(of: cluster), of: cluster, in: scope)
            try world.absentNodes.throwIfAllMissing(of: scope.nodes?.count ?? 0)
            world.report(on: console)
            let found = names.map { explainPeer($0, in: world.cluster) }
            let explanations = found.flatMap { $0 }
            let absent = MissingNames(zip(names, found).filter { $0.1.isEmpty }.map { absence(of: $0.0) })
            try absent.throwIfAllMissing(of: names.count)
            let stores = follow.watch ? ExplainedStores(services: true, namespace: nil) : nil
            try await printer.show(explanations, following: stores, on: cluster) { objects in
                let world = try await ClusterObservation(objects, of: cluster, in: scope)
                return names.flatMap { explainPeer($0, in: world.cluster) }
            }
            absent.report(on: console)
            world.absentNodes.report(on: console)
            if !absent.isEmpty || !world.absentNodes.isEmpty || explanations.contains(where: { $0.differences == nil })
            {
                return .failure
            }
            return explanations.contains(where: \.hasFindings) ? .findings : .success
        }
    }

    private func absence(of name: String) -> CommandFailure {
        .error(
            "no node has a peer \"\(name)\"\(scope.nodes == nil ? "" : " among those named by --node")",
            hint: "\"kubectl bgp peers\" lists them."
        )
    }
}

extension PeerExplanation {
    /// Whether the session is down, carries nothing that it should, or is not as decided.
    package var hasFindings: Bool {
        (reasons + families.flatMap(\.reasons)).contains { $0.effect == .prevents }
            || !(differences ?? []).isEmpty
    }
}
