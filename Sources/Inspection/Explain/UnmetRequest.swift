import BGPResources
import BGPTypes
import KubeModel
import Planning

/// What is said of a Service of type LoadBalancer that has not all addresses it asks for.
struct UnmetRequest {
    /// What the operator says, word for word; nil where it says nothing, or that all is well.
    let condition: Reason?
    /// Why every pool gives nothing of what is missing, in the order of their use; empty where nothing is, or where it is not
    /// for pools to give.
    let refusals: [Reason]

    /// As many pools as are told one by one.
    static let shownPools = 16

    init(service: Service, pools: [LoadBalancerIPPool], classes: LoadBalancerClasses) {
        let told = service.status?.conditions?.of(.addressRequestSatisfied)
        guard told?.status != .true,
            let request = AddressRequest(service, clusterFamilies: [.ipv4], classes: classes)
        else {
            condition = nil
            refusals = []
            return
        }
        condition = told.map { told in
            .address(
                .addressRequestUnmet(
                    service: service.key,
                    reason: told.reason ?? ConditionType.addressRequestSatisfied.code,
                    message: told.message ?? "the operator gives no reason"
                )
            )
        }
        let have = Set(request.status.assigned.map(\.family))
        let missing = request.families.filter { !have.contains($0) }
        // What is kept for the Service comes back by itself, and labels for another pool would give it another address.
        let isKept = told?.reason == .addressWithheld
        let lacks = !missing.isEmpty || request.addresses.contains { !request.status.assigned.contains($0) }
        let isUnmet = lacks && !isKept
        let all = isUnmet ? PoolRefusal.all(request, missing: missing, pools: pools) : []
        refusals = all.prefix(Self.shownPools).map {
            .pool(.passesOver($0.refusal, pool: $0.pool, service: service.key))
        }
    }
}
