package import BGPTypes
package import KubeModel
package import PlainText

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
}

extension AllocationFailure: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .noPool(let wish, let obstacles):
            row(
                PoolObstacle.code(of: obstacles),
                .prevents,
                object: nil,
                field: nil,
                message: PoolObstacle.message(wish, obstacles),
                fix: nil
            )
        case .unknownPool(let name):
            row(
                .unknownPool,
                .prevents,
                object: nil,
                field: nil,
                message: "there is no LoadBalancerIPPool \(name.quoted)",
                fix: nil
            )
        case .alreadyAllocated(let address, let holder):
            row(
                .alreadyAllocated,
                .prevents,
                object: nil,
                field: nil,
                message: holder.map { "\(address) is assigned to service \($0), and this service has no sharing key" }
                    ?? "\(address) is taken",
                fix: nil
            )
        case .incompatible(let address, let holder, let obstacle):
            row(
                .incompatibleService,
                .prevents,
                object: nil,
                field: nil,
                message: "\(address) is assigned to service \(holder), which cannot share it: \(obstacle)",
                fix: nil
            )
        case .crowded(let address):
            row(
                .tooManyServices,
                .prevents,
                object: nil,
                field: nil,
                message: "\(address) is shared by as many services as can be",
                fix: nil
            )
        case .inConflict(let address, let holder, let obstacle):
            row(
                .sharingConflict,
                .informs,
                object: nil,
                field: nil,
                message: "\(address) stays, but \(Self.named(holder)) has it, too, and the two cannot share it"
                    + (holder == nil ? "" : ": \(obstacle)"),
                fix: nil
            )
        case .withheld(let addresses, let holder, let obstacle):
            row(
                .addressWithheld,
                .prevents,
                object: nil,
                field: nil,
                message:
                    "\(addresses.map(\.description).asSentence(most: 5))\(Self.withheldWords[addresses.count == 1 ? 0 : 1])"
                    + "until \(Self.named(holder)), which has \(addresses.count == 1 ? "it" : "them"), can share"
                    + (holder == nil ? "" : ": \(obstacle)"),
                fix: nil
            )
        case .poolDeleted(let addresses, let pool, let until):
            row(
                .poolDeleted,
                .informs,
                object: nil,
                field: nil,
                message:
                    "\(addresses.map(\.description).asSentence(most: 5)) \(addresses.count == 1 ? "stays" : "stay") until "
                    + "\(until): pool \(pool) is deleted, and unless it is there again by then "
                    + "\(addresses.count == 1 ? "the address is" : "the addresses are") lost",
                fix: nil
            )
        case .servedByAnother(let entries):
            row(
                .servedByAnother,
                .informs,
                object: nil,
                field: nil,
                message:
                    "another controller gave \(entries.asSentence(most: 5)), so nothing is given or taken until that is "
                    + "gone from status.loadBalancer",
                fix: nil
            )
        case .reserved(let address, let pool, let reservation):
            row(
                .addressReserved,
                .prevents,
                object: nil,
                field: nil,
                message: reservation.message(address, pool: pool),
                fix: nil
            )
        case .spared(let address, let pool):
            row(
                .addressReserved,
                .prevents,
                object: nil,
                field: nil,
                message: "\(address) is an address of a node or its pods, so pool \(pool) does not hand it out",
                fix: nil
            )
        case .tooMany(let first, let others, let most, let pool):
            row(
                .tooManyAddresses,
                .prevents,
                object: nil,
                field: nil,
                message: Self.tooMany(first, others, most, pool),
                fix: nil
            )
        case .namespaceFull(let namespace, let most):
            row(
                .tooManyAddressesInNamespace,
                .prevents,
                object: nil,
                field: nil,
                message: "namespace \(namespace) has \(most) addresses, the most that one may have; "
                    + "--max-addresses-per-namespace of bgp-operator raises that",
                fix: nil
            )
        case .outOfIPs(let family, let pools):
            row(
                .outOfIPs,
                .prevents,
                object: nil,
                field: nil,
                message: "no \(family.word) address is free in \(pools.asSentence(most: 5))",
                fix: nil
            )
        case .tooManyNamespaces(let unread):
            row(
                .tooManyNamespaces,
                .prevents,
                object: nil,
                field: nil,
                message: "\(unread) of the namespaces to share with are not looked at: a service can name "
                    + "\(AddressLimits.namespaces), or * for all",
                fix: nil
            )
        case .unreadable(let text):
            row(
                .invalidAddress,
                .prevents,
                object: nil,
                field: nil,
                message: "expected an IPv4 or IPv6 address, found \(text.quoted)",
                fix: nil
            )
        }
    }

    /// How a plan takes it: what another controller serves, or is served all the same, is no error.
    package var severity: Diagnostic.Severity { effect == .prevents ? .error : .warning }

    /// Of another namespace's Service nothing is told.
    private static func named(_ service: ObjectKey?) -> String { service.map { "service \($0)" } ?? "another service" }

    private static let withheldWords = [
        " is kept for this service and withheld ", " are kept for this service and withheld ",
    ]

    /// The addresses that a condition says are withheld; the other way of `message`, which a test holds it to.
    static func withheldAddresses(_ condition: Condition) -> [IPAddress] {
        guard condition.reason == .addressWithheld, let message = condition.message else {
            return []
        }
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

extension ReasonCode {
    package static let unknownPool = ReasonCode("UnknownPool")
    package static let alreadyAllocated = ReasonCode("AlreadyAllocated")
    package static let incompatibleService = ReasonCode("AlreadyAllocatedIncompatibleService")
    package static let tooManyServices = ReasonCode("TooManyServices")
    package static let sharingConflict = ReasonCode("SharingConflict")
    package static let addressWithheld = ReasonCode("AddressWithheld")
    package static let servedByAnother = ReasonCode("ServedByAnother")
    package static let tooManyAddresses = ReasonCode("TooManyAddresses")
    package static let tooManyAddressesInNamespace = ReasonCode("TooManyAddressesInNamespace")
    package static let tooManyNamespaces = ReasonCode("TooManyNamespaces")
}
