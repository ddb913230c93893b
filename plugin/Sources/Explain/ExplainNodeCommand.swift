package import ArgumentParser
import BGPResources
import KubeClient
import KubeModel
import Planning

/// `explain node`: which configuration a node has, and why this one or none.
package struct ExplainNodeCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Explain which BGPClusterConfig configures a node, and why.",
        discussion: """
            Exit status 3 says that no BGPClusterConfig configures the node, or that something of its configuration is \
            missing or in conflict.

              kubectl bgp explain node worker-1
            """,
        aliases: ["no", "nodes"]
    )

    @Argument(help: ArgumentHelp("The nodes.", valueName: "node"))
    package var names: [String]

    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        let explanations = try await clusters.withCluster(connection) { cluster in
            let snapshot = try await Self.snapshot(of: cluster, console)
            return try names.map { name in
                guard let explanation = explainNode(name, in: snapshot, now: console.now()) else {
                    throw CommandFailure(message: "Error from server (NotFound): nodes \"\(name)\" not found")
                }
                return explanation
            }
        }
        switch output.output {
        case .json, .yaml:
            let items = try explanations.map { try JSON.tree($0) }
            let document = items.count == 1 ? items[0] : .list("NodeExplanationList", items: items)
            try console.write(document, as: output.output)
        case .name:
            for explanation in explanations { try console.output.write("node/\(explanation.node)".onOneLine + "\n") }
        case .table, .wide, .github:
            let palette = output.tableStyle(on: console).palette
            try console.output.write(explanations.map { text($0, palette) }.joined(separator: "\n"))
        }
        return explanations.contains(where: \.hasFindings) ? .findings : .success
    }

    /// What rendering looks at, without Secrets, which who explains need not see.
    private static func snapshot(of cluster: Cluster, _ console: Console) async throws -> ClusterSnapshot {
        let nodes = try await cluster.list(Node.self)
        let clusterConfigs = try await cluster.list(BGPClusterConfig.self)
        let peerConfigs = try await cluster.list(BGPPeerConfig.self)
        let overrides = try await cluster.list(BGPNodeConfigOverride.self)
        let nodeConfigs = try await cluster.list(BGPNodeConfig.self)
        nodes.report(on: console)
        clusterConfigs.report(on: console)
        peerConfigs.report(on: console)
        overrides.report(on: console)
        nodeConfigs.report(on: console)
        return ClusterSnapshot(
            nodes: nodes.items,
            clusterConfigs: clusterConfigs.items,
            peerConfigs: peerConfigs.items,
            overrides: overrides.items,
            nodeConfigs: nodeConfigs.items,
            secrets: KnownSecrets(usable: Set(peerConfigs.items.compactMap { $0.spec.authSecretRef }))
        )
    }

    private func text(_ explanation: NodeExplanation, _ palette: Palette) -> String {
        let title = [
            palette.paint("Node \(explanation.node)".onOneLine, .strong),
            "  Configured by:  \(explanation.clusterConfig.map { "BGPClusterConfig/\($0)" } ?? "none")".onOneLine,
        ]
        let reasons = explanation.reasons.flatMap { ReasonLines($0, about: []).lines(palette) }
        return (title + reasons.map { "  " + $0 }).map { $0 + "\n" }.joined()
    }
}
