import KubeModel

extension Pod {
    /// The running speaker of a node such as `node-a`, by the node's letter.
    static func speaker(_ letter: String) -> Pod {
        Pod(
            metadata: ObjectMeta(
                name: "speaker-\(letter)",
                namespace: "martlet-system",
                labels: ["app.kubernetes.io/name": "bgp-speaker"]
            ),
            spec: .init(nodeName: "node-\(letter)"),
            status: .init(phase: "Running")
        )
    }
}
