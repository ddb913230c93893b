/// How many Services of type LoadBalancer that are ours have what they ask for; what another controller serves is not ours.
package struct ServiceCounts: Hashable, Sendable {
    /// Services that have all that they ask for.
    package private(set) var satisfied = 0
    /// Services that wait for an address, or have one in a way that cannot last.
    package private(set) var pending = 0

    /// No Services.
    package init() {}

    /// Counts what a Service has now instead of what it had; nil is no Service.
    mutating func change(from old: AddressAllocation?, to new: AddressAllocation?) {
        count(old, -1)
        count(new, 1)
    }

    private mutating func count(_ allocation: AddressAllocation?, _ number: Int) {
        guard let allocation, !allocation.isLeftAlone else { return }
        if allocation.failure == nil { satisfied += number } else { pending += number }
    }
}
