package import BGPEngine
import BGPTypes
package import KubeModel

/// Whose the addresses of the node's devices are: the node's own, or Services' that something has put there.
package struct OwnAddresses: Sendable {
    /// What sessions are told.
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
    /// Returns whether sessions have to be told.
    package mutating func follow(_ node: Node?) -> Bool {
        let listed = (node?.internalIPs ?? []).compactMap(IPAddress.init)
        let missing = IPFamily.allCases.filter { family in !listed.contains { $0.family == family } }
        let known = listed + cluster.internalIPs.filter { missing.contains($0.family) }
        guard known != cluster.internalIPs else { return false }
        cluster.internalIPs = known
        return true
    }

    /// Takes Services that have changed, by key, nil for those that are gone; `all` is asked when all have to be looked at.
    ///
    /// Returns whether sessions have to be told.
    package mutating func follow(_ changed: [ObjectKey: AnnouncedService?], all: () -> [AnnouncedService]) -> Bool {
        if mustLookAtAll {
            mustLookAtAll = false
            taken = [:]
            for service in all() { look(at: service, service.key) }
        } else {
            for (key, service) in changed { look(at: service, key) }
        }
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
