package import BGPEngine
import BGPResources
package import BGPTypes
package import KubeJSON
package import KubeModel

/// What resources say of announcing to one peer, family by family.
package struct PeerPolicy {
    package let id: PeerID
    package let peerConfigName: String?
    var isPeerConfigPresent = false
    package internal(set) var families: [FamilyPolicy] = []
    package internal(set) var group: Int

    init(id: PeerID, peerConfigName: String?, group: Int) {
        self.id = id
        self.peerConfigName = peerConfigName
        self.group = group
    }

    /// The places of the selections of a family, sorted.
    func selections(_ family: IPFamily) -> [Int] {
        Set(families.filter { $0.family == family }.compactMap(\.selection)).sorted()
    }
}

/// One family of a PeerConfig and where its selector leads to.
package struct FamilyPolicy {
    package let family: IPFamily
    package let selector: LabelSelector?
    package let field: FieldPath
    /// The place of the selector in `NodePolicy.selections`; nil without one, which selects nothing.
    let selection: Int?

    /// The families of a PeerConfig that can carry routes of ours.
    static func all(of peerConfig: BGPPeerConfig, selections: inout [Selection]) -> [FamilyPolicy] {
        var policies: [FamilyPolicy] = []
        for (index, entry) in peerConfig.spec.effectiveFamilies.enumerated() {
            let family: IPFamily
            switch entry.family {
            case .ipv4Unicast: family = .ipv4
            case .ipv6Unicast: family = .ipv6
            default: continue
            }
            // Absent selects nothing; `{}` selects everything.
            let selection = entry.advertisements.map { selector in
                if let known = selections.firstIndex(where: { $0.selector == selector }) { return known }
                selections.append(Selection(selector: selector))
                return selections.count - 1
            }
            let path = FieldPath("spec.families")
            policies.append(
                FamilyPolicy(
                    family: family,
                    selector: entry.advertisements,
                    field: peerConfig.spec.families.isEmpty ? path : path.index(index).field("advertisements"),
                    selection: selection
                )
            )
        }
        return policies
    }
}
