import BGPEngine
import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText
import Planning

/// What is written as the rules have it, and yet will hurt.
extension PlannedCluster {
    var dangers: [Diagnostic] {
        coveringRoutes + twofoldPeers + shortTimers
    }

    /// Routes that hold the addresses of nodes or routers, so that traffic to these goes astray.
    private var coveringRoutes: [Diagnostic] {
        var owners: [IPAddress: String] = [:]
        for node in world.nodes {
            for address in node.internalIPs.compactMap({ IPAddress($0) }) {
                owners[address] = "Node/\(node.metadata.name)"
            }
        }
        for peer in nodes.values.flatMap(\.peers) {
            guard let address = peer.address?.address, !address.isUnspecified else { continue }
            owners[address] = owners[address] ?? "the router \(peer.id.peer)"
        }
        var found: [Covering: Set<IPPrefix>] = [:]
        var known: [IPPrefix: [IPAddress]] = [:]
        for (node, plan) in nodes {
            for peer in plan.peers {
                for sourced in routes(node, peer.id) {
                    let prefix = sourced.route.prefix
                    let covered = known[prefix] ?? prefix.addresses(among: owners)
                    known[prefix] = covered
                    guard !covered.isEmpty else { continue }
                    for source in sourced.sources { found[Covering(source), default: []].insert(prefix) }
                }
            }
        }
        return found.flatMap { covering, prefixes in
            prefixes.map { prefix in
                let covered = (known[prefix] ?? []).sorted().map { "\($0) of \(owners[$0] ?? "")" }
                return Diagnostic(
                    severity: .warning,
                    reason: .nodesCovered,
                    object: covering.object,
                    field: covering.field,
                    message: "announces \(prefix), which holds \(covered.asSentence()): "
                        + "traffic for it would go to whichever node announces"
                )
            }
        }
    }

    /// What is to be changed so that a route is not announced.
    private struct Covering: Hashable {
        let object: ObjectReference
        let field: FieldPath?

        init(_ source: RouteSource) {
            if source.type == .service, let service = source.object {
                object = service
                field = source.address?.field
            } else {
                object = ObjectReference(kind: BGPAdvertisement.type.kind, name: source.entry.advertisement)
                field = FieldPath("spec.advertisements").index(source.entry.index)
            }
        }
    }

    /// Peers of a node that would be the same session twice, of which a router keeps one.
    private var twofoldPeers: [Diagnostic] {
        struct Ends: Hashable {
            let remote: ScopedAddress
            let port: UInt16
            let local: IPAddress?
            let interface: String?
        }
        return nodes.values.flatMap { plan -> [Diagnostic] in
            var first: [Ends: PeerID] = [:]
            return plan.instances.enumerated().flatMap { place, instance in
                instance.peers.enumerated().compactMap { index, peer -> Diagnostic? in
                    guard let settings = peer.configuration else { return nil }
                    let ends = Ends(
                        remote: settings.remote,
                        port: settings.remotePort,
                        local: settings.localAddress,
                        interface: settings.sourceInterface
                    )
                    guard let other = first.updateValue(peer.id, forKey: ends) else { return nil }
                    first[ends] = other
                    let path = FieldPath("spec.bgpInstances").index(place).field("peers").index(index)
                    return Diagnostic(
                        severity: .warning,
                        reason: .duplicateSession,
                        object: ObjectReference(
                            kind: BGPClusterConfig.type.kind,
                            name: plan.nodeConfig.metadata.controller?.name ?? ""
                        ),
                        field: path.field(settings.remote.address.isUnspecified ? "autoDiscovery" : "peerAddress"),
                        message: "\(other) leads to the same address and port from the same source, "
                            + "and a router keeps one session of the two"
                    )
                }
            }
        }
    }

    /// Hold times that one lost KEEPALIVE uses up.
    private var shortTimers: [Diagnostic] {
        world.peerConfigs.compactMap { peerConfig in
            let hold = peerConfig.spec.effectiveHoldTimeSeconds
            let keepAlive = peerConfig.spec.effectiveKeepAliveTimeSeconds
            guard keepAlive * 2 > hold, peerConfig.spec.timers?.keepAliveTimeSeconds != nil,
                peerConfig.validate().isEmpty
            else { return nil }
            return Diagnostic(
                severity: .warning,
                reason: .shortTimers,
                object: peerConfig.reference,
                field: "spec.timers.keepAliveTimeSeconds",
                message:
                    "one lost KEEPALIVE ends the session: \(keepAlive) s between two and a hold time of \(hold) s; "
                    + "a third of the hold time is usual"
            )
        }
    }
}

extension IPPrefix {
    /// Those of some addresses that the prefix holds.
    fileprivate func addresses(among owners: [IPAddress: String]) -> [IPAddress] {
        if isHost { return owners[address] == nil ? [] : [address] }
        return owners.keys.filter(contains)
    }
}
