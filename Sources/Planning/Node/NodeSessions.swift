import BGPEngine
import BGPResources
import BGPTypes
import KubeModel

/// What the sessions run with, and what that was decided from.
struct NodeSessions: Sendable {
    /// In the user's order.
    private(set) var plans: [InstancePlan] = []
    /// Whether sessions, of now or of an earlier run, are applied.
    private(set) var areApplied = false
    /// What was last asked of the node, Advertisements and whose addresses are whose aside.
    private(set) var basis: NodeConfiguration?
    /// By name of their Secret.
    private(set) var passwords: [String: Password] = [:]
    /// Whether a configuration waits for Secrets that it is the first to need.
    private(set) var awaitsSecrets = false
    /// The Secrets that were asked for last.
    private var wantedSecrets: Set<String> = []

    /// Whether a configuration differs from the one in force in more than what is followed by itself.
    func isOther(_ configuration: NodeConfiguration) -> Bool { configuration.basis != basis }

    /// Whether every Secret that a configuration needs was asked for; if not, the effect has that done.
    ///
    /// Passwords in force stay known meanwhile. `asked` is nil where all Secrets can be seen.
    mutating func requestSecrets(
        of configuration: NodeConfiguration,
        asked: Set<String>?,
        _ effects: inout [NodeEffect]
    ) {
        let needed = configuration.secretNames
        awaitsSecrets = asked.map { !needed.isSubset(of: $0) } ?? false
        let wanted = awaitsSecrets ? needed.union(basis?.secretNames ?? []) : needed
        guard wanted != wantedSecrets else { return }
        wantedSecrets = wanted
        effects.append(.readSecrets(wanted))
    }

    /// Takes a configuration; returns whether the sessions change, which the effect brings about.
    mutating func plan(
        _ configuration: NodeConfiguration,
        passwords: [String: Password],
        _ effects: inout [NodeEffect]
    ) -> Bool {
        basis = configuration.basis
        self.passwords = passwords
        let planned = planSessions(configuration, passwords: passwords, inUse: plans)
        guard planned != plans || !areApplied else { return false }
        plans = planned
        let isDeselected = configuration.nodeConfig == nil
        effects.append(
            .apply(
                plans.compactMap(\.configuration),
                farewell: isDeselected ? "node \(configuration.nodeName) is no longer selected for BGP" : nil
            )
        )
        areApplied = true
        return true
    }

    /// Takes the sessions of an earlier run.
    mutating func resume(_ state: SavedState, interfaces: [InterfaceAddresses], _ effects: inout [NodeEffect]) {
        var configuration = state.configuration
        // What the devices have is known better than from a file.
        configuration.interfaces = interfaces
        plans = planSessions(configuration, passwords: state.passwords)
        areApplied = true
        effects.append(.apply(plans.compactMap(\.configuration), farewell: nil))
    }
}

extension NodeConfiguration {
    /// The configuration without Advertisements and without whose addresses are whose, which are followed by themselves.
    var basis: NodeConfiguration {
        var basis = self
        basis.advertisements = []
        basis.clusterAddresses = ClusterAddresses()
        return basis
    }

    /// The Secrets that the node's sessions need.
    package var secretNames: Set<String> {
        let used = nodeConfig?.peerConfigNames ?? []
        return Set(peerConfigs.filter { used.contains($0.metadata.name) }.compactMap(\.spec.authSecretRef))
    }
}

extension BGPNodeConfig {
    /// The PeerConfigs that its peers name.
    package var peerConfigNames: Set<String> {
        Set(spec.bgpInstances.flatMap(\.peers).compactMap(\.peerConfigRef?.name))
    }
}
