import BGPResources
import BGPTypes
import KubeModel

extension NodePolicy {
    /// Adds an Advertisement of a name that is not there; returns the places of its entries.
    @discardableResult
    mutating func insert(_ advertisement: BGPAdvertisement) -> [Int] {
        let name = advertisement.metadata.name
        let labels = advertisement.metadata.labels ?? [:]
        var slots: [Int] = []
        for entry in compile(advertisement) {
            let slot = free.popLast() ?? rules.count
            if slot < rules.count {
                rules[slot] = entry
                groupsOfRule[slot] = GroupsOfRule()
            } else {
                rules.append(entry)
                groupsOfRule.append(GroupsOfRule())
            }
            slots.append(slot)
            if entry.serviceRule != nil, entry.matchesNode {
                serviceRules.insert(slot, at: serviceRules.insertionIndex { $0 < slot })
            }
        }
        advertisements[name] = NamedRules(labels: labels, rules: slots)
        var matching: Set<Int> = []
        for index in selections.indices where selections[index].selector.matches(labels) {
            matching.insert(index)
            let names = selections[index].advertisements
            selections[index].advertisements.insert(name, at: names.insertionIndex { $0 < name })
        }
        for group in groups.indices {
            for family in IPFamily.allCases where !matching.isDisjoint(with: groups[group].selections(family)) {
                let first = EntryReference(advertisement: name, index: 0)
                let place = groups[group].rules(family).insertionIndex { rules[$0].reference < first }
                groups[group].insert(slots, at: place, family)
                for slot in slots { groupsOfRule[slot].append(group, family) }
            }
        }
        return slots
    }

    /// Takes an Advertisement away; its entries can still be read until `forgetRetired()`.
    mutating func retire(_ name: String) {
        guard let slots = advertisements.removeValue(forKey: name)?.rules else { return }
        for index in selections.indices {
            let names = selections[index].advertisements
            let place = names.insertionIndex { $0 < name }
            if place < names.count, names[place] == name { selections[index].advertisements.remove(at: place) }
        }
        let leaving = Set(slots)
        for slot in slots {
            for family in IPFamily.allCases {
                for group in groups(of: slot, family) { groups[group].remove(leaving, family) }
            }
            groupsOfRule[slot] = GroupsOfRule()
        }
        serviceRules.removeAll(where: leaving.contains)
        retired += slots
    }

    /// Replaces an entry in its place by one that differs in its prefixes alone.
    mutating func replace(_ slot: Int, with entry: PolicyRule) {
        rules[slot] = entry
    }

    /// Gives the places of retired entries free.
    mutating func forgetRetired() {
        free += retired
        retired = []
    }
}

extension Array {
    /// The first place whose element does not come before; the array is sorted so that those that do come first.
    func insertionIndex(isBefore: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
