import Addressing
package import ArgumentParser
import BGPResources
import KubeModel

/// `peers`: every session of every node, from the nodes' status alone.
package struct PeersCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "peers",
        abstract: "Show the BGP sessions of all nodes, and why those that are down are down.",
        discussion: """
            Reads BGPNodeConfig objects only, so that it works while speakers do not answer.

              kubectl bgp peers
              kubectl bgp peers -l topology.kubernetes.io/zone=rack-1 -o wide
              kubectl bgp peers --no-headers | awk '$5 != "established"'
            """,
        aliases: ["peer", "neighbors"]
    )

    @Flag(name: .shortAndLong, help: "After listing, show what changes, until interrupted.")
    package var watch = false

    @OptionGroup(title: "Selection") package var filter: PeerFilterOptions
    @OptionGroup(title: "Selection") package var nodeSelector: NodeSelectorOptions
    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        try await clusters.withCluster(connection) { cluster in
            let nodes = try await NodeFilter(scope, selector: nodeSelector.selector, on: cluster)
            let list = try await cluster.list(BGPNodeConfig.self)
            list.report(on: console)
            let reports = list.items.filter { nodes.includes($0.metadata.name) }
                .sorted { $0.metadata.name < $1.metadata.name }
                .flatMap(matching)
            var printer = PeerPrinter(
                style: output.tableStyle(on: console),
                format: output.output,
                families: filter.includes(family:)
            )
            if watch {
                try printer.printEach(reports, on: console)
                try await follow(list, from: reports, nodes: nodes, with: printer, on: console, of: cluster)
            } else {
                try printer.printAll(reports, on: console)
            }
            return list.unreadable.isEmpty ? .success : .failure
        }
    }

    private func matching(_ config: BGPNodeConfig) -> [PeerReport] {
        PeerReport.all(of: config).filter {
            filter.includes(instance: $0.instance)
                && filter.includes(peer: $0.peer.name, address: $0.peer.peerAddress?.description)
        }
    }

    private func follow(
        _ list: ObjectList<BGPNodeConfig>,
        from reports: [PeerReport],
        nodes: NodeFilter,
        with printer: PeerPrinter,
        on console: Console,
        of cluster: any ClusterReader
    ) async throws {
        let view = WatchedPeers(reports: reports, printer: printer)
        try await cluster.watch(BGPNodeConfig.self, after: list) { change in
            switch change {
            case .present(let config):
                guard nodes.includes(config.metadata.name) else { return }
                try await view.replace(config.metadata.name, by: matching(config), on: console)
            case .gone(let config):
                try await view.replace(config.metadata.name, by: [], on: console)
            }
        }
    }
}

/// What the terminal shows of the peers already.
private actor WatchedPeers {
    private var reports: [String: [PeerReport]]
    private var printer: PeerPrinter

    init(reports: [PeerReport], printer: PeerPrinter) {
        self.reports = Dictionary(grouping: reports, by: \.node)
        self.printer = printer
    }

    /// Prints those peers of a node that are not as they were shown last.
    func replace(_ node: String, by new: [PeerReport], on console: Console) throws {
        let old = reports[node] ?? []
        reports[node] = new
        try printer.printEach(new.filter { !old.contains($0) }, on: console)
        let names = Set(new.map { [$0.instance, $0.peer.name] })
        for report in old where !names.contains([report.instance, report.peer.name]) {
            console.note("node \(node.onOneLine) has no peer \(report.peer.name.onOneLine) any more")
        }
    }
}
