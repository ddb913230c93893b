package import ArgumentParser
import KubeModel

/// `explain service`: every node and address of a service, its verdict and all reasons.
package struct ExplainServiceCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "service",
        abstract: "Explain which nodes announce a service's addresses, which do not, and why.",
        aliases: ["svc", "services"]
    )

    @Argument(help: ArgumentHelp("The services, as NAME or NAMESPACE/NAME.", valueName: "service"))
    package var names: [String]

    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        .success
    }
}
