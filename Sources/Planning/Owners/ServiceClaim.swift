import BGPResources
import BGPTypes
import KubeModel

/// How a Service came to an address; of two claims the lower is the better.
enum ClaimRank: UInt8, Comparable {
    /// The API server gave it as a cluster IP.
    case clusterIP
    /// The operator gave it, as the condition of the Service says.
    case given
    /// It stands in the status, whoever wrote that.
    case inStatus
    /// Who wrote the Service asked for it.
    case askedFor

    static func < (left: ClaimRank, right: ClaimRank) -> Bool { left.rawValue < right.rawValue }
}

/// That a Service has an address.
///
/// The order is that of who has it first: how it was come by, then age, then name. It follows from the objects alone, so
/// that all nodes agree and a restart changes nothing.
struct ServiceClaim: Hashable, Comparable {
    let rank: ClaimRank
    /// Seconds since 1970; infinity where no server has created the Service.
    let created: Double
    let service: ObjectKey
    /// With whom it shares.
    let sharing: AddressSharing?

    static func < (left: ServiceClaim, right: ServiceClaim) -> Bool {
        if left.rank != right.rank { return left.rank < right.rank }
        if left.created != right.created { return left.created < right.created }
        return left.service < right.service
    }

    /// Whether two Services may have an address together.
    func shares(with other: ServiceClaim) -> Bool {
        if service == other.service { return true }
        switch (min(rank, other.rank), max(rank, other.rank)) {
        // Who gave it to both let them share it.
        case (.given, .given), (.inStatus, .inStatus): return true
        // One person may have an address of their own lead to several Services.
        case (.askedFor, .askedFor) where service.namespace == other.service.namespace: return true
        case (.clusterIP, _): return false
        default: break
        }
        guard let sharing, let others = other.sharing else { return false }
        return sharing.permits(others, from: service.namespace, to: other.service.namespace)
    }
}

/// What a Service says about having its addresses together with others.
struct AddressSharing: Hashable {
    private let key: String
    /// The other namespaces it shares with; `*` is every one.
    private let namespaces: Set<String>

    /// Nil for a Service that shares with none.
    init?(_ service: Service) {
        guard let key = AddressRequest.sharingKey(of: service) else { return nil }
        self.key = key
        namespaces = AddressRequest.sharingNamespaces(of: service)
    }

    func permits(_ other: AddressSharing, from namespace: String?, to otherNamespace: String?) -> Bool {
        guard key == other.key else { return false }
        return namespace == otherNamespace || reaches(otherNamespace) && other.reaches(namespace)
    }

    private func reaches(_ namespace: String?) -> Bool {
        namespaces.contains("*") || namespaces.contains(namespace ?? "")
    }
}

extension ServiceFacts {
    /// The Service's claims on addresses, each with the best of what it has; none of a Service that no proxy serves, which
    /// can do nothing with an address.
    var claims: [IPAddress: ServiceClaim] {
        var claims: [IPAddress: ServiceClaim] = [:]
        for address in addresses {
            let rank: ClaimRank
            switch address.kind {
            case .clusterIP: rank = .clusterIP
            case .loadBalancerIP where type == "LoadBalancer": rank = isGiven ? .given : .inStatus
            case .loadBalancerIP: continue
            case .externalIP where isProxied: rank = .askedFor
            case .externalIP: continue
            }
            if let known = claims[address.address], known.rank <= rank { continue }
            claims[address.address] = ServiceClaim(rank: rank, created: created, service: key, sharing: sharing)
        }
        return claims
    }
}
