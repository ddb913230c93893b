import BGPEngine
import BGPTypes

/// Lets what comes count at once, and what goes only when it has stayed away: a device or default route that is made anew is
/// away for a moment, and no session is to end for that.
package struct NetworkSettling: Sendable {
    /// How long something may be away.
    package static let removalDelay: Duration = .seconds(5)

    fileprivate struct Place: Hashable {
        var device: String
        var address: IPAddress
        var network: IPPrefix
    }

    private var shown: NodeNetwork
    private var latest: NodeNetwork
    private var gone: [Place: (entry: NodeAddress, since: Duration)] = [:]
    private var gatewayGone: [IPFamily: Duration] = [:]

    /// Starts with what is there.
    package init(_ network: NodeNetwork) {
        shown = network
        latest = network
    }

    /// Takes what is there.
    package mutating func take(_ network: NodeNetwork) { latest = network }

    /// What counts at a moment of any clock, and when that may change by itself.
    package mutating func settle(at now: Duration) -> (network: NodeNetwork, wake: Duration?) {
        settleAddresses(at: now)
        settleGateways(at: now)
        let first = (gone.values.map(\.since) + gatewayGone.values).min()
        return (shown, first.map { $0 + Self.removalDelay })
    }

    private mutating func settleAddresses(at now: Duration) {
        var present: [Place: NodeAddress] = [:]
        for entry in latest.interfaces.flatMap(\.details) { present[Place(entry)] = entry }
        for entry in shown.interfaces.flatMap(\.details) where present[Place(entry)] == nil && gone[Place(entry)] == nil
        {
            gone[Place(entry)] = (entry, now)
        }
        gone = gone.filter { place, absent in present[place] == nil && now - absent.since < Self.removalDelay }
        let all = Array(present.values) + gone.values.map(\.entry)
        shown.interfaces = Dictionary(grouping: all, by: \.device).sorted { $0.key < $1.key }
            .map { InterfaceAddresses(name: $0.key, details: $0.value.sorted()) }
    }

    private mutating func settleGateways(at now: Duration) {
        shown.defaultGateways = IPFamily.allCases.compactMap { family in
            let new = latest.defaultGateways.first { $0.address.family == family }
            guard let old = shown.defaultGateways.first(where: { $0.address.family == family }), old != new else {
                gatewayGone[family] = nil
                return new
            }
            let since = gatewayGone[family] ?? now
            guard now - since < Self.removalDelay else {
                gatewayGone[family] = nil
                return new
            }
            gatewayGone[family] = since
            return old
        }
    }
}

extension NetworkSettling.Place {
    fileprivate init(_ entry: NodeAddress) {
        self.init(device: entry.device, address: entry.address, network: entry.network)
    }
}
