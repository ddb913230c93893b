package import BGPEngine
import BGPTypes
package import KubeModel

/// Whose the addresses of the node's devices are: the node's own, or Services' that something has put there.
package struct OwnAddresses: Sendable {
    /// Which addresses are the node's own, and which are Services', for sessions.
    package private(set) var cluster = AddressRoles()
    /// The addresses that next hops can be chosen from.
    private var candidates: Set<IPAddress> = []
    /// Those of Services among them.
    private var taken: [ObjectKey: Set<IPAddress>] = [:]
    private var mustLookAtAll = true

    /// Knows nothing yet.
    package init() {}

    /// Takes the addresses of the node's devices; what is new may be of any Service.
    package mutating func follow(_ devices: NodeDevices) {
        let found = devices.candidates
        mustLookAtAll = mustLookAtAll || !found.isSubset(of: candidates)
        candidates = found
    }

    /// Takes the Node's InternalIPs; of a family that it lists no more, those until now, since that may pass.
    ///
    /// Returns whether sessions have to hear of it.
    package mutating func follow(_ node: Node?) -> Bool {
        let listed = (node?.internalIPs ?? []).compactMap(IPAddress.init)
        let missing = IPFamily.allCases.filter { family in !listed.contains { $0.family == family } }
        let known = listed + cluster.internalIPs.filter { missing.contains($0.family) }
        guard known != cluster.internalIPs else { return false }
        cluster.internalIPs = known
        return true
    }

    /// Whether all Services have to be looked at, since a device has a new address.
    package var isLookDue: Bool { mustLookAtAll }

    /// Takes Services that have changed; where all have to be looked at, all are.
    ///
    /// Returns whether sessions have to hear of it.
    package mutating func follow(_ changed: ChangedObjects<AnnouncedService>) -> Bool {
        guard !changed.isEmpty else { return false }
        if mustLookAtAll || changed.isResync { return look(at: changed.all) }
        for key in changed.keys { look(at: changed[key], key) }
        return join()
    }

    /// Takes all Services; returns whether sessions have to hear of it.
    package mutating func look(at services: [AnnouncedService]) -> Bool {
        mustLookAtAll = false
        taken = [:]
        for service in services { look(at: service, service.key) }
        return join()
    }

    private mutating func join() -> Bool {
        let virtual = taken.values.reduce(into: Set<IPAddress>()) { $0.formUnion($1) }
        guard virtual != cluster.virtual else { return false }
        cluster.virtual = virtual
        return true
    }

    private mutating func look(at service: AnnouncedService?, _ key: ObjectKey) {
        let found = service.map { candidates.intersection($0.addresses) } ?? []
        if found.isEmpty { taken[key] = nil } else { taken[key] = found }
    }
}
