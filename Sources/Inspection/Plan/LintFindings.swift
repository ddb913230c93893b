import BGPEngine
import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import Planning

/// What the rules allow and hardly anybody means.
extension PlannedCluster {
    var oversights: [Diagnostic] {
        silentPeers + ownAddresses + silentPeerConfigs + unsentPreferences + routersInPools + foreignClasses
            + paddedPasswords + boundlessExternalIPs
    }

    /// Instances without peers, peers that are told nothing, and link-local peers on no link.
    private var silentPeers: [Diagnostic] {
        world.clusterConfigs.flatMap { config in
            config.spec.bgpInstances.enumerated().flatMap { place, instance -> [Diagnostic] in
                let path = FieldPath("spec.bgpInstances").index(place)
                func warning(_ reason: ReasonCode, _ field: FieldPath, _ message: String) -> Diagnostic {
                    Diagnostic(
                        severity: .warning,
                        reason: reason,
                        object: config.reference,
                        field: field,
                        message: message
                    )
                }
                guard !instance.peers.isEmpty else {
                    return [warning(.noPeers, path, "the instance \(instance.name) has no peers, so it does nothing")]
                }
                return instance.peers.enumerated().flatMap { index, peer -> [Diagnostic] in
                    let path = path.field("peers").index(index)
                    var found: [Diagnostic] = []
                    if peer.peerConfigRef == nil {
                        let message =
                            "the peer \(peer.name) has no peerConfigRef, so it has all the defaults and is told nothing"
                        found.append(warning(.noAdvertisements, path, message))
                    }
                    let settings = peer.peerConfigRef.flatMap { reference in
                        world.peerConfigs.first { $0.metadata.name == reference.name }
                    }
                    if let address = peer.peerAddress, case .v6 = address.address, address.address.isLinkLocal,
                        address.zone == nil, settings?.spec.transport?.sourceInterface == nil
                    {
                        let message =
                            "a link-local address is on every link: expected the interface too, as in \(address)%eth0"
                        found.append(warning(.noInterface, path.field("peerAddress"), message))
                    }
                    return found
                }
            }
        }
    }

    /// Peers that are the node itself.
    private var ownAddresses: [Diagnostic] {
        world.nodes.flatMap { node -> [Diagnostic] in
            guard let plan = nodes[node.metadata.name] else { return [] }
            let own = Set(node.internalIPs.compactMap { IPAddress($0) })
            return plan.instances.enumerated().flatMap { place, instance in
                instance.peers.enumerated().compactMap { index, peer -> Diagnostic? in
                    guard let address = peer.address?.address, own.contains(address) else { return nil }
                    return Diagnostic(
                        severity: .warning,
                        reason: .nodeAsPeer,
                        object: ObjectReference(
                            kind: BGPClusterConfig.type.kind,
                            name: plan.nodeConfig.metadata.controller?.name ?? ""
                        ),
                        field: FieldPath("spec.bgpInstances").index(place).field("peers").index(index)
                            .field("peerAddress"),
                        message: "\(address) is Node/\(node.metadata.name) itself, which has no session with itself"
                    )
                }
            }
        }
    }

    /// PeerConfigs that lead to no Advertisement because they list no family.
    private var silentPeerConfigs: [Diagnostic] {
        world.peerConfigs.filter(\.spec.families.isEmpty).map { peerConfig in
            Diagnostic(
                severity: .warning,
                reason: .noAdvertisements,
                object: peerConfig.reference,
                field: "spec.families",
                message: "families is absent, so both families are offered and nothing is announced; "
                    + "list a family with advertisements"
            )
        }
    }

    /// Local preferences that no peer ever sees.
    private var unsentPreferences: [Diagnostic] {
        var heard: [EntryReference: Bool] = [:]
        for (node, plan) in nodes {
            for peer in plan.peers {
                guard let settings = peer.configuration else { continue }
                for entry in Set(routes(node, peer.id).flatMap(\.sources).map(\.entry)) {
                    heard[entry] = heard[entry] ?? false || settings.isInternal
                }
            }
        }
        return heard.filter { !$0.value }.keys.compactMap { entry in
            guard let advertisement = world.advertisements.first(where: { $0.metadata.name == entry.advertisement }),
                advertisement.spec.advertisements.indices.contains(entry.index),
                advertisement.spec.advertisements[entry.index].attributes?.localPreference != nil
            else { return nil }
            return Diagnostic(
                severity: .info,
                reason: .localPreferenceIgnored,
                object: advertisement.reference,
                field: entry.path.field("attributes").field("localPreference"),
                message: "all peers that are told are external, and local preference is for internal ones alone; "
                    + "an external router prefers by med, asPathPrepend or a community that it knows"
            )
        }
    }

    /// Pools that hand out the addresses of routers.
    private var routersInPools: [Diagnostic] {
        var routers: [IPAddress: String] = [:]
        for peer in nodes.values.flatMap(\.peers) {
            guard let address = peer.address?.address, !address.isUnspecified else { continue }
            routers[address] = min(routers[address] ?? peer.id.peer, peer.id.peer)
        }
        return world.pools.flatMap { pool -> [Diagnostic] in
            let layout = PoolLayout(pool)
            return routers.filter { address, _ in
                layout.ranges.contains { $0.contains(address) } && !layout.reserved.contains { $0.contains(address) }
            }
            .map { address, router in
                Diagnostic(
                    severity: .warning,
                    reason: .routerInPool,
                    object: pool.reference,
                    field: "spec.blocks",
                    message: "hands out \(address), the address of the router \(router); take it out with excluded"
                )
            }
        }
    }

    /// Classes that are not ours: those that look like it nobody serves, others another implementation may.
    private var foreignClasses: [Diagnostic] {
        world.services.compactMap { service in
            guard service.spec.type == "LoadBalancer", let name = service.spec.loadBalancerClass,
                !classes.include(name)
            else { return nil }
            let ours = classes.alternatives
            let isNearlyOurs = name.hasPrefix("martlet.dev/")
            return Diagnostic(
                severity: .warning,
                reason: isNearlyOurs ? .unknownClass : .foreignLoadBalancerClass,
                object: service.reference,
                field: "spec.loadBalancerClass",
                message: isNearlyOurs
                    ? "expected \(ours)\(classes.includesUnclassed ? " or none" : ""), found \(name), which nobody serves"
                    : "\(name) belongs to another implementation, so this Service gets no address and is not announced; "
                        + "\(classes.includesUnclassed ? "leave it unset or write" : "write") \(ours)"
            )
        }
    }

    /// Passwords with a blank or line break at an end, as `echo password | base64` makes them.
    private var paddedPasswords: [Diagnostic] {
        let named = Set(world.peerConfigs.compactMap(\.spec.authSecretRef))
        return world.secrets.compactMap { secret in
            guard secret.metadata.namespace == speakerNamespace, named.contains(secret.metadata.name),
                let password = secret.text("password")?.value, let first = password.first, let last = password.last,
                first.isWhitespace || last.isWhitespace
            else { return nil }
            return Diagnostic(
                severity: .warning,
                reason: .passwordWhitespace,
                object: secret.reference,
                field: "data.password",
                message: "the password \(last.isNewline ? "ends in a line break" : "begins or ends with a blank"), "
                    + "which counts as part of it, and the router's has none; encode it with printf, not echo"
            )
        }
    }
}
