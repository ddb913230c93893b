import BGPResources
import BGPTypes
import KubeModel

/// Whose the addresses of Services are.
extension Advertiser {
    /// Notes which addresses a Service has now, after `services` has it; returns the others that have some of them.
    mutating func claimAddresses(of key: ObjectKey, from before: ServiceFacts?) -> Set<ObjectKey> {
        var number = before?.number
        let after = services[key]
        defer { services.setNumber(number, of: key) }
        return holdings.exchange(key, &number, from: before?.claims ?? [:], to: after?.claims ?? [:]) { services[$0] }
    }

    /// Finds out anew whose addresses some Services have, and all where what is known of nodes and routers changed; returns
    /// those that have one more or less than before.
    mutating func settleOwners(_ addresses: ClusterAddresses?, of keys: Set<ObjectKey>) -> Set<ObjectKey> {
        var changed: Set<ObjectKey> = []
        if let addresses {
            configuration.clusterAddresses = addresses
            changed = learn(addresses.seen(by: configuration))
        }
        for key in keys where findOwners(of: key) { changed.insert(key) }
        return changed
    }

    /// Takes what is known of nodes, pods and routers; returns the Services of whose addresses one has another owner now.
    mutating func learn(_ addresses: ClusterAddresses) -> Set<ObjectKey> {
        let difference = addresses.difference(from: owners)
        owners = addresses
        guard !difference.isEmpty else { return [] }
        let keys = services.keys { $0.addresses.contains { difference.contains($0) } }
        return Set(keys.filter { findOwners(of: $0) })
    }

    /// Finds out which of a Service's addresses are another's, and says whether that is different from before.
    mutating func findOwners(of key: ObjectKey) -> Bool {
        guard let facts = services[key] else {
            if withheldServices.remove(key) != nil { withheldVersion += 1 }
            return false
        }
        let found = facts.foreignAddresses(among: owners, holdings)
        let isWithheld = !found.isEmpty || !facts.isProxied && !facts.addresses.isEmpty
        if isWithheld || withheldServices.contains(key) { withheldVersion += 1 }
        if isWithheld { withheldServices.insert(key) } else { withheldServices.remove(key) }
        guard found != facts.foreign else { return false }
        services.setForeign(found, of: key)
        return true
    }

    /// Why addresses of Services that some entry chooses are announced by no node, by Service, then address.
    ///
    /// Each is another's, or no proxy serves its Service. They are the first few, since one tenant can bring very many.
    package func withheldAddresses(most: Int = 64) -> [Reason] {
        var found: [Reason] = []
        for key in withheldServices.sorted() where found.count < most {
            guard let facts = services[key] else { continue }
            let chosen = facts.addresses.filter { policy.chooses($0, of: facts) }
            guard !chosen.isEmpty else { continue }
            found += chosen.compactMap { address in
                facts.foreign[address].map { .address(.addressNotOwned(service: key, address, $0)) }
            }
            if !facts.isProxied { found.append(.address(.notProxied(service: key, type: facts.type))) }
        }
        return Array(found.prefix(most))
    }
}

extension ServiceFacts {
    /// The addresses that are another's, and whose.
    func foreignAddresses(
        among owners: ClusterAddresses,
        _ holdings: AddressHoldings
    ) -> [ServiceAddress: AddressOwner] {
        var found: [ServiceAddress: AddressOwner] = [:]
        var own: [IPAddress: ServiceClaim]?
        for address in addresses {
            if let owner = owners.owner(of: address.address, as: address.kind) {
                found[address] = owner
                continue
            }
            guard address.kind != .clusterIP, let first = holdings.first(of: address.address), first.service != key
            else { continue }
            if own == nil { own = claims }
            // One that claims nothing, such as a headless Service, is told why of its own.
            guard let claim = own?[address.address], !claim.shares(with: first) else { continue }
            found[address] = .service(first.service)
        }
        return found
    }
}

extension [ServiceFacts] {
    /// The same Services, each with which of its addresses are another's.
    func withOwners(among owners: ClusterAddresses) -> [ServiceFacts] {
        let known = Dictionary(map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var holdings = AddressHoldings()
        for (key, facts) in known {
            var number: Int32?
            _ = holdings.exchange(key, &number, from: [:], to: facts.claims) { known[$0] }
        }
        return map { facts in
            var facts = facts
            facts.foreign = facts.foreignAddresses(among: owners, holdings)
            return facts
        }
    }
}

extension NodePolicy {
    /// Whether some entry chooses an address for some peer of the node.
    func chooses(_ address: ServiceAddress, of facts: ServiceFacts) -> Bool {
        serviceRules.contains { index in
            guard let rule = rules[index].serviceRule, rule.takes(address) else { return false }
            return rule.selector?.matches(facts.label) ?? false && !groups(of: index, address.address.family).isEmpty
        }
    }
}
