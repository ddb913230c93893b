import BGPResources
import KubeClient
import KubeModel
import Planning
import Signals
import Synchronization

/// Which Secrets a node's sessions need: those that the PeerConfigs of its own BGPNodeConfig name, and no others.
final class SecretNames: Sendable {
    private let node: String
    private let nodeConfigs: ResourceStore<BGPNodeConfig>
    private let peerConfigs: ResourceStore<BGPPeerConfig>
    private let signal: ChangeSignal
    private let held = Mutex<Set<String>>([])

    /// Takes the stores that say so, and the signal that hears when something else does.
    init(
        node: String,
        nodeConfigs: ResourceStore<BGPNodeConfig>,
        peerConfigs: ResourceStore<BGPPeerConfig>,
        signal: ChangeSignal
    ) {
        self.node = node
        self.nodeConfigs = nodeConfigs
        self.peerConfigs = peerConfigs
        self.signal = signal
    }

    /// The names; nil before the stores are ready.
    var wanted: Set<String>? {
        guard nodeConfigs.isReady, peerConfigs.isReady else { return nil }
        let own = nodeConfigs.snapshot[ObjectKey(name: node)]
        let peerConfigs = peerConfigs.snapshot
        let named = (own?.peerConfigNames ?? []).compactMap { peerConfigs[ObjectKey(name: $0)]?.spec.authSecretRef }
        return held.withLock { $0.union(named) }
    }

    /// Takes the names that what is in force, or waits to be, needs: it may be older than what the stores have.
    func hold(_ names: Set<String>) {
        let isNew = held.withLock { held in
            defer { held = names }
            return held != names
        }
        if isNew { signal.notify() }
    }
}
