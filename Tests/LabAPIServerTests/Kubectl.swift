import LabAPIServer
import TestSupport

/// The system's real kubectl with a kubeconfig, home and cache of its own.
struct Kubectl: Sendable {
    private let directory: TemporaryDirectory
    private let environment: [String: String]

    /// Writes a kubeconfig for the server at `url`.
    init(_ url: String) throws {
        directory = try TemporaryDirectory("kubectl")
        let path = try directory.write(
            """
            apiVersion: v1
            kind: Config
            current-context: lab
            clusters: [{name: lab, cluster: {server: "\(url)"}}]
            contexts: [{name: lab, context: {cluster: lab, user: lab}}]
            users: [{name: lab, user: {}}]

            """,
            to: "config"
        )
        environment = ["KUBECONFIG": path, "HOME": directory.path]
    }

    /// What kubectl says; throws when it fails.
    func callAsFunction(_ arguments: String..., input: String = "") async throws -> String {
        try await command(arguments, input).run()
    }

    /// What kubectl does, well or not.
    func result(_ arguments: String..., input: String = "") async throws -> Command.Result {
        try await command(arguments, input).result()
    }

    private func command(_ arguments: [String], _ input: String) -> Command {
        Command(
            ["kubectl", "--cache-dir", directory.path("cache")] + arguments,
            environment: environment,
            input: input
        )
    }

    /// Puts a file where kubectl can read it, and returns its path.
    func file(_ name: String, _ text: String) throws -> String { try directory.write(text, to: name) }

    /// Runs `body` with a kubectl of a fresh lab server.
    static func withLab(
        _ configuration: LabAPIServer.Configuration = LabAPIServer.Configuration(),
        _ body: @Sendable @escaping (Kubectl) async throws -> Void
    ) async throws {
        try await withLabServer(configuration) { _, url in
            try await body(try Kubectl(url))
        }
    }
}
