package import ArgumentParser
import BGPResources
import BGPTypes
import Inspection
import KubeClient
import KubeModel
import Planning

/// `explain route`: who announces a prefix and as what, who does not, and why.
package struct ExplainRouteCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Explain who announces a prefix, from what, and who does not and why.",
        discussion: """
            For every node and peer: the verdict, the objects and entries that the route comes from, every attribute \
            with the entry that set it, and what is on the wire. Of an address, the route that its traffic follows is \
            explained: the longest announced prefix that covers it. Of a prefix that nobody has: the pools that hold \
            it, and what covers it instead.

            Exit status 3 says that nobody announces the prefix, or that the wire is not as decided.

              kubectl bgp explain route 192.0.2.1/32
              kubectl bgp explain route 192.0.2.77 --node worker-1
            """,
        aliases: ["routes", "prefix"]
    )

    @Argument(help: ArgumentHelp("The prefixes or addresses.", valueName: "prefix"))
    package var words: [String]

    @OptionGroup package var follow: FollowOptions
    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        let targets = try words.map(Self.target)
        let ranges = targets.map(\.range)
        return try await clusters.withCluster(connection) { cluster in
            let printer = ExplanationPrinter<RouteExplanation>(
                console: console,
                output: output,
                name: { "route/\($0.prefix)" },
                text: { RouteExplanationText($0, style: $1, now: console.now()).text }
            )
            let world = try await ClusterObservation(
                .explainingRoutes(of: cluster),
                of: cluster,
                in: scope,
                about: ranges
            )
            try world.absentNodes.throwIfAllMissing(of: scope.nodes?.count ?? 0)
            world.report(on: console)
            let explanations = targets.map { explainRoute($0, in: world.cluster) }
            let stores = follow.watch ? ExplainedStores(services: true, namespace: nil) : nil
            try await printer.show(explanations, following: stores, on: cluster) { objects in
                let world = try await ClusterObservation(objects, of: cluster, in: scope, about: ranges)
                return targets.map { explainRoute($0, in: world.cluster) }
            }
            world.absentNodes.report(on: console)
            if !world.absentNodes.isEmpty || explanations.contains(where: \.isIncomplete) { return .failure }
            return explanations.contains(where: \.hasFindings) ? .findings : .success
        }
    }

    private static func target(_ word: String) throws -> RouteTarget {
        if let address = IPAddress(word) { return .address(address) }
        if let prefix = IPPrefix(word) { return .prefix(prefix) }
        throw CommandFailure.usage("'\(word)' is neither an address nor a prefix without host bits")
    }
}

extension RouteExplanation {
    /// Whether it is unknown of something wanted whether it is on the wire.
    package var isIncomplete: Bool {
        nodes.flatMap(\.peers).contains { $0.verdict == .announce && $0.wire?.announced == nil }
    }

    /// Whether nobody announces the prefix, or the wire is not as decided.
    package var hasFindings: Bool {
        let peers = nodes.flatMap(\.peers)
        return !peers.contains { $0.verdict == .announce } || peers.contains { $0.wire?.difference != nil }
    }
}
