package import ArgumentParser
import BGPResources
import BGPTypes
import Inspection
import KubeClient
import KubeModel
import PlainText
import Planning

/// `explain node`: which configuration a node has, and why this one or none.
package struct ExplainNodeCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Explain which BGPClusterConfig configures a node, and why.",
        discussion: """
            Exit status 3 says that no BGPClusterConfig configures the node, that something of its configuration is \
            missing or in conflict, that a session is down, that its BGPNodeConfigOverride names what is not there, or \
            that the node is drained, or is to be in words nobody understands.

              kubectl bgp explain node worker-1
            """,
        aliases: ["no", "nodes"]
    )

    @Argument(help: ArgumentHelp("The nodes.", valueName: "node"))
    package var names: [String]

    @Option(help: ArgumentHelp("Namespace of the installation, where the operator's pod is.", valueName: "namespace"))
    package var speakerNamespace: String = "martlet-system"

    @OptionGroup package var follow: FollowOptions
    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        try await clusters.withCluster(connection) { cluster in
            let printer = ExplanationPrinter<NodeExplanation>(
                console: console,
                output: output,
                name: { "node/\($0.node)" },
                text: { text($0, $1.palette, now: console.now()) }
            )
            var objects = try await ExplainedObjects.explainingNodes(of: cluster)
            objects.add(await Deletions(of: cluster, namespace: speakerNamespace))
            for warning in objects.warnings { console.warn(warning) }
            objects.deletions.report(on: console)
            let snapshot = objects.snapshot
            let explanations = names.compactMap { explainNode($0, in: snapshot, now: console.now()) }
            let known = Set(explanations.map(\.node))
            let absent = MissingNames(
                names.filter { !known.contains($0) }.map { CommandFailure(absentNode: $0) }
            )
            try absent.throwIfAllMissing(of: names.count)
            let stores = follow.watch ? ExplainedStores(services: false, namespace: nil) : nil
            try await printer.show(explanations, following: stores, on: cluster) { objects in
                names.compactMap { explainNode($0, in: objects.snapshot, now: console.now()) }
            }
            absent.report(on: console)
            if !absent.isEmpty { return .failure }
            return explanations.contains(where: \.hasFindings) ? .findings : .success
        }
    }

    private func text(_ explanation: NodeExplanation, _ palette: Palette, now: Timestamp) -> String {
        var lines = [
            palette.paint("Node \(explanation.node)".onOneLine, .strong),
            "  Configured by:  \(explanation.clusterConfig.map { "BGPClusterConfig/\($0)" } ?? "none")".onOneLine,
        ]
        var title = "Sessions:     "
        for session in explanation.sessions ?? [] {
            let since = session.since.map { " for \(Age(from: $0, to: now))" } ?? ""
            lines.append(
                "  \(title)  \(session.peer) (\(session.instance)) \(session.state.rawValue)\(since)".onOneLine
            )
            title = "              "
        }
        if let drain = explanation.drain {
            lines.append("  Drain:          \(drain.reason), \(drain.message)".onOneLine)
        }
        let reasons = explanation.reasons.flatMap { ReasonLines($0, about: []).lines(palette) }
        return (lines + reasons.map { "  " + $0 }).map { $0 + "\n" }.joined()
    }
}
