import Addressing
import BGPResources
import KubeModel

/// The router ids of all instances: overrides, then node addresses, then what is left of the pool.
struct RouterIDAllocation {
    /// One instance on one node.
    struct Key: Hashable, Comparable {
        let node: String
        let instance: String

        static func < (left: Key, right: Key) -> Bool {
            (left.node, left.instance) < (right.node, right.instance)
        }
    }

    private(set) var ids: [Key: RouterID] = [:]

    /// Gives ids to `keys`, in their order.
    ///
    /// An id from the pool stays with its instance for as long as the NodeConfig that carries it exists, whoever else
    /// comes; an id that an override or a node address uses is never handed out.
    init(_ keys: [Key], snapshot: SortedSnapshot) {
        let nodes = Dictionary(snapshot.nodes.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        var open: [Key] = []
        for key in keys {
            if let id = Self.overridden(key, snapshot) ?? nodes[key.node].flatMap(RouterID.init(internalIPOf:)) {
                ids[key] = id
            } else {
                open.append(key)
            }
        }
        guard let pool = snapshot.settings.routerIDPool, case .v4(let first) = pool.address,
            case .v4(let last) = pool.lastAddress
        else { return }
        var taken = Set(ids.values.map(\.rawValue))
        var waiting: [Key] = []
        for key in open.sorted() {
            if let id = Self.present(key, snapshot), pool.contains(.v4(IPv4Address(rawValue: id.rawValue))),
                taken.insert(id.rawValue).inserted
            {
                ids[key] = id
            } else {
                waiting.append(key)
            }
        }
        var next = UInt64(max(first.rawValue, 1))
        for key in waiting {
            while next <= UInt64(last.rawValue), taken.contains(UInt32(truncatingIfNeeded: next)) { next += 1 }
            guard next <= UInt64(last.rawValue) else { return }
            ids[key] = RouterID(rawValue: UInt32(truncatingIfNeeded: next))
            next += 1
        }
    }

    private static func overridden(_ key: Key, _ snapshot: SortedSnapshot) -> RouterID? {
        guard let override = snapshot.override(key.node), snapshot.faults(override).isEmpty else { return nil }
        return override.spec.bgpInstances.first { $0.name == key.instance }?.routerID
    }

    private static func present(_ key: Key, _ snapshot: SortedSnapshot) -> RouterID? {
        snapshot.nodeConfig(key.node)?.spec.bgpInstances.first { $0.name == key.instance }?.routerID
    }
}
