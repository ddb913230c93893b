import BGPEngine
import BGPResources
import BGPTypes
import KubeModel
import PlainText

/// What follows from what came in.
extension NodeController {
    /// Brings the routes and the sessions up to date, and announces what is new.
    mutating func decide(at moment: NodeMoment, _ effects: inout [NodeEffect]) {
        // Nothing that an earlier run had withdrawn may be announced before it is known what to keep.
        guard let inputs = world.inputs, !drain.isResuming, isEarlierRunKnown(&effects) else { return }
        var next = isConfigurationDue ? configuration(gates: gates, at: moment.time) : nil
        if let configuration = next {
            sessions.requestSecrets(of: configuration, asked: inputs.askedSecrets, &effects)
            // The first decision waits for its passwords, so that no session ends for want of one that is there. Later, what is in
            // force stays meanwhile, and follows services and endpoints.
            if sessions.awaitsSecrets { next = nil }
            isConfigurationDue = sessions.awaitsSecrets
        }
        guard routes.advertiser != nil || next != nil else { return }
        saved.release()
        var outcome = RouteDecision.Outcome()
        if next != nil || routes.hasNews {
            let isOther = next.map { sessions.isOther($0) || saved.earlier != nil } ?? false
            outcome = routes.decide(isOther ? next : nil, owners: owners.known, at: moment.elapsed)
        }
        let isReplanned = next.map { sessions.plan($0, passwords: inputs.passwords, &effects) } ?? false
        if isReplanned { effects += obstacleReports(inputs) }
        if outcome.isOther || isReplanned || isAnnouncementDue { announce(&effects) }
        if outcome.isMeant {
            effects += reports.settings.take(podNetworkObstacles: routes.advertiser?.podNetworkObstacles ?? [])
        }
        routes.note(outcome.change, at: moment.time)
        effects += reports.routes.look(at: routes, of: inputs.subject(options.node), now: moment.elapsed)
        // What follows from a new configuration is said with it; other changes are looked at once a second.
        effects += reports.routes.reportUnannounced(&routes, isUrgent: next != nil, now: moment.elapsed)
        effects += reports.routes.reportFlaps(&routes, now: moment.elapsed)
    }

    /// Whether what an earlier run left was read, where the decision takes it.
    private mutating func isEarlierRunKnown(_ effects: inout [NodeEffect]) -> Bool {
        if !world.unseen.isEmpty, !saved.isKnown(for: .unseenObjects, &effects) { return false }
        return !options.isRendering || saved.isKnown(for: .routerIDs, &effects)
    }

    /// Announces to peers what they are to have, within their limits, and keeps that for the next run.
    private mutating func announce(_ effects: inout [NodeEffect]) {
        isAnnouncementDue = true
        let earlier = saved.isKept ? saved.routes : [:]
        let limits = sessions.plans.announceLimits
        guard let tables = routes.announced(within: limits, earlier: earlier) else {
            _ = saved.isKnown(for: .limits, &effects)
            return
        }
        saved.releaseRoutes()
        isAnnouncementDue = false
        let heldBack = routes.limits.heldBack
        let isOpen = gate.present.isOpen
        effects.append(.announce(Announcement(tables, heldBack: heldBack, isComplete: isOpen)))
        effects += reports.settings.take(heldBack: heldBack)
        // What is announced behind a closed gate is no good state to come back to.
        guard isOpen, options.keepsState, let configuration = routes.advertiser?.configuration else { return }
        effects.append(
            .persist(
                SavedState(
                    configuration: configuration,
                    passwords: sessions.passwords,
                    desired: routes.kept(tables)
                )
            )
        )
    }

    private mutating func obstacleReports(_ inputs: NodeInputs) -> [NodeEffect] {
        let isConfigured = nodeConfigInForce != nil
        return reports.settings.take(
            sessions.plans,
            on: options.node,
            isIdle: isConfigured && sessions.plans.allSatisfy(\.peers.isEmpty),
            unselected: isConfigured ? nil : inputs.unselected(options.node)
        )
    }

    /// What keeps routes back.
    package var gates: NodeGates {
        NodeGates(
            dataPath: gate.present,
            drain: drain.gate,
            bounds: options.bounds,
            serviceNetworks: options.serviceNetworks,
            classes: options.classes
        )
    }

    /// What the node is asked to do, with some gates; nil before the stores are loaded.
    ///
    /// Of objects whose only known version is refused, that of an earlier run is taken if there is one.
    func configuration(gates: NodeGates, at time: Timestamp) -> NodeConfiguration? {
        guard let inputs = world.inputs else { return nil }
        let (earlier, unseen) = (saved.earlier, world.unseen)
        let nodeConfig =
            inputs.nodeConfig ?? (unseen.nodeConfig ? earlier?.nodeConfig : nil)
            ?? inputs.rendered(options.node, inUse: sessions.basis?.nodeConfig ?? saved.renderedNodeConfig, now: time)
        let peerConfigs = (earlier?.peerConfigs ?? []).filter { unseen.peerConfigs.contains($0.metadata.name) }
        let advertisements = (earlier?.advertisements ?? []).filter {
            unseen.advertisements.contains($0.metadata.name)
        }
        return NodeConfiguration(
            nodeName: options.node,
            node: inputs.knownNode(options.node)?.withoutStatus,
            podNetworks: owners.podNetworks(of: options.node),
            nodeConfig: nodeConfig?.withoutStatus,
            peerConfigs: (inputs.peerConfigs + peerConfigs).map(\.withoutStatus),
            advertisements: routes.knownAdvertisements + advertisements.map(\.withoutStatus),
            pools: inputs.pools,
            clusterAddresses: owners.known,
            interfaces: network.present.devices(network.needed.names),
            defaultGateways: network.present.defaultGateways,
            secrets: inputs.secrets,
            gates: gates
        )
    }
}
