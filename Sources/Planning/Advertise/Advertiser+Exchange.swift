import BGPResources
import BGPTypes
import KubeModel

extension Advertiser {
    /// Takes changed Advertisements, nil for those that are gone, and decides what they announce.
    mutating func exchange(_ changed: [String: BGPAdvertisement?]) {
        var leaving: Set<Int> = []
        var coming: [Int] = []
        var suspended: [ObjectKey]?
        // The Services of which something else may be kept back afterwards.
        var affected: Set<ObjectKey> = []
        for (name, advertisement) in changed.sorted(by: { $0.key < $1.key }) {
            guard configuration.exchange(name, advertisement) else { continue }
            unannounced.touch()
            if let advertisement, exchangePrefixes(of: advertisement) { continue }
            if suspended == nil { suspended = suspendBounded() }
            for slot in policy.advertisements[name]?.rules ?? [] {
                if policy.rules[slot].serviceRule == nil {
                    for candidate in policy.candidates(of: slot, configuration) { remove(candidate) }
                } else if policy.rules[slot].matchesNode {
                    leaving.insert(slot)
                }
            }
            if !leaving.isEmpty { affected.formUnion(dropCandidates(by: leaving)) }
            policy.retire(name)
            guard let advertisement else { continue }
            for slot in policy.insert(advertisement) {
                if policy.rules[slot].serviceRule == nil {
                    for candidate in policy.candidates(of: slot, configuration) { add(candidate) }
                } else if policy.rules[slot].matchesNode {
                    coming.append(slot)
                }
            }
        }
        guard let suspended else { return }
        affected.formUnion(unannounced.services)
        if !coming.isEmpty { affected.formUnion(addCandidates(by: coming, besides: Set(suspended))) }
        resume(suspended)
        for key in affected.subtracting(suspended) { noteUnannounced(key) }
    }

    /// Takes an Advertisement that differs from its predecessor in written prefixes alone; false for any other.
    private mutating func exchangePrefixes(of advertisement: BGPAdvertisement) -> Bool {
        guard let named = policy.advertisements[advertisement.metadata.name],
            named.labels == advertisement.metadata.labels ?? [:]
        else { return false }
        let entries = policy.compile(advertisement)
        guard entries.count == named.rules.count,
            zip(entries, named.rules).allSatisfy({ $0.isLike(policy.rules[$1]) })
        else { return false }
        for (entry, slot) in zip(entries, named.rules) {
            guard case .prefixes(let new) = entry.source, case .prefixes(let old) = policy.rules[slot].source,
                new != old
            else { continue }
            policy.replace(slot, with: entry)
            guard entry.matchesNode else { continue }
            old.forEachDifference(from: new) { prefix, isNew in
                let candidate = RouteCandidate(rule: slot, prefix: prefix, origin: .list)
                if isNew { add(candidate) } else { remove(candidate) }
            }
        }
        return true
    }

    /// Takes away what some entries announce; returns the Services that it was announced for.
    private mutating func dropCandidates(by rules: Set<Int>) -> Set<ObjectKey> {
        var affected: Set<ObjectKey> = []
        for key in services.keys(by: rules) {
            let all = services.candidates(of: key)
            let rest = all.filter { !rules.contains($0.rule) }
            for candidate in all where rules.contains(candidate.rule) { remove(candidate, of: key) }
            services.setCandidates(rest, of: key)
            affected.insert(key)
        }
        return affected
    }

    /// Adds what some entries announce; returns the Services of which they select something and do not announce it.
    private mutating func addCandidates(by rules: [Int], besides suspended: Set<ObjectKey>) -> Set<ObjectKey> {
        var affected: Set<ObjectKey> = []
        for (key, facts) in services where !suspended.contains(key) {
            let (found, kept) = policy.verdicts(facts, by: rules)
            if !kept.isEmpty { affected.insert(key) }
            guard !found.isEmpty else { continue }
            services.setCandidates(services.candidates(of: key) + found, of: key)
            for candidate in found { add(candidate, of: key) }
        }
        return affected
    }
}

extension NodeConfiguration {
    /// Puts an Advertisement in the place of the one of its name, nil for none, and says whether that is any change; the
    /// list stays sorted.
    fileprivate mutating func exchange(_ name: String, _ advertisement: BGPAdvertisement?) -> Bool {
        let place = advertisements.insertionIndex { $0.metadata.name < name }
        let isThere = place < advertisements.count && advertisements[place].metadata.name == name
        switch (advertisement, isThere) {
        case (let advertisement?, true):
            guard advertisements[place] != advertisement else { return false }
            advertisements[place] = advertisement
        case (let advertisement?, false): advertisements.insert(advertisement, at: place)
        case (nil, true): advertisements.remove(at: place)
        case (nil, false): return false
        }
        return true
    }
}

extension [IPPrefix] {
    /// Says what is in one of two sorted lists alone.
    fileprivate func forEachDifference(from new: [IPPrefix], _ body: (_ prefix: IPPrefix, _ isNew: Bool) -> Void) {
        var mine = makeIterator()
        var theirs = new.makeIterator()
        var left = mine.next()
        var right = theirs.next()
        while left != nil || right != nil {
            if let one = left, let other = right {
                if one == other {
                    left = mine.next()
                    right = theirs.next()
                } else if one < other {
                    body(one, false)
                    left = mine.next()
                } else {
                    body(other, true)
                    right = theirs.next()
                }
            } else if let one = left {
                body(one, false)
                left = mine.next()
            } else if let other = right {
                body(other, true)
                right = theirs.next()
            }
        }
    }
}
