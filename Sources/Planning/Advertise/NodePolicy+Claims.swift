import BGPTypes
import KubeModel

extension NodePolicy {
    /// The prefixes that a Service would bring to each group of peers if its endpoints were ready, in the order in which they
    /// get room: load balancer addresses, then external ones, then the cluster's, each as the object lists them.
    ///
    /// With `policy` as if that were its traffic policy.
    func claims(_ facts: ServiceFacts, as policy: Service.TrafficPolicy? = nil) -> [Int: [IPPrefix]] {
        let serving = serviceRules.compactMap { index -> (place: Int, rule: ServiceRule)? in
            guard let rule = rules[index].serviceRule, rule.selector?.matches(facts.label) ?? false else {
                return nil
            }
            return (index, rule)
        }
        // Where rules stand depends on which came and went before; their references do not.
        .sorted { rules[$0.place].reference < rules[$1.place].reference }
        guard !serving.isEmpty else { return [:] }
        var claims: [Int: [IPPrefix]] = [:]
        var seen: [Int: Set<IPPrefix>] = [:]
        for address in facts.precedence where facts.mayAnnounce(address.kind) {
            for (place, rule) in serving where rule.takes(address) {
                let prefix = rule.prefix(address.address, policy: policy ?? facts.policy(address.kind))
                for group in groups(of: place, prefix.family)
                where seen[group, default: []].insert(prefix).inserted {
                    claims[group, default: []].append(prefix)
                }
            }
        }
        return claims
    }

    /// Whether addresses of this kind of the Service would be announced to some peer.
    func announces(_ kind: AddressKind, of facts: ServiceFacts) -> Bool {
        facts.mayAnnounce(kind)
            && serviceRules.contains { index in
                guard let rule = rules[index].serviceRule, rule.kinds.contains(kind) else { return false }
                return rule.selector?.matches(facts.label) ?? false
                    && IPFamily.allCases.contains { !groups(of: index, $0).isEmpty }
            }
    }
}

/// The routes of a Service that are held back from one group of peers.
struct HeldRoutes {
    /// Those beyond what one Service may bring.
    var byService: Set<IPPrefix> = []
    /// Those beyond what the Services of one namespace may bring.
    var byNamespace: Set<IPPrefix> = []

    /// The rest of what a Service asks room for; nil when everything has room.
    init?(_ claims: [IPPrefix], mostOfService: Int, room: Int) {
        guard claims.count > min(mostOfService, room) else { return nil }
        byService = Set(claims.dropFirst(mostOfService))
        byNamespace = Set(claims.prefix(mostOfService).dropFirst(room))
    }

    /// How many they are.
    var count: Int { byService.count + byNamespace.count }

    func contains(_ prefix: IPPrefix) -> Bool { byService.contains(prefix) || byNamespace.contains(prefix) }

    /// What holds a route back, if anything does.
    func reason(_ prefix: IPPrefix, of service: ObjectKey, bounds: RouteBounds) -> Reason? {
        if byService.contains(prefix) {
            return .limit(.tooManyServiceRoutes(service: service, bound: bounds.perService))
        }
        guard byNamespace.contains(prefix) else { return nil }
        return .limit(.tooManyNamespaceRoutes(namespace: service.namespace ?? "", bound: bounds.perNamespace))
    }
}
