import FoundationEssentials
import TestSupport

/// The API server of `bgp-lab`, alone, as pods and people find it.
///
/// The lab serves plain HTTP. Before it, socat serves HTTPS with an authority of the test's own, so that programs take the
/// address, the token and the authority of their pod, as they do in a cluster.
actor PodAPI {
    /// The file that kubectl reads.
    nonisolated let kubeconfig: String
    /// The variables that the kubelet gives every container.
    nonisolated let environment = [
        "KUBERNETES_SERVICE_HOST": VirtualNetwork.controlAddress, "KUBERNETES_SERVICE_PORT": "443",
    ]
    private let host: NetworkHost
    private let directory: TemporaryDirectory
    private var processes: [RunningProcess] = []

    /// A server on the control plane of a network, not yet started.
    init(on host: NetworkHost) throws {
        self.host = host
        directory = try TemporaryDirectory("pod-api")
        kubeconfig = directory.path("kubeconfig")
    }

    /// Begins to serve, and installs Martlet's kinds, namespace and permissions.
    func start() async throws {
        try await serve()
        try await kubectl("apply", "-k", Checkout.path("crds"))
        try await kubectl(
            "wait",
            "--for=condition=Established",
            "--timeout=30s",
            "crd",
            "-l",
            "app.kubernetes.io/name=martlet"
        )
        try await kubectl("apply", "-f", Checkout.path("config/default/namespace.yaml"))
        try await kubectl("apply", "-k", Checkout.path("config/rbac"))
    }

    /// Begins to serve an empty cluster.
    func serve() async throws {
        let lab = [
            try Checkout.program("bgp-lab"), "--api-only", "--address", VirtualNetwork.controlAddress,
            "--port", "6443", "--directory", directory.path,
        ]
        let server = try host.command(lab).start(log: directory.path("log"))
        processes.append(server)
        let certificate = try await Certificate(
            "kubernetes",
            "subjectAltName=IP:\(VirtualNetwork.controlAddress)",
            path: directory.path("ca.crt"),
            key: directory.path("key.pem")
        )
        let listener =
            "OPENSSL-LISTEN:443,bind=\(VirtualNetwork.controlAddress),reuseaddr,fork,verify=0,"
            + "cert=\(certificate.path),key=\(certificate.key)"
        processes.append(
            try host.command("socat", listener, "TCP:\(VirtualNetwork.controlAddress):6443")
                .start(log: directory.path("log"))
        )
        _ = try await eventually("the API server answers", within: .seconds(60)) {
            guard server.exitStatus == nil else { throw Overdue(description: "bgp-lab ended:\n\(log)") }
            try await kubectl("get", "--raw", "/readyz")
            return try await host.command(
                "curl",
                "-fsS",
                "--cacert",
                directory.path("ca.crt"),
                "https://\(VirtualNetwork.controlAddress)/readyz"
            )
            .run()
        }
    }

    /// The folder that the kubelet mounts at `/var/run/secrets/kubernetes.io/serviceaccount` for an account.
    func token(of account: String) async throws -> String {
        let folder = "account-\(account)"
        try directory.write(
            try await kubectl("create", "token", account, "-n", "martlet-system"),
            to: "\(folder)/token"
        )
        try directory.write("martlet-system", to: "\(folder)/namespace")
        let authority = try String(contentsOfFile: directory.path("ca.crt"), encoding: .utf8)
        try directory.write(authority, to: "\(folder)/ca.crt")
        return directory.path(folder)
    }

    /// Runs kubectl on the control plane, with a manifest on its standard input when there is one.
    @discardableResult
    nonisolated func kubectl(_ arguments: String..., manifest: String = "") async throws -> String {
        try await kubectl(arguments, manifest: manifest)
    }

    @discardableResult
    nonisolated func kubectl(_ arguments: [String], manifest: String = "") async throws -> String {
        let input = manifest.isEmpty ? [] : ["-f", "-"]
        let environment = ["KUBECONFIG": kubeconfig, "KUBECACHEDIR": "\(kubeconfig)-cache"]
        return try await host.command(["kubectl"] + arguments + input, environment: environment, input: manifest).run()
    }

    /// Ends it.
    func stop() {
        processes.forEach { $0.kill() }
        processes = []
    }

    /// What the server wrote.
    var log: String { (try? String(contentsOfFile: directory.path("log"), encoding: .utf8)) ?? "" }
}
