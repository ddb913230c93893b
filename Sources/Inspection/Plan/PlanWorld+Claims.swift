import BGPTypes
import KubeModel
import Planning

/// Which addresses of Services are the operator's to take.
extension PlanWorld {
    /// What the Services' own conditions say the operator gave them.
    var shownClaims: [ObjectKey: [IPAddress]] {
        Dictionary(
            services.map { ($0.key, AddressAllocation.shown(by: $0)) }.filter { !$0.1.isEmpty },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The addresses in the status of Services besides `known` that the operator did not give.
    func strangers(besides known: Set<ObjectKey>, _ given: [ObjectKey: [IPAddress]]) -> [ObjectKey: [IPAddress]] {
        var found: [ObjectKey: [IPAddress]] = [:]
        for service in services where !known.contains(service.key) {
            let others = (service.status?.loadBalancer?.ingress ?? []).compactMap { $0.ip.flatMap { IPAddress($0) } }
                .filter { !(given[service.key] ?? []).contains($0) }
            if !others.isEmpty { found[service.key] = others }
        }
        return found
    }
}
