import TestSupport

/// What kube-proxy serves on a node that forwards service traffic: port 10256, /healthz.
final class NodeHealth: Sendable {
    private let directory: TemporaryDirectory
    private let server: RunningProcess

    /// Begins to serve.
    init(on host: NetworkHost) throws {
        directory = try TemporaryDirectory("healthz")
        try directory.write("{}", to: "files/healthz")
        server = try host.command(["python3", "-m", "http.server", "10256", "--directory", directory.path("files")])
            .start(log: directory.path("log"))
    }

    /// Ends it.
    func stop() { server.kill() }
}
