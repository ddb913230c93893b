import KubeModel
import PlainText

/// Which pods are speakers, and which only say so.
///
/// Anyone may give a pod the speakers' label. What a stranger's pod has not is a place in the namespace of the installation with
/// the speakers' service account on the host's network.
struct SpeakerPods: Sendable {
    /// The label that marks a speaker's pod.
    static let selector = "app.kubernetes.io/name=bgp-speaker"

    /// The service account that speakers run as.
    static let account = "bgp-speaker"

    /// The one to ask by node.
    private(set) var byNode: [String: Pod] = [:]

    /// What is in doubt, a sentence each.
    private(set) var warnings: [String] = []

    /// Sorts out pods that have the label, each on a node.
    init(_ pods: [Pod], on nodes: NodeFilter) {
        let placed = pods.filter { pod in pod.spec?.nodeName.map(nodes.includes) ?? false }.sorted { $0.key < $1.key }
        let strange = placed.compactMap { pod in Self.objection(to: pod).map { "\(pod.key) (\($0))" } }
        if !strange.isEmpty {
            warnings.append(
                "not asked, since they have the label of speakers and no more: \(strange.asSentence(most: 5))"
            )
        }
        let speakers = Dictionary(grouping: placed.filter { Self.objection(to: $0) == nil }) { $0.spec?.nodeName ?? "" }
        for (node, pods) in speakers.sorted(by: { $0.key < $1.key }) {
            let present = pods.filter(\.isPresent)
            guard let asked = (present.isEmpty ? pods : present).min(by: { $0.goesBefore($1) }) else { continue }
            byNode[node] = asked
            guard present.count > 1 else { continue }
            let others = present.filter { $0.key != asked.key }.map(\.key.description)
            warnings.append(
                "\(node) has \(present.count) speakers; \(asked.key) is asked, not \(others.asSentence(most: 5))"
            )
        }
    }

    /// Why a pod with the label is no speaker; nil when it is one.
    private static func objection(to pod: Pod) -> String? {
        let account = pod.spec?.serviceAccountName ?? "default"
        guard account == Self.account else { return "service account \(account)" }
        return pod.spec?.hostNetwork == true ? nil : "not on the host's network"
    }
}

extension Pod {
    /// The container port named `admin`, as the speaker's DaemonSet names it.
    var adminPort: Int {
        let ports = (spec?.containers ?? []).flatMap { $0.ports ?? [] }
        return ports.first { $0.name == "admin" }.map { Int($0.containerPort) } ?? Speakers.defaultPort
    }

    /// Whether its speaker was told to serve without TLS and tokens.
    var isPlain: Bool {
        (spec?.containers ?? []).contains { (($0.command ?? []) + ($0.args ?? [])).contains("--admin-plain") }
    }

    var isRunning: Bool {
        metadata.deletionTimestamp == nil && (status?.phase ?? "Running") == "Running"
    }

    /// Neither over nor about to be, as the old one of an update is.
    fileprivate var isPresent: Bool {
        metadata.deletionTimestamp == nil && status?.phase != "Succeeded" && status?.phase != "Failed"
    }

    private var isReady: Bool {
        isRunning && status?.conditions?.contains { $0.type == "Ready" && $0.status == .true } == true
    }

    /// The one that is ready goes first, then the one that runs, then the older: who comes later has to wait.
    fileprivate func goesBefore(_ other: Pod) -> Bool {
        if isReady != other.isReady { return isReady }
        if isRunning != other.isRunning { return isRunning }
        guard let own = metadata.creationTimestamp, let others = other.metadata.creationTimestamp, own != others else {
            return key < other.key
        }
        return own < others
    }
}
