import BGPResources
import Inspection
import KubeModel
import Planning

/// Which kinds have objects that could not be read, so that nothing can be said to be absent for want of them.
struct UnreadKinds {
    private var kinds: Set<String> = []
    /// Whether there is something of which not even the kind is known.
    private var isAnything = false

    /// Notes an object of a kind that was not taken; nil when the kind is not known.
    mutating func note(_ kind: String?) {
        if let kind { kinds.insert(kind) } else { isAnything = true }
    }

    /// Whether a finding tells only that something is absent which may stand among what could not be read.
    func explain(_ finding: Diagnostic) -> Bool {
        guard let kind = Self.absences[finding.reason] else { return false }
        return isAnything || kinds.contains(kind)
    }

    /// The findings that say what is not there, with the kind that is missed.
    static let absences: [ReasonCode: String] = [
        ConditionType.missingPeerConfigs.code: BGPPeerConfig.type.kind,
        ConditionType.noMatchingPeerConfig.code: BGPPeerConfig.type.kind,
        .noMatchingAdvertisement: BGPAdvertisement.type.kind, ConditionType.noMatchingNode.code: Node.type.kind,
        .unmatchedEntries: Node.type.kind, .noMatchingService: Service.type.kind, .authSecretMissing: Secret.type.kind,
        .noPool: LoadBalancerIPPool.type.kind, .unknownPool: LoadBalancerIPPool.type.kind,
        .noPodCIDR: CiliumNode.type.kind,
    ]
}
