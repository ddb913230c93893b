import ArgumentParser
import BGPResources
import KubeClient
import KubeModel
import PlainText

/// Answers `__complete`: the protocol that kubectl speaks with `kubectl_complete-bgp`.
///
/// One candidate a line, a tab and a description after it if there is one, and at the end `:` and a sum of
/// directives (github.com/spf13/cobra, "Shell completion directives").
package struct Completions: Sendable {
    /// The word that asks for candidates.
    package static let word = "__complete"

    /// A word that may come next.
    package struct Candidate: Hashable, Sendable {
        package let word: String
        package let description: String?
    }

    /// What the shell does beyond offering the candidates (cobra's ShellCompDirective).
    package enum Directive: Int, Sendable {
        /// Offers files too.
        case files = 0

        /// Offers nothing else.
        case noFiles = 4
    }

    private let request: CompletionRequest
    private let clusters: any ClusterConnector

    /// Reads what has been typed.
    package init(_ words: [String], clusters: any ClusterConnector) throws {
        request = CompletionRequest(words, in: try CommandTree.ofThisProgram())
        self.clusters = clusters
    }

    /// The whole answer.
    package func text() async -> String {
        let (candidates, directive) = await candidates()
        let lines = candidates.filter { $0.word.hasPrefix(request.prefix) }.map { candidate in
            let word = before + candidate.word.onOneLine
            return candidate.description.map { "\(word)\t\($0.onOneLine)" } ?? word
        }
        return (lines + [":\(directive.rawValue)"]).joined(separator: "\n") + "\n"
    }

    private var before: String {
        if case .value(_, let before) = request.wanted { before } else { "" }
    }

    private func candidates() async -> ([Candidate], Directive) {
        switch request.wanted {
        case .flag:
            return (flags, .noFiles)
        case .value(let option, _):
            return await values(of: option)
        case .subcommandOrArgument(let argument):
            let subcommands = (request.command.subcommands ?? []).filter(\.shouldDisplay).map {
                Candidate(word: $0.commandName, description: $0.abstract)
            }
            guard let argument else { return (subcommands, .noFiles) }
            let (values, directive) = await values(of: argument)
            return (subcommands + values, directive)
        }
    }

    private var flags: [Candidate] {
        (request.command.arguments ?? []).filter(\.shouldDisplay).flatMap { argument in
            (argument.names ?? []).filter { $0.kind == .long }.map {
                Candidate(word: $0.word, description: argument.abstract)
            }
        }
    }

    private func values(of argument: CommandTree.Argument) async -> ([Candidate], Directive) {
        if let values = argument.allValues {
            return (values.map { Candidate(word: $0, description: nil) }, .noFiles)
        }
        switch argument.longName {
        case "kubeconfig", "certificate-authority", "client-certificate", "client-key":
            return ([], .files)
        case "context":
            return (Self.sorted(clusters.contextNames(connection)), .noFiles)
        default:
            // A cluster that does not answer is no reason to disturb somebody who is typing.
            let found = try? await clusters.withCluster(connection) { cluster in
                try await names(argument.longName, in: cluster)
            }
            return (Self.sorted(found ?? []), .noFiles)
        }
    }

    private func names(_ subject: String, in cluster: Cluster) async throws -> [String] {
        switch subject {
        case "namespace", "speaker-namespace":
            return try await cluster.list(Namespace.self).items.map(\.metadata.name)
        case "node":
            return try await cluster.list(BGPNodeConfig.self).items.map(\.metadata.name)
        case "instance":
            return try await cluster.list(BGPNodeConfig.self).items.flatMap { $0.spec.bgpInstances.map(\.name) }
        case "peer":
            return try await cluster.list(BGPNodeConfig.self).items.flatMap { config in
                config.spec.bgpInstances.flatMap { $0.peers.map(\.name) }
            }
        case "service":
            let namespace = option("namespace") ?? cluster.defaultNamespace
            return try await cluster.list(Service.self, namespace: namespace).items.map(\.metadata.name)
        default:
            return []
        }
    }

    private func option(_ name: String) -> String? {
        request.options.last { $0.name == name }?.value
    }

    /// The connection that the words typed so far ask for, never waiting long.
    private var connection: ConnectionOptions {
        var words = request.options.filter { Self.connectionOptions.contains($0.name) }
            .map { "--\($0.name)=\($0.value)" }
        words.append("--request-timeout=2s")
        return (try? ConnectionOptions.parse(words)) ?? ConnectionOptions()
    }

    private static let connectionOptions: Set<String> = [
        "kubeconfig", "context", "cluster", "user", "server", "token", "as", "as-group", "certificate-authority",
        "client-certificate", "client-key", "tls-server-name",
    ]

    private static func sorted(_ names: [String]) -> [Candidate] {
        Set(names).sorted().map { Candidate(word: $0, description: nil) }
    }
}
