import BGPTypes
import KubeModel

/// Who has which address first, of all Services.
///
/// Nearly every address has one Service, and costs its key and four octets.
struct AddressHoldings {
    /// One Service, or a place in `lists`.
    private struct Slot {
        private var value: Int32

        init(service: Int32) { value = service }
        init(list place: Int) { value = -1 - Int32(truncatingIfNeeded: place) }

        var service: Int32? { value >= 0 ? value : nil }
        var place: Int { Int(-1 - value) }
    }

    /// One of several claims on an address.
    private struct Entry {
        let claim: ServiceClaim
        let number: Int32
    }

    private var ipv4: [UInt32: Slot] = [:]
    private var ipv6: [IPv6Address: Slot] = [:]
    /// The claims on addresses that several Services have, the first first.
    private var lists: [[Entry]] = []
    private var freeLists: [Int] = []
    private var keys: [ObjectKey?] = []
    private var freeKeys: [Int32] = []

    /// No Service has an address.
    init() {}

    /// The first of several Services that have an address; nil when it has one at most.
    func first(of address: IPAddress) -> ServiceClaim? {
        guard let slot = slot(address), slot.service == nil else { return nil }
        return lists[slot.place].first?.claim
    }

    /// Notes what a Service has now, and returns the others of which an address may have come to be, or ceased to be,
    /// another's.
    ///
    /// `number` is what the Service was given here before, nil at first; `facts` finds a Service by its name.
    mutating func exchange(
        _ key: ObjectKey,
        _ number: inout Int32?,
        from old: [IPAddress: ServiceClaim],
        to new: [IPAddress: ServiceClaim],
        facts: (ObjectKey) -> ServiceFacts?
    ) -> Set<ObjectKey> {
        guard old != new else { return [] }
        var concerned: Set<ObjectKey> = []
        for (address, claim) in old where new[address] != claim { remove(claim, from: address, &concerned) }
        if new.isEmpty {
            if let number {
                keys[Int(number)] = nil
                freeKeys.append(number)
            }
            number = nil
        } else {
            let place = number ?? take(key)
            number = place
            for (address, claim) in new where old[address] != claim {
                add(Entry(claim: claim, number: place), to: address, &concerned, facts: facts)
            }
        }
        concerned.remove(key)
        return concerned
    }

    private mutating func take(_ key: ObjectKey) -> Int32 {
        guard let free = freeKeys.popLast() else {
            keys.append(key)
            return Int32(truncatingIfNeeded: keys.count - 1)
        }
        keys[Int(free)] = key
        return free
    }

    private mutating func add(
        _ entry: Entry,
        to address: IPAddress,
        _ concerned: inout Set<ObjectKey>,
        facts: (ObjectKey) -> ServiceFacts?
    ) {
        guard let slot = slot(address) else { return set(Slot(service: entry.number), at: address) }
        guard let other = slot.service else {
            let first = lists[slot.place].first?.claim
            lists[slot.place].insert(entry, at: lists[slot.place].insertionIndex { $0.claim < entry.claim })
            // Whose an address is depends on the first of its claims alone.
            if entry.claim < first ?? entry.claim { concerned.formUnion(lists[slot.place].map(\.claim.service)) }
            return
        }
        guard let key = keys[Int(other)], let present = facts(key)?.claims[address] else {
            return set(Slot(service: entry.number), at: address)
        }
        let place = freeLists.popLast() ?? lists.count
        if place == lists.count { lists.append([]) }
        lists[place] = [entry, Entry(claim: present, number: other)].sorted { $0.claim < $1.claim }
        set(Slot(list: place), at: address)
        concerned.insert(key)
    }

    private mutating func remove(_ claim: ServiceClaim, from address: IPAddress, _ concerned: inout Set<ObjectKey>) {
        guard let slot = slot(address) else { return }
        guard slot.service == nil else { return set(nil, at: address) }
        let place = lists[slot.place].insertionIndex { $0.claim < claim }
        guard place < lists[slot.place].count, lists[slot.place][place].claim == claim else { return }
        lists[slot.place].remove(at: place)
        if place == 0 { concerned.formUnion(lists[slot.place].map(\.claim.service)) }
        guard lists[slot.place].count == 1, let left = lists[slot.place].first else { return }
        lists[slot.place] = []
        freeLists.append(slot.place)
        set(Slot(service: left.number), at: address)
    }

    private func slot(_ address: IPAddress) -> Slot? {
        switch address {
        case .v4(let address): ipv4[address.rawValue]
        case .v6(let address): ipv6[address]
        }
    }

    private mutating func set(_ slot: Slot?, at address: IPAddress) {
        switch address {
        case .v4(let address): ipv4[address.rawValue] = slot
        case .v6(let address): ipv6[address] = slot
        }
    }
}
