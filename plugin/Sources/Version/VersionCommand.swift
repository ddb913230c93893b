package import ArgumentParser
import CommandLine
import KubeClient
import KubeModel
import PlainText

/// `version`: this program's version, the cluster's and its speakers'.
package struct VersionCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the versions of this program and of the cluster."
    )

    @Flag(help: "This program's version only; asks no cluster.")
    package var client = false

    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        guard !client else {
            try write([("clientVersion", "Client Version", Self.programVersion)], on: console)
            return .success
        }
        do {
            let server = try await clusters.withCluster(connection) { try await $0.client.serverVersion().gitVersion }
            try write(
                [
                    ("clientVersion", "Client Version", Self.programVersion),
                    ("serverVersion", "Server Version", server),
                ],
                on: console
            )
            return .success
        } catch let error where !(error is BrokenPipe) {
            try write([("clientVersion", "Client Version", Self.programVersion)], on: console)
            throw error
        }
    }

    /// The version of this program, as its releases are tagged.
    package static let programVersion = "v\(MartletVersion.current)"

    private func write(_ versions: [(key: String, title: String, value: String)], on console: Console) throws {
        switch output.output {
        case .json, .yaml:
            var members: [String: JSONValue] = ["apiVersion": .string(Document.apiVersion), "kind": "Version"]
            for version in versions { members[version.key] = .string(version.value) }
            try console.write(.object(members), as: output.output)
        case .table, .wide, .name, .github:
            for version in versions { try console.output.write("\(version.title): \(version.value.onOneLine)\n") }
        }
    }
}
