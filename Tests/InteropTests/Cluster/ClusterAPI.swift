import FoundationEssentials
import TestSupport

/// A Kubernetes API that kubectl and our programs reach from the hosts of a `VirtualNetwork`.
protocol ClusterAPI: Sendable {
    /// The file that kubectl and our programs read.
    var kubeconfig: String { get }

    /// Whether the cluster serves only this test, so that it may be stopped and started.
    var isOurs: Bool { get }

    /// Begins to serve on `VirtualNetwork.controlAddress`.
    func start() async throws

    /// Goes away at once, as in an outage.
    func kill() async

    /// What the server wrote, for failure messages.
    var log: String { get async }
}

/// The API server of `bgp-lab`, alone, in the control plane's namespace.
actor LabAPI: ClusterAPI {
    nonisolated let kubeconfig: String
    nonisolated let isOurs = true
    private let host: NetworkHost
    private let directory: TemporaryDirectory
    private var server: RunningProcess?

    init(on host: NetworkHost) throws {
        self.host = host
        directory = try TemporaryDirectory("cluster")
        kubeconfig = directory.path("kubeconfig")
    }

    func start() async throws {
        let program = try Checkout.program("bgp-lab")
        let arguments = [
            program, "--api-only", "--address", VirtualNetwork.controlAddress, "--port", "6443", "--directory",
            directory.path,
        ]
        let server = try host.command(arguments).start(log: directory.path("log"))
        self.server = server
        let kubectl = Kubectl(on: host, kubeconfig: kubeconfig)
        _ = try await eventually("the API server answers", within: .seconds(60)) {
            guard server.exitStatus == nil else { throw Overdue(description: "bgp-lab ended:\n\(server.output)") }
            return try await kubectl("get", "--raw", "/readyz")
        }
    }

    func kill() {
        server?.kill()
        server = nil
    }

    var log: String { (try? String(contentsOfFile: directory.path("log"), encoding: .utf8)) ?? "" }
}

/// The cluster that `KUBECONFIG` names, through `kubectl proxy`: the hosts of the test see nothing but the proxy.
actor ExternalAPI: ClusterAPI {
    nonisolated let kubeconfig: String
    nonisolated let isOurs = false
    private let host: NetworkHost
    private let directory: TemporaryDirectory
    private var processes: [RunningProcess] = []

    /// Whether the tests were asked to use a cluster of the person who runs them.
    static let isWanted = ProcessInfo.processInfo.environment["MARTLET_CLUSTER_TESTS"] == "1"

    init(on host: NetworkHost) throws {
        self.host = host
        directory = try TemporaryDirectory("cluster")
        kubeconfig = try directory.write(
            """
            apiVersion: v1
            kind: Config
            current-context: proxy
            contexts: [{name: proxy, context: {cluster: proxy, user: nobody}}]
            clusters: [{name: proxy, cluster: {server: "http://\(VirtualNetwork.controlAddress):8001"}}]
            users: [{name: nobody, user: {}}]

            """,
            to: "kubeconfig"
        )
    }

    func start() async throws {
        // The proxy stays in the machine's own network; a socket in the file system leads into the namespace.
        let socket = directory.path("proxy")
        let proxy = Command("kubectl", "proxy", "--unix-socket=\(socket)", "--accept-hosts=.*", "--reject-paths=^$")
        let forward = host.command(
            "socat",
            "TCP-LISTEN:8001,bind=\(VirtualNetwork.controlAddress),fork,reuseaddr",
            "UNIX-CONNECT:\(socket)"
        )
        processes = try [proxy, forward].map { try $0.start(log: directory.path("log")) }
        let kubectl = Kubectl(on: host, kubeconfig: kubeconfig)
        _ = try await eventually("the cluster answers") { try await kubectl("get", "--raw", "/readyz") }
    }

    func kill() {
        processes.forEach { $0.kill() }
        processes = []
    }

    var log: String { (try? String(contentsOfFile: directory.path("log"), encoding: .utf8)) ?? "" }
}
