import BGPEngine
import BGPTypes
import KubeJSON
import KubeModel

/// What the log should know of settings that are not followed, beside what sessions say of themselves.
struct SettingsReports: Sendable {
    private var missingNode: String?
    private var drainFault: FieldError?
    private var operatorDifferences: Set<String> = []
    private var obstacles: Set<String> = []
    private var limitedPeers: Set<PeerID> = []
    private var missingPodNetworks: [String] = []

    /// Takes what the stores say now: that no Node has the speaker's name, which no status can say, for there is no BGPNodeConfig
    /// to hold one; that the Node's annotations cannot be read; and that the operator is of a version, or has options, that do not
    /// go with this speaker's.
    mutating func take(_ inputs: NodeInputs, _ options: NodeOptions) -> [NodeEffect] {
        var effects = take(DrainRequest.fault(in: inputs.node), of: inputs.subject(options.node))
        let missing = inputs.missingNode(options.node)
        if missing != missingNode {
            effects.append(.report(missing.map { .noSuchNode($0) } ?? .nodeIsThere))
            missingNode = missing
        }
        let skew = inputs.versionSkew(of: options.version).flatMap { $0.status == .true ? $0.message : nil }
        let found = Set([skew, inputs.operatorDifference(from: options.classes)].compactMap(\.self))
        effects += found.subtracting(operatorDifferences).sorted().map { .report(.operatorDiffers($0)) }
        if found.isEmpty, !operatorDifferences.isEmpty { effects.append(.report(.operatorAgrees)) }
        operatorDifferences = found
        return effects
    }

    private mutating func take(_ fault: FieldError?, of node: Event.Subject) -> [NodeEffect] {
        defer { drainFault = fault }
        guard let fault, fault != drainFault else { return [] }
        return [
            .report(.invalidDrainAnnotation(fault)),
            .record(
                EventDraft(
                    level: .warning,
                    reason: .invalidAnnotation,
                    action: "Drain",
                    regarding: node,
                    note: fault.description
                )
            ),
        ]
    }

    /// Takes which instances and peers stay down, and which settings are not used as they are written; `unselected` says why the
    /// node is no router where that is for manifests to say.
    mutating func take(_ plans: [InstancePlan], on node: String, isIdle: Bool, unselected: String?) -> [NodeEffect] {
        var reports: [(key: String, report: NodeReport)] = []
        if let unselected { reports.append((unselected, .notSelected(unselected))) }
        var reasons: [(name: String, reason: Reason)] = []
        if isIdle { reasons.append((node, .configuration(.noPeers(node: node)))) }
        for plan in plans {
            reasons += plan.obstacles.map { (plan.name, $0) }
            reasons += plan.peers.compactMap { peer in peer.obstacle.map { ("\(peer.id)", $0) } }
        }
        reports += reasons.map { ("\($0.name) \($0.reason.message)", .staysDown($0.name, $0.reason)) }
        for peer in plans.flatMap(\.peers) {
            reports += peer.remarks.map { ("\(peer.id) \($0)", .ignoresSetting("\(peer.id)", $0)) }
        }
        let known = obstacles
        obstacles = []
        return reports.filter { obstacles.insert($0.key).inserted && !known.contains($0.key) }.map {
            .report($0.report)
        }
    }

    /// Takes how many routes limits hold back, by peer.
    mutating func take(heldBack: [PeerID: [IPFamily: Int]]) -> [NodeEffect] {
        let present = Set(heldBack.filter { !$0.value.isEmpty }.keys)
        let new = present.subtracting(limitedPeers).sorted()
        limitedPeers = present
        return new.isEmpty ? [] : [.report(.limitReached(new))]
    }

    /// Takes what entries of type PodCIDR miss on the node.
    mutating func take(podNetworkObstacles: [Reason]) -> [NodeEffect] {
        let found = podNetworkObstacles.map { "\($0.message); \($0.fix ?? "")" }
        guard found != missingPodNetworks else { return [] }
        missingPodNetworks = found
        return [.report(found.isEmpty ? .podNetworksKnown : .podNetworksMissing(found))]
    }
}
