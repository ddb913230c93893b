package import ArgumentParser
import BGPResources
import CommandLine
import KubeClient
import KubeJSON
import KubeModel
import PlainText
import Planning

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
            try write(Report(), on: console)
            return .success
        }
        var report = Report()
        do {
            report = try await clusters.withCluster(connection) { cluster in
                var report = Report(server: try await cluster.client.serverVersion().gitVersion)
                do {
                    report.programs = ClusterVersions(try await cluster.list(BGPNodeConfig.self).items)
                } catch let error as KubeError where error.code == .notFound {
                    // Without our kinds there are no operator and no speakers to ask about.
                    report.programs = nil
                } catch let error as KubeError {
                    report.obstacle = "the versions of operator and speakers are not known: \(error.message)"
                }
                return report
            }
            try write(report, on: console)
        } catch let error where !(error is BrokenPipe) {
            try write(Report(), on: console)
            throw error
        }
        for warning in report.warnings { console.warn(warning) }
        return .success
    }

    /// The version of this program, as its releases are tagged.
    package static let programVersion = "v\(MartletVersion.current)"

    /// What was found out.
    private struct Report {
        var server: String?
        var programs: ClusterVersions?
        var obstacle: String?

        var warnings: [String] {
            let own = ProgramVersion(MartletVersion.current).flatMap { programs?.warning(ofClient: $0) }
            return [obstacle, own].compactMap(\.self) + (programs?.warnings ?? [])
        }
    }

    private func write(_ report: Report, on console: Console) throws {
        switch output.output {
        case .json, .yaml:
            var members: [String: JSONValue] = [
                "apiVersion": .string(Document.apiVersion), "kind": "Version",
                "clientVersion": .string(Self.programVersion),
            ]
            members["serverVersion"] = report.server.map(JSONValue.string)
            if let programs = report.programs {
                members["operators"] = .array(programs.operators.map(Self.document))
                members["speakers"] = .array(programs.speakers.map(Self.document))
            }
            try console.write(.object(members), as: output.output)
        case .table, .wide, .name, .github:
            var lines = ["Client Version: \(Self.programVersion)"]
            if let server = report.server { lines.append("Server Version: \(server)") }
            if let programs = report.programs {
                lines += programs.operators.map { "Operator Version: \($0.version.tag)" }
                lines += programs.speakers.map { version, nodes in
                    let isWide = output.output == .wide || programs.speakers.count > 1
                    let count = "\(nodes.count) node\(nodes.count == 1 ? "" : "s")"
                    return "Speaker Version: \(version.tag) (\(isWide ? nodes.asSentence() : count))"
                }
            }
            for line in lines { try console.output.write(line.onOneLine + "\n") }
        }
    }

    private static func document(_ version: ClusterVersions.Version) -> JSONValue {
        ["version": .string(version.version.tag), "nodes": .array(version.nodes.map(JSONValue.string))]
    }
}
