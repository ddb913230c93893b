package import ArgumentParser
import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import PlainText
import Planning
import SpeakerAPI

/// `peers`: every session of every node, from the nodes' status alone.
package struct PeersCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "peers",
        abstract: "Show the BGP sessions of all nodes, and why those that are down are down.",
        discussion: """
            Reads BGPNodeConfig objects, so that it works while speakers do not answer; where one has reported nothing, its pod \
            is asked why. What is deleted and waits for something to come in its place is known to the operator, and told on \
            standard error.

              kubectl bgp peers
              kubectl bgp peers -l topology.kubernetes.io/zone=rack-1 -o wide
              kubectl exec -n martlet-system POD -- kubectl-bgp peers --local
              kubectl bgp peers --no-headers | awk '$5 != "established"'
            """,
        aliases: ["peer", "neighbors"]
    )

    @Flag(name: .shortAndLong, help: "After listing, show what changes, until interrupted.")
    package var watch = false

    @OptionGroup(title: "Selection") package var filter: PeerFilterOptions
    @OptionGroup(title: "Selection") package var place: LocalOptions
    @OptionGroup(title: "Selection") package var nodeSelector: NodeSelectorOptions
    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func validate() throws {
        try place.check(scope, selector: nodeSelector.selector)
        if place.local, watch { throw ValidationError("--local asks once, so --watch cannot go with it") }
    }

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        if place.local { return try await runLocally(on: console) }
        return try await clusters.withCluster(connection) { cluster in
            let nodes = try await NodeFilter(scope, selector: nodeSelector.selector, on: cluster)
            // Asked for at the same time, so that an operator that does not answer holds up little.
            async let found = Deletions(of: cluster, namespace: scope.speakerNamespace)
            let list = try await cluster.list(BGPNodeConfig.self)
            list.report(on: console)
            for warning in ClusterVersions(list.items).warnings { console.warn(warning) }
            var deletions = await found
            deletions.forget(list.items.map(\.reference))
            deletions.report(on: console)
            let configs = list.items + deletions.objects(BGPNodeConfig.self, besides: list.items)
            let matching = { (config: BGPNodeConfig) in
                nodes.includes(config.metadata.name) ? PeerReport.all(of: config).filter(isAskedFor) : []
            }
            let known = Set(configs.map(\.metadata.name))
            let inScope = configs.filter { nodes.includes($0.metadata.name) }.flatMap(PeerReport.all)
            let absentNodes = try await NodeFilter.absentees(scope, known: known, on: cluster)
            let absent = MissingNames(absentNodes + (inScope.isEmpty ? [] : filter.absentees(among: inScope)))
            let sorted = configs.sorted { $0.metadata.name < $1.metadata.name }
            let reports = await UnreportedPeers(scope, on: cluster).explained(sorted.flatMap(matching))
            if reports.isEmpty { try absent.throwIfAllMissing(of: absent.count) }
            var printer = PeerPrinter(
                style: output.tableStyle(on: console),
                format: output.output,
                families: filter.includes(family:)
            )
            guard watch else {
                try printer.printAll(reports, on: console)
                absent.report(on: console)
                return list.diagnostics.isEmpty && absent.isEmpty ? .success : .failure
            }
            try printer.printEach(reports, on: console)
            absent.report(on: console)
            var watched = WatchedPeers(
                matching: matching,
                shown: Dictionary(grouping: reports, by: \.node),
                printer: printer,
                speakerNamespace: scope.speakerNamespace,
                deletions: deletions
            )
            try await watched.follow(cluster, on: console)
            return .success
        }
    }

    /// What the speaker of this node says of its peers itself.
    private func runLocally(on console: Console) async throws -> ExitStatus {
        let document = try await LocalSpeaker(place).ask("/v1/peers", for: NodePeers.self)
        let all = PeerReport.told(by: document)
        let absent = MissingNames(all.isEmpty ? [] : filter.absentees(among: all))
        let reports = all.filter(isAskedFor)
        if reports.isEmpty { try absent.throwIfAllMissing(of: absent.count) }
        if let problem = document.problem { console.warn("\(document.node): \(problem)".asMessage) }
        var printer = PeerPrinter(
            style: output.tableStyle(on: console),
            format: output.output,
            families: filter.includes(family:)
        )
        try printer.printAll(reports, on: console)
        absent.report(on: console)
        return absent.isEmpty && document.problem == nil ? .success : .failure
    }

    private func isAskedFor(_ report: PeerReport) -> Bool {
        filter.includes(instance: report.instance)
            && filter.includes(peer: report.peer.name, address: report.peer.peerAddress?.description)
    }
}
