package import ArgumentParser
import BGPResources
import KubeClient
package import KubeModel
import Planning

/// `explain service`: every node and address of a service, its verdict and all reasons.
package struct ExplainServiceCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Explain which nodes announce a service's addresses, which do not, and why.",
        discussion: """
            For every node and address: the verdict now and what it would be under the traffic policies Cluster and \
            Local, every reason with the object and field it comes from and what would change it, and for every peer \
            whether the address is selected, eligible and announced.

            Exit status 3 says that something that is selected is not announced: a route that is wanted but not on the \
            wire, an address that is selected and that no node may announce, or a service without an address. A node \
            that keeps back what other nodes announce is no finding.

              kubectl bgp explain service web -n shop
              kubectl bgp explain service shop/web --as-policy Local
            """,
        aliases: ["svc", "services"]
    )

    @Argument(help: ArgumentHelp("The services, as NAME or NAMESPACE/NAME.", valueName: "service"))
    package var names: [String]

    @Option(help: ArgumentHelp("Judge as if the traffic policies were Cluster or Local.", valueName: "policy"))
    package var asPolicy: PolicyName?

    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        let (explanations, silent) = try await clusters.withCluster(connection) { cluster in
            let keys = try names.map { try key($0, default: scope.namespace ?? cluster.defaultNamespace) }
            let nodes = NodeFilter(names: scope.nodes)
            let world = try await ExplainedWorld(
                of: cluster,
                services: keys,
                nodes: nodes,
                speakerNamespace: scope.speakerNamespace
            )
            world.report(on: console)
            return (try keys.map { try world.explain($0, asPolicy: asPolicy?.policy) }, world.silent)
        }
        try print(explanations, silent: silent, on: console)
        if explanations.contains(where: \.isIncomplete) { return .failure }
        return explanations.contains(where: \.hasFindings) ? .findings : .success
    }

    /// Reads `name`, `namespace/name`, and before either `service/` as kubectl's users write it.
    private func key(_ word: String, default namespace: String) throws -> ObjectKey {
        var parts = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.count > 1, ["service", "services", "svc"].contains(parts[0]) { parts.removeFirst() }
        guard (1...2).contains(parts.count), !parts.contains("") else {
            throw CommandFailure.usage("'\(word)' is no service; write NAME or NAMESPACE/NAME")
        }
        return ObjectKey(namespace: parts.count == 2 ? parts[0] : namespace, name: parts[parts.count - 1])
    }

    private func print(
        _ explanations: [ServiceExplanation],
        silent: [String: String],
        on console: Console
    ) throws {
        switch output.output {
        case .json, .yaml:
            let items = try explanations.map { try JSON.tree($0) }
            let document = items.count == 1 ? items[0] : .list("ServiceExplanationList", items: items)
            try console.write(document, as: output.output)
        case .name:
            for explanation in explanations {
                let service = explanation.service
                try console.output.write("service/\(service.name)".onOneLine + "\n")
            }
        case .table, .wide, .github:
            let style = output.tableStyle(on: console)
            let now = console.now()
            let texts = explanations.map { ExplanationText($0, silent: silent, style: style, now: now).text }
            try console.output.write(texts.joined(separator: "\n"))
        }
    }
}

/// The policies that may be asked about.
package enum PolicyName: String, ExpressibleByArgument, CaseIterable, Sendable {
    case cluster = "Cluster"
    case local = "Local"

    /// The policy of this name.
    package var policy: Service.TrafficPolicy { self == .cluster ? .cluster : .local }
}
