package import ArgumentParser

/// `routes`: what the speakers have, what they announce and what they hear.
package struct RoutesCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Show routes, their attributes and the Service or node each comes from.",
        aliases: ["route"]
    )

    @Argument(help: ArgumentHelp("available, advertised or received.", valueName: "view"))
    package var view: String?

    @OptionGroup(title: "Selection") package var filter: PeerFilterOptions
    @OptionGroup(title: "Selection") package var nodeSelector: NodeSelectorOptions
    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        .success
    }
}
