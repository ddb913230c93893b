import FoundationEssentials
import TestSupport

/// A cluster: hosts with routers and nodes, the Kubernetes API, the operator, a speaker per node.
///
/// Operator and speakers are processes of the built programs, on the hosts where a DaemonSet would run them.
struct Cluster: Sendable {
    let network: VirtualNetwork
    let api: any ClusterAPI
    let kubectl: Kubectl
    let programs: Programs

    /// Builds the hosts, starts the API and installs the resource definitions, calls `body`, and takes all down.
    ///
    /// An error that leaves `body` carries the logs of everything that ran.
    static func with(_ plan: [HostPlan], _ body: (Cluster) async throws -> Void) async throws {
        try await VirtualNetwork.with(plan) { network in
            let api: any ClusterAPI =
                ExternalAPI.isWanted
                ? try ExternalAPI(on: network.control) : try LabAPI(on: network.control)
            let cluster = Cluster(
                network: network,
                api: api,
                kubectl: Kubectl(on: network.control, kubeconfig: api.kubeconfig),
                programs: try Programs()
            )
            do {
                try await api.start()
                try await cluster.kubectl("apply", "-k", Checkout.path("crds"))
                try await cluster.kubectl(
                    "wait",
                    "--for=condition=Established",
                    "--timeout=30s",
                    "crd",
                    "-l",
                    "app.kubernetes.io/name=martlet"
                )
                try await cluster.kubectl("apply", manifest: Self.ownNamespace)
                // The account whose tokens speakers are shown, and the right to make them.
                try await cluster.kubectl("apply", "-k", Checkout.path("config/rbac"))
                try await cluster.clearForeignCluster()
                try await body(cluster)
                try await cluster.clearForeignCluster()
            } catch {
                let logs = await [cluster.programs.logs, api.log].joined(separator: "\n")
                await cluster.programs.stopAll()
                await api.kill()
                throw Failure(description: "\(error)\n\(logs)")
            }
            await cluster.programs.stopAll()
            await api.kill()
        }
    }

    /// Removes what the scenarios apply; a cluster of our own ends with the test anyway.
    private func clearForeignCluster() async throws {
        guard !api.isOurs else { return }
        for folder in ["homelab", "small-business", "bird", "data-centres", "cilium"] {
            try await kubectl(
                "delete",
                "--ignore-not-found",
                "--timeout=120s",
                "-R",
                "-f",
                Checkout.path("Tests/InteropTests/Manifests/\(folder)")
            )
        }
        // No kubelet will ever confirm the end of these pods.
        try await kubectl(
            "delete",
            "pods",
            "-n",
            "martlet-system",
            "-l",
            "app.kubernetes.io/name=bgp-speaker",
            "--grace-period=0",
            "--force"
        )
    }

    /// What went wrong, with the logs of that moment.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let ownNamespace = """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: martlet-system
        """
}

extension Cluster {
    /// Starts the operator on the control plane.
    func startOperator() async throws {
        try await programs.start(
            "bgp-operator",
            as: "operator",
            on: network.control,
            [
                "--kubeconfig", api.kubeconfig, "--namespace", "martlet-system",
                "--admin-address", "\(VirtualNetwork.controlAddress):9178", "--log-level", "debug",
            ]
        )
    }

    /// Starts the speaker of a node on the host of the same name, and makes the pod that it would run in.
    ///
    /// Hosts of a test have no data path that answers, so it is asked for only where that is what is tested.
    func startSpeaker(_ node: String, datapathProbe: String = "none") async throws {
        try await startSpeakerAlone(node, datapathProbe: datapathProbe)
        let address = try network[node].managementAddress
        try await kubectl("apply", manifest: Self.pod(of: node))
        try await kubectl(
            "patch",
            "pod",
            "bgp-speaker-\(node)",
            "-n",
            "martlet-system",
            "--subresource=status",
            "--type=merge",
            "-p",
            #"{"status":{"phase":"Running","podIP":"\#(address)","podIPs":[{"ip":"\#(address)"}]}}"#
        )
    }

    /// Starts the speaker of a node and touches no object, as a node does that cannot reach the API.
    func startSpeakerAlone(_ node: String, datapathProbe: String = "none") async throws {
        let host = try network[node]
        try await programs.start(
            "bgp-speaker",
            as: node,
            on: host,
            [
                "--node", node, "--kubeconfig", api.kubeconfig, "--namespace", "martlet-system",
                "--admin-address", "\(host.managementAddress):9179", "--datapath-probe", datapathProbe,
                "--state-dir", try programs.stateDirectory(of: node), "--log-level", "debug",
            ]
        )
    }

    func startSpeakers(_ nodes: String...) async throws {
        for node in nodes { try await startSpeaker(node) }
    }

    /// Waits until the operator has given the service an address, and returns it.
    func address(of service: String, in namespace: String) async throws -> String {
        try await eventually("\(namespace)/\(service) has an address") {
            let address = try await kubectl(
                "get",
                "service",
                service,
                "-n",
                namespace,
                "-o",
                "jsonpath={.status.loadBalancer.ingress[*].ip}"
            )
            return address.isEmpty ? nil : address
        }
    }

    private static func pod(of node: String) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata:
          name: bgp-speaker-\(node)
          namespace: martlet-system
          labels: {app.kubernetes.io/name: bgp-speaker}
        spec:
          nodeName: \(node)
          serviceAccountName: bgp-speaker
          hostNetwork: true
          containers:
            - name: bgp-speaker
              image: bgp-speaker
              ports:
                - {name: admin, containerPort: 9179, hostPort: 9179, protocol: TCP}
        """
    }
}
