package import BGPTypes
package import KubeModel
import PlainText

/// The outcome of allocation for one Service.
package struct AddressAllocation: Hashable, Sendable {
    /// The addresses it has, in the order of the families it asked for, single requests in address order.
    package var addresses: [IPAddress]
    /// The pool of each address, of those that are withheld, too.
    package var pools: [IPAddress: String]
    /// Addresses that it had and gets back when what keeps it from having them is gone; nobody else gets them.
    package var withheld: [IPAddress] = []
    /// Why a wish is not met, or what it has is in danger; nil when neither.
    package var failure: AllocationFailure?
    /// Whether another controller serves the Service, so that nothing is given, and nothing in its status touched.
    package var isLeftAlone = false
    /// What is wrong with addresses that it had before.
    var conflicts: [IPAddress: AllocationFailure] = [:]

    /// What the ledger is to say it may have: what it has, and what is kept for it.
    package var claimed: [IPAddress] { addresses + withheld }

    /// Has nothing yet.
    package init(addresses: [IPAddress] = [], pools: [IPAddress: String] = [:], failure: AllocationFailure? = nil) {
        self.addresses = addresses
        self.pools = pools
        self.failure = failure
    }

    /// How many addresses the condition names.
    private static let namedAddresses = 5

    /// Whether what is in the status of a Service is what the operator gave, as its condition says.
    package static func isTold(on service: Service) -> Bool {
        guard let condition = service.status?.conditions?.of(.addressRequestSatisfied) else { return false }
        return condition.reason != .servedByAnother
    }

    /// Whether the condition is to be on the Service: without any pool only those that were told before are told.
    package func isToBeTold(_ status: Service.Status?, hasPools: Bool) -> Bool {
        isLeftAlone ? failure != nil : hasPools || status?.conditions?.of(.addressRequestSatisfied) != nil
    }

    /// The addresses that a status shows as ours, for those who cannot read the ledger: all of it where the condition is the
    /// operator's, and what that says is withheld.
    package static func shown(by service: Service) -> [IPAddress] {
        guard isTold(on: service) else { return [] }
        let assigned = (service.status?.loadBalancer?.ingress ?? []).compactMap { $0.ip.flatMap { IPAddress($0) } }
        let condition = service.status?.conditions?.of(.addressRequestSatisfied)
        return assigned + (condition.map(AllocationFailure.withheldAddresses) ?? []).filter { !assigned.contains($0) }
    }

    /// The condition that tells the outcome on the Service.
    package func condition(observedGeneration: Int64?) -> Condition {
        Condition(
            .addressRequestSatisfied,
            ConditionStatus(failure == nil),
            failure?.code ?? .satisfied,
            failure?.message
                ?? addresses.map { "\($0) from pool \(pools[$0] ?? "unknown")" }.asSentence(most: Self.namedAddresses),
            observedGeneration: observedGeneration
        )
    }
}
