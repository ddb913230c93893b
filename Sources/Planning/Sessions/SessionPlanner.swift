import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import KubeJSON
import KubeModel

/// Turns the rendered configuration of a node into what its sessions run with.
struct SessionPlanner {
    let configuration: NodeConfiguration
    let peerConfigs: [String: BGPPeerConfig]
    let passwords: [String: Password]
    /// What the sessions ran with until now, by instance.
    let inUse: [String: InstancePlan]

    func plan(_ instance: BGPNodeConfig.Instance) -> InstancePlan {
        let node = configuration.nodeName
        let localASN = instance.localASN.flatMap { $0.rawValue == 0 ? nil : $0 }
        let routerID = instance.routerID ?? foundRouterID(instance)
        var obstacles: [Reason] = []
        if localASN == nil { obstacles.append(.session(.localASNMissing(instance: instance.name, node: node))) }
        if routerID == nil { obstacles.append(.session(.routerIDMissing(instance: instance.name, node: node))) }
        var seen: Set<String> = []
        return InstancePlan(
            name: instance.name,
            localASN: localASN,
            routerID: routerID,
            localPort: instance.localPort.flatMap(UInt16.init(exactly:)),
            obstacles: obstacles,
            peers: instance.peers.filter { seen.insert($0.name).inserted }.map { peer in
                plan(peer, of: instance, localASN: localASN, routerID: routerID)
            }
        )
    }

    private func plan(
        _ peer: BGPNodeConfig.Peer,
        of instance: BGPNodeConfig.Instance,
        localASN: ASNumber?,
        routerID: RouterID?
    ) -> PeerPlan {
        let node = configuration.nodeName
        let id = PeerID(instance: instance.name, peer: peer.name)
        let name = peer.peerConfigRef?.name
        let address = peer.peerAddress ?? discovered(peer)
        let remoteASN = peer.peerASN ?? ASNumber(rawValue: 0)
        let peerConfig = name.flatMap { peerConfigs[$0] }
        let spec = peerConfig?.spec ?? BGPPeerConfig.Spec()
        let source = address.flatMap { foundSource(peer, spec, id, towards: $0) }
        var obstacle: Reason?
        if let name, peerConfig == nil {
            obstacle = .selection(.missingPeerConfig(name, id, node: node))
        } else if address == nil {
            obstacle = .session(.peerAddressMissing(id, node: node))
        } else if let name, let secret = spec.authSecretRef {
            obstacle = configuration.secrets.obstacle(secret, peerConfig: name)
        }
        var settings: PeerConfiguration?
        if let address, let localASN, let routerID {
            settings = PeerConfiguration(
                name: peer.name,
                remote: address,
                remotePort: UInt16(exactly: spec.effectivePeerPort) ?? 179,
                remoteAS: remoteASN,
                localAS: localASN,
                routerID: routerID,
                localAddress: peer.localAddress?.address ?? source,
                sourceInterface: spec.transport?.sourceInterface,
                timers: timers(spec),
                families: families(spec),
                restartTime: spec.effectiveRestartTimeSeconds.flatMap(UInt16.init(exactly:)),
                longLivedStaleTime: spec.effectiveLongLivedStaleTimeSeconds.flatMap(UInt32.init(exactly:)),
                distance: distance(spec),
                password: spec.authSecretRef.flatMap { passwords[$0] },
                needsPassword: spec.authSecretRef != nil,
                prefixLimit: spec.prefixLimit.flatMap(UInt32.init(exactly:))
            )
        }
        return PeerPlan(
            id: id,
            peerConfig: name,
            address: address,
            remoteASN: remoteASN,
            foundSource: source,
            configuration: settings,
            announceLimit: spec.announceLimit,
            announcing: announcing(spec),
            obstacle: obstacle,
            remarks: remarks(peer, spec, address: address, source: source)
        )
    }

    private func discovered(_ peer: BGPNodeConfig.Peer) -> ScopedAddress? {
        guard let discovery = peer.autoDiscovery else { return nil }
        switch discovery.mode {
        case .defaultGateway:
            let family = discovery.defaultGateway?.addressFamily ?? .ipv4
            return configuration.defaultGateways.filter { $0.address.family == family }.min()
        }
    }

    private func timers(_ spec: BGPPeerConfig.Spec) -> PeerTimers {
        PeerTimers(
            holdTime: UInt16(exactly: spec.effectiveHoldTimeSeconds) ?? UInt16(SessionDefault.holdTimeSeconds),
            keepalive: UInt16(exactly: spec.effectiveKeepAliveTimeSeconds)
                ?? UInt16(SessionDefault.keepAliveTimeSeconds),
            // Longer than 18 hours makes no difference to anybody.
            connectRetry: UInt16(clamping: max(1, spec.effectiveConnectRetryTimeSeconds))
        )
    }

    /// What is offered: unicast of both versions; nothing of ours speaks the others, so they are left out.
    private func families(_ spec: BGPPeerConfig.Spec) -> [RouteFamily] {
        var families: [RouteFamily] = []
        for family in spec.effectiveFamilies.map(\.family) where family.unicast != nil && !families.contains(family) {
            families.append(family)
        }
        return families
    }

    private func announcing(_ spec: BGPPeerConfig.Spec) -> [IPFamily] {
        let entries = spec.families.filter { $0.advertisements != nil }.map(\.family)
        return IPFamily.allCases.filter { entries.contains($0.routeFamily) }
    }

    private func distance(_ spec: BGPPeerConfig.Spec) -> PeerDistance {
        if let hops = spec.ttlSecurity.flatMap(UInt8.init(exactly:)), hops > 0 { return .ttlSecurity(hops: hops) }
        let hops = UInt8(exactly: spec.effectiveEBGPMultihop) ?? 1
        return hops > 1 ? .multihop(hops) : .adjacent
    }

    private func remarks(
        _ peer: BGPNodeConfig.Peer,
        _ spec: BGPPeerConfig.Spec,
        address: ScopedAddress?,
        source: IPAddress?
    ) -> [FieldError] {
        var remarks: [FieldError] = []
        for (index, entry) in spec.families.enumerated()
        where entry.family != .ipv4Unicast && entry.family != .ipv6Unicast {
            let path = FieldPath("spec.families").index(index)
            remarks.append(
                FieldError(path, "\(entry.family) is not offered to the peer, there is nothing to say in it")
            )
        }
        if let interface = spec.transport?.sourceInterface, peer.localAddress == nil, let address, source == nil {
            remarks.append(
                FieldError(
                    "spec.transport.sourceInterface",
                    "expected an \(address.address.family.word) address on \(interface), found none"
                )
            )
        }
        return remarks
    }
}
