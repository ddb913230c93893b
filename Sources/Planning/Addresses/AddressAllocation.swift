package import Addressing
package import KubeModel
import PlainText

/// The outcome of allocation for one Service.
package struct AddressAllocation: Hashable, Sendable {
    /// The addresses it has, in the order of the families it asked for, single requests in address order.
    package var addresses: [IPAddress]
    /// The pool of each address.
    package var pools: [IPAddress: String]
    /// Why a wish is not met; nil when all are.
    package var failure: AllocationFailure?

    /// Has nothing yet.
    package init(addresses: [IPAddress] = [], pools: [IPAddress: String] = [:], failure: AllocationFailure? = nil) {
        self.addresses = addresses
        self.pools = pools
        self.failure = failure
    }

    /// How many addresses the condition names.
    private static let namedAddresses = 5

    /// The type of the condition on the Service.
    package static let conditionType = "martlet.dev/IPAMRequestSatisfied"

    /// What is left of the conditions of a Service on which an outcome is told, for those who need to know no more; all have
    /// this one list.
    package static let told = [Condition(type: conditionType, status: .unknown)]

    /// Whether the status of a Service tells an outcome, which only we write there.
    package static func isTold(on service: Service) -> Bool { isTold(in: service.status) }

    /// Whether a status tells an outcome.
    package static func isTold(in status: Service.Status?) -> Bool {
        status?.conditions?.of(conditionType) != nil
    }

    /// Whether the outcome goes into the status of a Service: without any pool only what we once gave is ours to change.
    package static func concerns(_ status: Service.Status?, hasPools: Bool) -> Bool { hasPools || isTold(in: status) }

    /// The condition that tells the outcome on the Service.
    package func condition(observedGeneration: Int64?) -> Condition {
        Condition(
            type: Self.conditionType,
            status: ConditionStatus(failure == nil),
            observedGeneration: observedGeneration,
            reason: failure?.reason ?? "Satisfied",
            message: failure?.message
                ?? addresses.map { "\($0) from pool \(pools[$0] ?? "unknown")" }.asSentence(most: Self.namedAddresses)
        )
    }
}

/// Why an address was not given.
package enum AllocationFailure: Hashable, Sendable {
    /// No pool that hands out addresses contains the one asked for, or serves the family.
    case noPool(wish: String)
    /// The pool asked for by name does not exist.
    case unknownPool(String)
    /// A pool contains the address, but does not serve this Service.
    case poolSelectorMismatch(IPAddress, pool: String)
    /// Another Service has the address; `by` names it when it is of the same namespace, and nothing is told of others.
    case alreadyAllocated(IPAddress, by: ObjectKey?)
    /// Another Service of the namespace has the address, and the two cannot share it.
    case incompatible(IPAddress, with: ObjectKey, obstacle: String)
    /// As many Services share the addresses around this one as can be recorded.
    case crowded(IPAddress)
    /// The address lies in a pool but is never handed out.
    case reserved(IPAddress, pool: String)
    /// The address lies in a pool and belongs to a node or its pods.
    case spared(IPAddress, pool: String)
    /// The Service has as many addresses as it may ask for; `first` and `others` more stay away.
    case tooMany(first: IPAddress?, others: Int, most: Int, pool: String?)
    /// The namespace has as many addresses as it may.
    case namespaceFull(String, most: Int)
    /// All addresses of the pools that serve the Service are taken.
    case outOfIPs(IPFamily, pools: [String])
    /// A request is no address.
    case unreadable(String)
    /// The Service names more namespaces to share with than are looked at; so many are not.
    case tooManyNamespaces(unread: Int)

    /// The reason in the condition: a CamelCase word.
    package var reason: String {
        switch self {
        case .noPool: "NoPool"
        case .unknownPool: "UnknownPool"
        case .poolSelectorMismatch: "PoolSelectorMismatch"
        case .alreadyAllocated: "AlreadyAllocated"
        case .incompatible: "AlreadyAllocatedIncompatibleService"
        case .crowded: "TooManyServices"
        case .reserved, .spared: "AddressReserved"
        case .tooMany: "TooManyAddresses"
        case .namespaceFull: "TooManyAddressesInNamespace"
        case .outOfIPs: "OutOfIPs"
        case .unreadable: "InvalidAddress"
        case .tooManyNamespaces: "TooManyNamespaces"
        }
    }

    /// The message in the condition.
    package var message: String {
        switch self {
        case .noPool(let wish): "no pool that hands out addresses has \(wish)"
        case .unknownPool(let name): "there is no LoadBalancerIPPool \(name.quoted)"
        case .poolSelectorMismatch(let address, let pool):
            "\(address) belongs to pool \(pool), whose serviceSelector does not match this service"
        case .alreadyAllocated(let address, let holder?):
            "\(address) is assigned to service \(holder), and this service has no sharing key"
        case .alreadyAllocated(let address, nil): "\(address) is taken"
        case .incompatible(let address, let holder, let obstacle):
            "\(address) is assigned to service \(holder), which cannot share it: \(obstacle)"
        case .crowded(let address): "\(address) is shared by as many services as can be"
        case .reserved(let address, let pool): "\(address) is excluded from pool \(pool)"
        case .spared(let address, let pool):
            "\(address) is an address of a node or its pods, so pool \(pool) does not hand it out"
        case .tooMany(let first, let others, let most, let pool):
            Self.tooMany(first, others, most, pool)
        case .namespaceFull(let namespace, let most):
            "namespace \(namespace) has \(most) addresses, the most that one may have; "
                + "--max-addresses-per-namespace of bgp-operator raises that"
        case .outOfIPs(let family, let pools):
            "no \(family == .ipv4 ? "IPv4" : "IPv6") address is free in \(pools.asSentence(most: 5))"
        case .tooManyNamespaces(let unread):
            "\(unread) of the namespaces to share with are not looked at: a service can name \(AddressLimits.namespaces), or * for all"
        case .unreadable(let text): "expected an IPv4 or IPv6 address, found \(text.quoted)"
        }
    }

    private static func tooMany(_ first: IPAddress?, _ others: Int, _ most: Int, _ pool: String?) -> String {
        guard let first, let pool else {
            return "of the addresses asked for \(others) are not looked at: no service can ask for more than \(most)"
        }
        let rest = others > 0 ? "\(first) and \(others) more are" : "\(first) is"
        let bound = "a service may ask for \(most) \(most == 1 ? "address" : "addresses") of pool \(pool)"
        return "\(rest) not given: \(bound) unless its maxPerService says more"
    }
}
