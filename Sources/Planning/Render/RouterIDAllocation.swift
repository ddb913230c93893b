import BGPResources
import BGPTypes
import KubeModel
import PlainText

/// The router ids of all instances: overrides, then those in use, then node addresses, then what is left of the pool.
///
/// No two nodes of an AS get the same one (RFC 6286 §2.1), unless both say that it is their address. What is in use stays, whatever a Node says of its addresses, as
/// long as it was not taken from an override or a pool that says something else now. An override that asks for what another
/// node holds is refused, and both go on with what they have.
struct RouterIDAllocation {
    /// One instance on one node.
    struct Key: Hashable, Comparable {
        let node: String
        let instance: String

        static func < (left: Key, right: Key) -> Bool {
            (left.node, left.instance) < (right.node, right.instance)
        }
    }

    /// An override that asks for a router id which another node holds.
    struct Refusal: Hashable {
        let key: Key
        let id: RouterID
        /// The node that holds it.
        let holder: String
    }

    /// An id and where it came from.
    struct Given: Hashable {
        let id: RouterID
        let source: RouterIDSource
    }

    private(set) var given: [Key: Given] = [:]
    /// In the order of their instances.
    private(set) var refusals: [Refusal] = []
    private var holders: [Identity: String] = [:]

    /// Gives ids to instances, each with its AS.
    init(_ instances: [(key: Key, asn: ASNumber?)], snapshot: SortedSnapshot) {
        let nodes = Dictionary(snapshot.nodes.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<Key> = []
        let requests = instances.filter { seen.insert($0.key).inserted }
            .map { Request($0.key, $0.asn, nodes[$0.key.node], snapshot) }
            .sorted { $0.key < $1.key }
        let granted = grants(requests)
        for request in requests where granted.contains(request.key) {
            if let id = request.asked { give(Given(id: id, source: .override), to: request) }
        }
        var open: [Request] = []
        let kept = requests.filter { !granted.contains($0.key) && $0.kept != nil }
        for request in kept.filter(\.keepsOwnAddress) + kept.filter({ !$0.keepsOwnAddress }) {
            if let kept = request.kept, isFree(kept.id, for: request) {
                give(kept, to: request)
            } else {
                open.append(request)
            }
        }
        open += requests.filter { !granted.contains($0.key) && $0.kept == nil }
        giveAnew(open.sorted { $0.key < $1.key }, requests, snapshot.settings.routerIDPool)
    }

    private struct Identity: Hashable {
        let asn: ASNumber?
        let id: RouterID
    }

    private func isFree(_ id: RouterID, for request: Request) -> Bool {
        holders[Identity(asn: request.asn, id: id)].map { $0 == request.key.node } ?? true
    }

    private mutating func give(_ id: Given, to request: Request) {
        given[request.key] = id
        holders[Identity(asn: request.asn, id: id.id)] = request.key.node
    }

    /// Addresses of the nodes, then what nobody has of the pool, in the order of the instances.
    private mutating func giveAnew(_ open: [Request], _ all: [Request], _ pool: IPPrefix?) {
        var waiting: [Request] = []
        let listed = Dictionary(all.map { ($0.key.node, $0.internalIPs) }, uniquingKeysWith: { first, _ in first })
        for request in open {
            // One id a node, where it has several instances.
            let others = Set(given.filter { $0.key.node == request.key.node }.map(\.value.id))
            let addresses = request.internalIPs.filter(others.contains) + request.internalIPs
            if let id = addresses.first(where: { isFree($0, for: request) }) {
                give(Given(id: id, source: .internalIP), to: request)
            } else if let id = addresses.first(where: { id in
                holders[Identity(asn: request.asn, id: id)].flatMap { listed[$0] }?.contains(id) ?? false
            }) {
                // Two Nodes say that they have one address: a mistake that is told, and not covered up.
                given[request.key] = Given(id: id, source: .internalIP)
            } else {
                waiting.append(request)
            }
        }
        guard let pool, case .v4(let first) = pool.address, case .v4(let last) = pool.lastAddress else { return }
        let taken = Set(given.values.map(\.id.rawValue)).union(all.flatMap(\.internalIPs).map(\.rawValue))
        var next = UInt64(max(first.rawValue, 1))
        for request in waiting {
            while next <= UInt64(last.rawValue), taken.contains(UInt32(truncatingIfNeeded: next)) { next += 1 }
            guard next <= UInt64(last.rawValue) else { return }
            if let id = RouterID(rawValue: UInt32(truncatingIfNeeded: next)) {
                give(Given(id: id, source: .pool), to: request)
            }
            next += 1
        }
    }

    /// The instances whose overrides get what they ask for.
    ///
    /// All do at first; each that meets a stronger claim is refused and claims what it has again, which another may have
    /// asked for meanwhile, and so on until nothing clashes.
    private mutating func grants(_ requests: [Request]) -> Set<Key> {
        var granted = Set(requests.filter { $0.asked != nil }.map(\.key))
        var found: [Key: Refusal] = [:]
        while true {
            var claims: [Identity: [Request]] = [:]
            for request in requests {
                guard let id = request.claim(isGranted: granted.contains(request.key)) else { continue }
                claims[Identity(asn: request.asn, id: id), default: []].append(request)
            }
            var refused: [Key] = []
            for request in requests where granted.contains(request.key) {
                guard let id = request.asked else { continue }
                let rank = request.rank(for: id, isGranted: true)
                let rivals = (claims[Identity(asn: request.asn, id: id)] ?? []).filter { rival in
                    rival.key.node != request.key.node
                        && rival.rank(for: id, isGranted: granted.contains(rival.key)) < rank
                }
                guard let rival = rivals.first else { continue }
                refused.append(request.key)
                found[request.key] = Refusal(key: request.key, id: id, holder: rival.key.node)
            }
            guard !refused.isEmpty else { break }
            granted.subtract(refused)
        }
        refusals = found.values.sorted { $0.key < $1.key }
        return granted
    }
}

/// What one instance asks for and has.
private struct Request {
    let key: RouterIDAllocation.Key
    let asn: ASNumber?
    /// What its override asks for.
    let asked: RouterID?
    /// What it runs with, whatever it was taken from.
    let inUse: RouterID?
    /// What of that may stay without an override.
    let kept: RouterIDAllocation.Given?
    /// The node's IPv4 InternalIPs in its order.
    let internalIPs: [RouterID]
    /// Since when its override has been there; infinity where no server has told.
    private let since: Double

    init(_ key: RouterIDAllocation.Key, _ asn: ASNumber?, _ node: Node?, _ snapshot: SortedSnapshot) {
        self.key = key
        self.asn = asn
        internalIPs = node.map(RouterID.internalIPs) ?? []
        let present = snapshot.nodeConfig(key.node)?.spec.bgpInstances.first { $0.name == key.instance }
        inUse = present?.routerID
        let override = snapshot.override(key.node)
        let isBroken = override.map { !snapshot.faults($0).isEmpty } ?? false
        // Of a broken override stays what it said before.
        let asked =
            isBroken ? inUse : override?.spec.bgpInstances.first { $0.name == key.instance }?.routerID
        self.asked = asked
        since = override?.metadata.creationTimestamp?.secondsSinceEpoch ?? .infinity
        kept = present?.keptRouterID(isAsked: asked != nil, internalIPs, pool: snapshot.settings.routerIDPool)
    }

    /// Whether what may stay is an address of the node.
    var keepsOwnAddress: Bool { kept.map { internalIPs.contains($0.id) } ?? false }

    /// What it would run with.
    func claim(isGranted: Bool) -> RouterID? {
        isGranted ? asked : kept?.id ?? internalIPs.first
    }

    /// The strength of a claim, the strongest lowest: in use, then an address of the node, then the older override.
    func rank(for id: RouterID, isGranted: Bool) -> (Int, Double, String) {
        let isAsked = isGranted && asked == id
        if inUse == id { return (isAsked ? 0 : 1, 0, key.node) }
        return isAsked ? (3, since, key.node) : (2, 0, key.node)
    }
}

extension BGPNodeConfig.Instance {
    /// The router id that is in use, unless what it was taken from says something else now.
    fileprivate func keptRouterID(
        isAsked: Bool,
        _ internalIPs: [RouterID],
        pool: IPPrefix?
    ) -> RouterIDAllocation.Given? {
        guard let routerID else { return nil }
        if internalIPs.contains(routerID) { return .init(id: routerID, source: .internalIP) }
        let isOfPool = pool?.contains(.v4(IPv4Address(rawValue: routerID.rawValue))) ?? false
        switch routerIDSource {
        // Where another is asked for and refused, this one stays.
        case .override: return isAsked ? .init(id: routerID, source: .override) : nil
        case .pool: return isOfPool ? .init(id: routerID, source: .pool) : nil
        case .internalIP: return .init(id: routerID, source: .internalIP)
        // Written before the source was.
        case nil: return .init(id: routerID, source: isOfPool ? .pool : .internalIP)
        }
    }
}

extension RouterID {
    /// The node's IPv4 InternalIPs that can be one, in its order.
    static func internalIPs(of node: Node) -> [RouterID] {
        node.internalIPs.compactMap(IPv4Address.init).compactMap(RouterID.init)
    }
}
