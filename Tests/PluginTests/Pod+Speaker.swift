import KubeModel
import PlainText
import TestSupport

extension Pod {
    /// The running speaker of a node such as `node-a`, by the node's letter, as the DaemonSet makes it unless told otherwise.
    static func speaker(
        _ letter: String,
        named name: String? = nil,
        in namespace: String = "martlet-system",
        account: String? = "bgp-speaker",
        hostNetwork: Bool? = true,
        args: [String] = [],
        port: Int32? = nil,
        isReady: Bool = true,
        since created: Timestamp? = nil,
        terminating: Timestamp? = nil
    ) -> Pod {
        let ports = port.map { [Port(name: "metrics", containerPort: 1), Port(name: "admin", containerPort: $0)] }
        var metadata = ObjectMeta(
            name: name ?? "speaker-\(letter)",
            namespace: namespace,
            labels: ["app.kubernetes.io/name": "bgp-speaker"]
        )
        metadata.creationTimestamp = created
        metadata.deletionTimestamp = terminating
        return Pod(
            metadata: metadata,
            spec: .init(
                nodeName: "node-\(letter)",
                serviceAccountName: account,
                hostNetwork: hostNetwork,
                containers: [.init(name: "speaker", args: args, ports: ports)]
            ),
            status: .init(
                phase: "Running",
                conditions: [Condition(type: "Ready", status: isReady ? .true : .false, reason: "", message: "")]
            )
        )
    }
}
