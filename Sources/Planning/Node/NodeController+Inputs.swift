import BGPEngine
import BGPTypes
import KubeModel
import PlainText

/// What comes in.
extension NodeController {
    /// Takes what the stores have, once all of them are loaded.
    mutating func take(_ changes: ObjectChanges, at moment: NodeMoment, _ effects: inout [NodeEffect]) {
        world.missing = changes.missing
        guard changes.missing.isEmpty else { return }
        if let unseen = changes.unseen { world.unseen = unseen }
        routes.take(changes)
        network.needed.take(changes.advertisements)
        if owners.take(changes.owners, advertisements: changes.advertisements) { routes.areOwnersOther = true }
        if let settings = changes.settings { take(settings, at: moment, &effects) }
        if changes.unseen != nil || owners.podNetworks(of: options.node) != sessions.basis?.podNetworks {
            isConfigurationDue = true
        }
        network.follow(changes.services, &effects)
        step(.worldChanged, at: moment.time, &effects)
    }

    private mutating func take(_ settings: NodeInputs, at moment: NodeMoment, _ effects: inout [NodeEffect]) {
        world.inputs = settings
        isConfigurationDue = true
        effects += reports.settings.take(settings, options)
        network.needed.take(settings.peerConfigs)
        network.follow(settings.node, &effects)
        step(
            .requested(
                DrainRequest(settings.node),
                wasWithdrawn: settings.wasWithdrawn,
                isAnnouncing: sessions.areApplied
            ),
            at: moment.time,
            &effects
        )
    }

    /// Takes what the node's devices and default routes are now.
    mutating func take(_ host: HostNetwork, at now: Duration, _ effects: inout [NodeEffect]) {
        network.take(host, isLoaded: world.inputs != nil, &effects)
        settleNetwork(at: now)
    }

    /// Takes of the node's devices and default routes what counts now.
    mutating func settleNetwork(at now: Duration) {
        if network.settle(at: now) { isConfigurationDue = true }
    }

    /// Takes a step of the gate of the data path.
    mutating func step(_ event: StartGate.Event, at now: Duration, _ effects: inout [NodeEffect]) {
        let before = gate.present
        effects += gate.handle(event, at: now)
        guard gate.present != before else { return }
        isConfigurationDue = true
        announceStandIn(&effects)
    }

    /// Takes a step of a drain.
    mutating func step(_ event: DrainMachine.Event, at time: Timestamp, _ effects: inout [NodeEffect]) {
        let (gate, request) = (drain.gate, drain.request)
        for action in drain.handle(event) {
            switch action {
            case .arm(let timer, let duration): effects.append(.arm(.drain(timer), duration))
            case .followOthers: effects.append(.followOthers)
            case .leaveOthers: effects.append(.leaveOthers)
            case .look(let number):
                // What the node would announce in service.
                let own = configuration(gates: gates.opened, at: time)
                if let own { effects.append(.findLastAnnounced(own, look: number)) }
            }
        }
        if drain.gate != gate { isConfigurationDue = true }
        if let new = drain.request, new != request { effects.append(.report(.draining(isForced: new.isForced))) }
    }

    /// Asks for an earlier run's state if the stores are still not loaded, or passwords are awaited without which nothing begins.
    mutating func takeSavedStateIfNeeded(_ effects: inout [NodeEffect]) {
        if needsStandIn { _ = saved.isKnown(for: .standIn, &effects) }
    }

    private var needsStandIn: Bool { world.inputs == nil || (sessions.awaitsSecrets && !sessions.areApplied) }

    /// Takes what an earlier run left.
    mutating func take(_ state: SavedState?, _ effects: inout [NodeEffect]) {
        let standsIn = saved.take(state)
        isConfigurationDue = true
        guard standsIn, needsStandIn, let state else { return saved.release() }
        let missing = world.missing + (sessions.awaitsSecrets ? [Secret.type.plural] : [])
        effects.append(.report(.savedStateTaken(missing: missing, routes: state.routeCount)))
        network.follow(state.configuration.node, &effects)
        sessions.resume(state, interfaces: network.present.interfaces, &effects)
        announceStandIn(&effects)
    }

    /// Announces the earlier run's routes, once the node can forward what they attract.
    private func announceStandIn(_ effects: inout [NodeEffect]) {
        guard let state = saved.standIn, gate.present.isOpen else { return }
        effects.append(.announce(Announcement(state.desired, isComplete: true)))
    }
}
