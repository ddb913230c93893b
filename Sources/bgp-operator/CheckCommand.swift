import ArgumentParser
import DaemonOptions
import FoundationEssentials
import KubeClient
import Logging
import OperatorRuntime

/// `bgp-operator check`: whether the cluster has what operator and speakers need.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks that the cluster has what operator and speakers need, and changes nothing.",
        discussion: """
            A line for each thing: the API server answers, the custom resources are served in the version that this program knows, and operator and \
            speakers have their rights. As the operator's service account, as "helm test" runs it, its own rights are asked for \
            by SelfSubjectAccessReview; anybody else asks about that account by SubjectAccessReview, as is always done for the \
            speakers. Exit status: 0 everything is there, 1 something is not.
            """
    )

    @OptionGroup var server: ServerOptions

    @Option(help: "The namespace of the installation; else the environment's POD_NAMESPACE, else martlet-system.")
    var namespace: String?

    @Option(help: ArgumentHelp("The service account of the operator there.", valueName: "name"))
    var operatorAccount = "bgp-operator"

    @Option(help: ArgumentHelp("The service account of the speakers there.", valueName: "name"))
    var speakerAccount = "bgp-speaker"

    @OptionGroup var log: LogOptions

    func validate() throws { try NamespaceOption.check(namespace) }

    func run() async throws {
        let logger = try log.begin("bgp-operator", level: .error)
        try await log.reporting(to: logger) { try await check(logger) }
    }

    private func check(_ logger: Logger) async throws {
        let environment = ProcessInfo.processInfo.environment
        let connection = try server.connection(for: "bgp-operator", logger: logger)
        let check = InstallationCheck(
            client: connection.client,
            namespace: namespace ?? environment["POD_NAMESPACE"] ?? "martlet-system",
            operatorAccount: operatorAccount,
            speakerAccount: speakerAccount
        )
        let found = await check.run { print($0.line) }
        await connection.close()
        guard found.faults == 0 else {
            print("\(found.faults) of \(found.all) checks failed")
            throw ExitCode.failure
        }
        print("all \(found.all) checks passed")
    }
}
