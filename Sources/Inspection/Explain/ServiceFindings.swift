import BGPResources
import BGPTypes
import KubeModel
import Planning

/// What there is to say of a Service as a whole besides what is wrong with its own fields.
struct ServiceFindings {
    let service: Service
    let facts: ServiceFacts
    /// All that may select it.
    let advertisements: [BGPAdvertisement]
    /// All pools; empty where who asks may not see them.
    let pools: [LoadBalancerIPPool]

    /// First why it has no address, in the words of who was to give it; last why each pool gives none.
    var all: [Reason] {
        let unmet = UnmetRequest(service: service, pools: pools, classes: facts.classes)
        let own = facts.findings.filter { finding in
            if case .address(.noAddress(_, "LoadBalancer")) = finding { unmet.condition == nil } else { true }
        }
        return [unmet.condition].compactMap(\.self) + own + (unmet.condition == nil ? missingFamilies : [])
            + unmet.refusals
            + optingOut
    }

    /// Families that the Service cannot do without and has no load balancer address of, while it has one of another; told
    /// where allocation itself says nothing of it.
    private var missingFamilies: [Reason] {
        guard service.spec.ipFamilyPolicy == "RequireDualStack",
            let request = AddressRequest(service, clusterFamilies: [], classes: facts.classes)
        else { return [] }
        let present = Set(facts.addresses.filter { $0.kind == .loadBalancerIP }.map(\.address.family))
        let missing = request.families.filter { !present.contains($0) }
        return present.isEmpty || missing.isEmpty
            ? [] : [.address(.familiesWithoutAddress(missing, service: facts.key))]
    }

    /// The entries that leave the Service out because of a label that it carries; none when another selects it all the same.
    ///
    /// Without the label a selector asks for, a Service may have been forgotten; with one that is left out by name it says
    /// itself that it is not to be announced.
    private var optingOut: [Reason] {
        guard facts.type == "LoadBalancer" else { return [] }
        var found: [Reason] = []
        for advertisement in advertisements.sorted(by: { $0.key < $1.key }) {
            for (index, entry) in advertisement.spec.advertisements.enumerated() {
                guard entry.service?.addresses.contains(.loadBalancerIP) ?? false, let selector = entry.selector
                else { continue }
                if selector.matches(facts.label) { return [] }
                guard let key = selector.excludedKey(facts.label), let value = facts.label(key) else { continue }
                let reference = EntryReference(advertisement: advertisement.metadata.name, index: index)
                found.append(
                    .selection(.optedOut(reference, label: value.isEmpty ? key : "\(key)=\(value)", service: facts.key))
                )
            }
        }
        return found
    }
}

extension LabelSelector {
    /// The label for whose presence or value an object is left out.
    fileprivate func excludedKey(_ label: (String) -> String?) -> String? {
        matchExpressions?.first { requirement in
            switch requirement.operator {
            case .notIn, .doesNotExist: !requirement.matches(label)
            case .in, .exists: false
            }
        }?.key
    }
}
