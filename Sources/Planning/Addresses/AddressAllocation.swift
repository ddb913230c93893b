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

    /// The type of the condition on the Service.
    package static let conditionType = "martlet.dev/IPAMRequestSatisfied"

    /// Whether what is in the status of a Service is what the operator gave, as its condition says.
    package static func isTold(on service: Service) -> Bool {
        guard let condition = service.status?.conditions?.of(conditionType) else { return false }
        return condition.reason != AllocationFailure.servedByAnother([]).reason
    }

    /// Whether the condition is to be on the Service: without any pool only those that were told before are told.
    package func isToBeTold(_ status: Service.Status?, hasPools: Bool) -> Bool {
        isLeftAlone ? failure != nil : hasPools || status?.conditions?.of(Self.conditionType) != nil
    }

    /// The addresses that a status shows as ours, for those who cannot read the ledger: all of it where the condition is the
    /// operator's, and what that says is withheld.
    package static func shown(by service: Service) -> [IPAddress] {
        guard isTold(on: service) else { return [] }
        let assigned = (service.status?.loadBalancer?.ingress ?? []).compactMap { $0.ip.flatMap { IPAddress($0) } }
        let condition = service.status?.conditions?.of(conditionType)
        return assigned + (condition.map(AllocationFailure.withheldAddresses) ?? []).filter { !assigned.contains($0) }
    }

    /// The condition that tells the outcome on the Service.
    package func condition(observedGeneration: Int64?) -> Condition {
        Condition(
            type: Self.conditionType,
            status: ConditionStatus(failure == nil),
            observedGeneration: observedGeneration,
            reason: failure?.reason ?? "Satisfied",
            message: failure?.message.asMessage
                ?? addresses.map { "\($0) from pool \(pools[$0] ?? "unknown")" }.asSentence(most: Self.namedAddresses)
        )
    }
}

/// Why an address was not given.
package enum AllocationFailure: Hashable, Sendable {
    /// No pool gives what is asked for, and of each pool why not.
    case noPool(wish: PoolWish, obstacles: [PoolObstacle])
    /// The pool asked for by name does not exist.
    case unknownPool(String)
    /// Another Service has the address; `by` names it when it is of the same namespace, and nothing is told of others.
    case alreadyAllocated(IPAddress, by: ObjectKey?)
    /// Another Service of the namespace has the address, and the two cannot share it.
    case incompatible(IPAddress, with: ObjectKey, obstacle: String)
    /// As many Services share the addresses around this one as can be recorded.
    case crowded(IPAddress)
    /// The Service and an older one have the address, and cannot share it any more; both keep it.
    case inConflict(IPAddress, with: ObjectKey?, obstacle: String)
    /// The Service had the addresses, an older one has them, and only one of the two can be served.
    case withheld([IPAddress], by: ObjectKey?, obstacle: String)
    /// The pool of the addresses is deleted: they stay until then, and for good if it is there again by then.
    case poolDeleted([IPAddress], pool: String, until: Timestamp)
    /// Another controller gave what is in the status.
    case servedByAnother([String])
    /// The address lies in a pool but is never handed out.
    case reserved(IPAddress, pool: String, by: PoolReservation)
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
        case .noPool(_, let obstacles): PoolObstacle.reason(of: obstacles)
        case .unknownPool: "UnknownPool"
        case .alreadyAllocated: "AlreadyAllocated"
        case .incompatible: "AlreadyAllocatedIncompatibleService"
        case .inConflict: "SharingConflict"
        case .withheld: "AddressWithheld"
        case .poolDeleted: PoolRefusal.deleted.code
        case .servedByAnother: "ServedByAnother"
        case .crowded: "TooManyServices"
        case .reserved, .spared: "AddressReserved"
        case .tooMany: "TooManyAddresses"
        case .namespaceFull: "TooManyAddressesInNamespace"
        case .outOfIPs: "OutOfIPs"
        case .unreadable: "InvalidAddress"
        case .tooManyNamespaces: "TooManyNamespaces"
        }
    }

    /// How a plan takes it: what another controller serves, or is served all the same, is no error.
    package var severity: Diagnostic.Severity {
        switch self {
        case .inConflict, .poolDeleted, .servedByAnother: .warning
        case .noPool, .unknownPool, .alreadyAllocated, .incompatible, .crowded, .withheld, .reserved, .spared, .tooMany,
            .namespaceFull, .outOfIPs, .unreadable, .tooManyNamespaces:
            .error
        }
    }

    /// The message in the condition.
    package var message: String {
        switch self {
        case .noPool(let wish, let obstacles): PoolObstacle.message(wish, obstacles)
        case .unknownPool(let name): "there is no LoadBalancerIPPool \(name.quoted)"
        case .alreadyAllocated(let address, let holder?):
            "\(address) is assigned to service \(holder), and this service has no sharing key"
        case .alreadyAllocated(let address, nil): "\(address) is taken"
        case .incompatible(let address, let holder, let obstacle):
            "\(address) is assigned to service \(holder), which cannot share it: \(obstacle)"
        case .crowded(let address): "\(address) is shared by as many services as can be"
        case .inConflict(let address, let holder, let obstacle):
            "\(address) stays, but \(Self.named(holder)) has it, too, and the two cannot share it"
                + (holder == nil ? "" : ": \(obstacle)")
        case .withheld(let addresses, let holder, let obstacle):
            "\(addresses.map(\.description).asSentence(most: 5))\(Self.withheldWords[addresses.count == 1 ? 0 : 1])"
                + "until \(Self.named(holder)), which has \(addresses.count == 1 ? "it" : "them"), can share"
                + (holder == nil ? "" : ": \(obstacle)")
        case .poolDeleted(let addresses, let pool, let until):
            "\(addresses.map(\.description).asSentence(most: 5)) \(addresses.count == 1 ? "stays" : "stay") until \(until): "
                + "pool \(pool) is deleted, and unless it is there again by then "
                + "\(addresses.count == 1 ? "the address is" : "the addresses are") lost"
        case .servedByAnother(let entries):
            "another controller gave \(entries.asSentence(most: 5)), so nothing is given or taken until that is gone from "
                + "status.loadBalancer"
        case .reserved(let address, let pool, let reservation): reservation.message(address, pool: pool)
        case .spared(let address, let pool):
            "\(address) is an address of a node or its pods, so pool \(pool) does not hand it out"
        case .tooMany(let first, let others, let most, let pool):
            Self.tooMany(first, others, most, pool)
        case .namespaceFull(let namespace, let most):
            "namespace \(namespace) has \(most) addresses, the most that one may have; "
                + "--max-addresses-per-namespace of bgp-operator raises that"
        case .outOfIPs(let family, let pools):
            "no \(family.word) address is free in \(pools.asSentence(most: 5))"
        case .tooManyNamespaces(let unread):
            "\(unread) of the namespaces to share with are not looked at: a service can name \(AddressLimits.namespaces), or * for all"
        case .unreadable(let text): "expected an IPv4 or IPv6 address, found \(text.quoted)"
        }
    }

    /// Of another namespace's Service nothing is told.
    private static func named(_ service: ObjectKey?) -> String { service.map { "service \($0)" } ?? "another service" }

    private static let withheldWords = [
        " is kept for this service and withheld ", " are kept for this service and withheld ",
    ]

    /// The addresses that a condition says are withheld; the other way of `message`, which a test holds it to.
    static func withheldAddresses(_ condition: Condition) -> [IPAddress] {
        let words = AllocationFailure.withheld([], by: nil, obstacle: "")
        guard condition.reason == words.reason, let message = condition.message else { return [] }
        for end in withheldWords {
            guard let range = message.firstRange(of: end) else { continue }
            return message[..<range.lowerBound].split(separator: " ")
                .compactMap { IPAddress(String($0.last == "," ? $0.dropLast() : $0)) }
        }
        return []
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
