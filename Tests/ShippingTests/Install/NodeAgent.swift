import KubeJSON
import KubeModel
import Synchronization
import TestSupport

/// Does for the installed Deployment and DaemonSet what scheduler, kubelet and container runtime do: reads them from the API
/// server, and runs their pods from the images, as their templates say.
final class NodeAgent: Sendable {
    private let cluster: InstalledCluster
    private let state: TemporaryDirectory
    private let running = Mutex<[String: Pod]>([:])
    private let ended = Mutex<[String]>([])

    /// A container and the host that it runs on.
    private struct Pod: Sendable {
        let container: Container
        let host: String
    }

    /// Where the speaker's pod runs.
    static let node = "node1"
    /// Where pods of the operator run in turn, since each has a network of its own.
    static let places = ["pod1", "pod2"]

    /// An agent that has started nothing; the state directory of the node belongs to the user of that number.
    init(of cluster: InstalledCluster, stateOwner: Int) throws {
        self.cluster = cluster
        state = try TemporaryDirectory("state", isOpen: false)
        _ = try Command.blocking(["chown", "\(stateOwner):\(stateOwner)", state.path])
    }

    /// What all containers wrote, for failure messages.
    var logs: [String] { ended.withLock { $0 } + running.withLock { $0.values.map(\.container.log) } }

    /// The files that speakers have left on the node.
    var stateFolder: String { state.path }

    /// Starts the pod of the Deployment; one that runs ends when the new one is there, as `maxSurge: 1` has it.
    func runOperator() async throws {
        let workload = try await cluster.object("deployment", "bgp-operator")
        let old = running.withLock { $0["operator"] }
        let place = Self.places[old?.host == Self.places[0] ? 1 : 0]
        let pod = try await start("bgp-operator", workload, on: place)
        running.withLock { $0["operator"] = pod }
        guard let old else { return }
        try await eventually("the new pod of the operator is alive", is: true) {
            try await answers("http://127.0.0.1:9181/livez", on: place)
        }
        try await end(old)
    }

    /// Starts the pod of the DaemonSet on the node, once the one that runs has ended, since both want the same ports.
    func runSpeaker() async throws {
        let workload = try await cluster.object("daemonset", "bgp-speaker")
        if let old = running.withLock({ $0.removeValue(forKey: "speaker") }) { try await end(old) }
        let pod = try await start("bgp-speaker", workload, on: Self.node)
        running.withLock { $0["speaker"] = pod }
    }

    /// Runs the pod that `helm test` makes, and tells the API server how it ended.
    func runTest() async throws -> String {
        let pod = try await eventually("Helm makes the pod of its test") {
            try await cluster.object("pod", "bgp-operator-check")
        }
        let template: JSONValue = ["spec": ["template": ["spec": pod["spec"] ?? [:]]]]
        // A pod of the operator is on one of the places, and listens to nothing that the test wants.
        let container = try await start("bgp-operator", template, on: Self.places[0]).container
        let status = try await container.process.exit()
        let phase = status == .exited(0) ? "Succeeded" : "Failed"
        try await cluster.api.kubectl(
            "patch",
            "pod",
            "bgp-operator-check",
            "-n",
            "martlet-system",
            "--subresource=status",
            "--type=merge",
            "-p",
            #"{"status": {"phase": "\#(phase)"}}"#
        )
        return container.log
    }

    /// Ends all pods, as after an uninstall.
    func endAll() async throws {
        let all = running.withLock { running in
            defer { running = [:] }
            return running.sorted { $0.key < $1.key }.map(\.value)
        }
        for pod in all { try await end(pod) }
    }

    /// Whether the pods say so, as the kubelet asks them.
    func isReady() async throws -> Bool {
        let place = running.withLock { $0["operator"]?.host } ?? Self.places[0]
        guard try await answers("http://127.0.0.1:9181/readyz", on: place) else { return false }
        return try await answers("http://127.0.0.1:9180/readyz", on: Self.node)
    }

    private func answers(_ url: String, on host: String) async throws -> Bool {
        try await cluster.network[host].command("curl", "-fsS", url).result().succeeded
    }

    /// The lines of `/proc/PID/status` of the speaker's process.
    func speakerStatus() async throws -> [String: String] {
        guard let pod = running.withLock({ $0["speaker"] }) else { return [:] }
        return try await pod.container.kernelStatus()
    }

    private func start(_ program: String, _ workload: JSONValue, on host: String) async throws -> Pod {
        let account = workload["spec"]?["template"]?["spec"]?["serviceAccountName"]?.string ?? ""
        var plan = try ContainerPlan(
            workload: workload,
            fields: [
                "metadata.namespace": "martlet-system", "metadata.name": "\(program)-\(host)", "spec.nodeName": host,
            ],
            folders: ["state": state.path, "api-access": try await cluster.api.token(of: account)]
        )
        plan.environment.merge(cluster.api.environment) { $1 }
        let image = try await ShippedImage.of(program)
        return Pod(container: try Container(image, plan, on: cluster.network[host]), host: host)
    }

    private func end(_ pod: Pod) async throws {
        let status = await pod.container.process.stop(within: .seconds(30))
        ended.withLock { $0.append(pod.container.log) }
        guard status == .exited(0) else {
            throw Overdue(description: "a pod ended with \(status.map { "\($0)" } ?? "?")")
        }
    }
}
