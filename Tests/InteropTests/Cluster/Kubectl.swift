import KubeJSON
import KubeModel
import KubeYAML
import TestSupport

/// The real kubectl, on the control plane.
struct Kubectl: Sendable {
    private let host: NetworkHost
    private let kubeconfig: String

    init(on host: NetworkHost, kubeconfig: String) {
        self.host = host
        self.kubeconfig = kubeconfig
    }

    /// Runs it and returns what it prints; throws unless it returns 0.
    @discardableResult
    func callAsFunction(_ arguments: String...) async throws -> String {
        try await command(arguments).run()
    }

    /// Runs it with a manifest on its standard input.
    @discardableResult
    func callAsFunction(_ arguments: String..., manifest: String) async throws -> String {
        try await command(arguments + ["-f", "-"], input: manifest).run()
    }

    /// Runs `kubectl bgp` as kubectl does with a plugin in `PATH`, and returns all there is to see.
    func bgp(_ arguments: String...) async throws -> Command.Result {
        try await bgp(arguments)
    }

    /// The same with the words in a list.
    func bgp(_ arguments: [String]) async throws -> Command.Result {
        let program = try Checkout.program("kubectl-bgp")
        return try await host.command([program] + arguments, environment: environment).result()
    }

    /// Applies manifests, and then their `status` where they have one, as kubelet or the cloud would write it.
    func apply(_ files: [String]) async throws {
        for file in files {
            try await callAsFunction("apply", "-f", Checkout.path(file))
            for document in try YAMLDocument.parse(Checkout.read(file), file: file) {
                try await writeStatus(of: document.json)
            }
        }
    }

    /// A real API server takes the status of these kinds through the subresource only.
    private func writeStatus(of object: JSONValue) async throws {
        guard let status = object["status"], let kind = object["kind"]?.string,
            let name = object["metadata"]?["name"]?.string
        else { return }
        let patch = String(decoding: try JSON.encode(JSONValue.object(["status": status])), as: UTF8.self)
        try await callAsFunction(
            "patch",
            kind,
            name,
            "-n",
            object["metadata"]?["namespace"]?.string ?? "default",
            "--subresource=status",
            "--type=merge",
            "-p",
            patch
        )
    }

    private func command(_ arguments: [String], input: String = "") -> Command {
        host.command(["kubectl"] + arguments, environment: environment, input: input)
    }

    /// kubectl keeps discovery documents by server address, and every test has a server at the same one.
    private var environment: [String: String] {
        ["KUBECONFIG": kubeconfig, "KUBECACHEDIR": "\(kubeconfig)-cache"]
    }
}
