import BGPResources
import Inspection
import KubeModel
import Planning

/// Of which kinds the manifests have objects at all.
///
/// Repositories hold a part of a cluster: of a kind that nobody gave nothing can be said to be missing. That no Node is there
/// the plan itself knows.
struct GivenKinds {
    /// Those that are missed by findings and of which there is no object.
    private let absent: Set<String>

    /// Takes the manifests, and those that they are compared with.
    init(_ inputs: [ManifestInput]) {
        let worlds = inputs.map(\.world)
        let counts: [(kind: String, count: (PlanWorld) -> Int)] = [
            (BGPPeerConfig.type.kind, \.peerConfigs.count), (BGPAdvertisement.type.kind, \.advertisements.count),
            (Secret.type.kind, \.secrets.count), (LoadBalancerIPPool.type.kind, \.pools.count),
        ]
        absent = Set(counts.filter { _, count in worlds.allSatisfy { count($0) == 0 } }.map(\.kind))
    }

    /// The objects as they are to be planned with: where no Secret is given, passwords are taken to exist.
    func world(of input: ManifestInput) -> PlanWorld {
        var world = input.world
        world.assumesSecrets = absent.contains(Secret.type.kind)
        return world
    }

    /// The findings without those that only miss what nobody gave, and which kinds these were.
    func told(_ findings: [Diagnostic], of world: PlanWorld) -> [Diagnostic] {
        var missed: Set<String> = []
        var told = findings.filter { finding in
            guard let kind = UnreadKinds.absences[finding.reason], absent.contains(kind) else { return true }
            missed.insert(kind)
            return false
        }
        told += missed.sorted().map { kind in
            Self.notGiven("no \(kind) is among the manifests: nothing is said to be missing for want of one")
        }
        if absent.contains(Secret.type.kind), world.peerConfigs.contains(where: { $0.spec.authSecretRef != nil }) {
            told.append(
                Self.notGiven("no Secret is among the manifests: the passwords that they name are taken to exist")
            )
        }
        return told
    }

    private static func notGiven(_ message: String) -> Diagnostic {
        Diagnostic(severity: .info, reason: .missingObjects, message: message)
    }
}
