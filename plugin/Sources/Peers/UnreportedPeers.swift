import KubeClient
import Planning
import SpeakerAPI

/// Finds out why speakers have not reported peers: from their pods, which are asked in that case alone.
///
/// Who may not see the pods gets the table without these words.
struct UnreportedPeers {
    private let scope: ScopeOptions
    private let cluster: Cluster

    init(_ scope: ScopeOptions, on cluster: Cluster) {
        self.scope = scope
        self.cluster = cluster
    }

    /// The reports, those that are missing with what their node's pod says.
    func explained(_ reports: [PeerReport]) async -> [PeerReport] {
        let nodes = Set(reports.filter { !$0.isReported }.map(\.node))
        guard !nodes.isEmpty,
            let speakers = try? await Speakers(
                on: cluster,
                namespace: scope.speakerNamespace,
                nodes: NodeFilter(names: nodes)
            ), !speakers.pods.isEmpty
        else { return reports }
        let answers = await speakers.ask("/v1/peers", for: NodePeers.self)
        return reports.map { report in
            guard !report.isReported else { return report }
            var report = report
            report.silence = answers.silent[report.node] ?? answers.documents[report.node]?.problem
            return report
        }
    }
}
