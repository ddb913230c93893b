import BGPResources
import KubeJSON
import KubeModel
import PlainText
import Planning

extension Planner {
    /// What is wrong after a change; what was wrong before in objects that stay as they are is not its doing.
    var findings: [Diagnostic] {
        let found = (after.rendered.diagnostics + after.findings).filter { !(assumed?.isOfAssumption($0) ?? false) }
        guard let before else { return found }
        let past = Set(before.rendered.diagnostics + before.findings)
        let known = found.filter { past.contains($0) && isUntouched($0.object, before.world) }
        guard !known.isEmpty else { return found }
        let unsaid = Set(known)
        let names = known.filter { $0.severity != .info }.map { finding in
            (finding.object.map { "\($0) " } ?? "") + "(\(finding.reason))"
        }
        let rest = found.filter { !unsaid.contains($0) }
        guard !names.isEmpty else { return rest }
        let words = Set(names).sorted().asSentence(most: 5)
        return rest + [
            Diagnostic(
                severity: .info,
                reason: .knownFindings,
                message: "what was found before in objects that stay as they are is left out: \(words)"
            )
        ]
    }

    /// Whether an object says the same in both worlds; to what a manifest says a server may have added.
    private func isUntouched(_ object: ObjectReference?, _ before: PlanWorld) -> Bool {
        guard let object else { return true }
        let old = before.content(of: object)
        let new = after.world.content(of: object)
        guard before.isWholeCluster, let old, let new else { return old == new }
        return old.says(all: new)
    }
}

extension JSONValue {
    /// Whether everything that another tree says stands here, too.
    fileprivate func says(all other: JSONValue) -> Bool {
        switch (self, other) {
        case (.object(let members), .object(let others)):
            others.allSatisfy { name, value in value.isEmpty || members[name]?.says(all: value) ?? false }
        case (.array(let elements), .array(let others)):
            elements.count == others.count && zip(elements, others).allSatisfy { $0.says(all: $1) }
        default:
            self == other
        }
    }
}

extension PlanWorld {
    /// What a person wrote of an object: all but its status and what a server adds to its metadata.
    fileprivate func content(of object: ObjectReference) -> JSONValue? {
        func content(_ objects: [some KubeObject]) -> JSONValue? {
            guard let found = objects.first(where: { $0.reference == object }),
                case .object(var members)? = try? JSON.tree(found)
            else { return nil }
            let metadata = members["metadata"]
            if object.kind != Node.type.kind { members["status"] = nil }
            members["metadata"] = [
                "labels": metadata?["labels"] ?? .null, "annotations": metadata?["annotations"] ?? .null,
            ]
            return .object(members)
        }
        switch object.kind {
        case Node.type.kind: return content(nodes)
        case Service.type.kind: return content(services)
        case Secret.type.kind: return content(secrets)
        case BGPClusterConfig.type.kind: return content(clusterConfigs)
        case BGPPeerConfig.type.kind: return content(peerConfigs)
        case BGPAdvertisement.type.kind: return content(advertisements)
        case BGPNodeConfigOverride.type.kind: return content(overrides)
        case LoadBalancerIPPool.type.kind: return content(pools)
        // Of what is derived, such as a BGPNodeConfig, the same finding is all there is to compare.
        default: return nil
        }
    }
}
