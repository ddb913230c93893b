import KubeClient

/// What a script does things with, once the lab's programs run.
struct RunningLab: Sendable {
    /// How kubectl and its plugin find the API server.
    let kubeconfig: String
    let client: KubeClient
    let nodes: [LabNode]
    let router: LabRouter
    /// By node.
    let speakers: [String: ServiceSwitch]
}
