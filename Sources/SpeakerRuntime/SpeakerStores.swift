import BGPResources
import KubeClient
import KubeModel
import Planning
import Signals

/// Everything a speaker follows.
struct SpeakerStores: Sendable {
    private(set) var set = StoreSet()
    /// Hears of every change but those of Services and their endpoints, which come all the time, and of Advertisements.
    let settings: ChangeSignal
    /// What says whose addresses are whose.
    let owners: OwnerStores
    let nodeConfigs: ResourceStore<BGPNodeConfig>
    let peerConfigs: ResourceStore<BGPPeerConfig>
    let advertisements: ResourceStore<BGPAdvertisement>
    let pools: ResourceStore<LoadBalancerIPPool>
    let services: ResourceStore<AnnouncedService>
    let endpointSlices: ResourceStore<ServiceEndpoints>
    private let passwords: PasswordStore
    /// What the operator would render the node's configuration from besides; only without an API server.
    let sources: Sources?
    /// The name of the node that the speaker speaks for.
    let node: String

    /// The resources from which one node's configuration is rendered.
    struct Sources: Sendable {
        let overrides: ResourceStore<BGPNodeConfigOverride>
    }

    /// Names the kinds to follow; `earlier` has the Advertisements that an earlier run announced by.
    init(_ configuration: SpeakerConfiguration, earlier: @escaping @Sendable () -> [BGPAdvertisement]) {
        let patience = DeletionPatience(wait: configuration.removalDelay, clock: configuration.clock)
        node = configuration.node
        let settings = ChangeSignal(partOf: set.signal)
        self.settings = settings
        let isOfManifests = if case .directory = configuration.source { true } else { false }
        owners = OwnerStores(in: &set, of: node, isOfManifests: isOfManifests, signal: settings, patience: patience)
        // A speaker watches its own BGPNodeConfig alone: with a thousand nodes, all of them would be a million watch events for
        // one change of a ClusterConfig.
        let naming = ChangeSignal(partOf: settings)
        let nodeConfigs = set.register(
            BGPNodeConfig.self,
            scope: .named(node),
            signal: naming,
            patience: patience,
            validate: { $0.validate() },
            isFinal: { $0.isLetGo }
        )
        let peerConfigs = set.register(
            BGPPeerConfig.self,
            signal: naming,
            patience: patience,
            validate: { $0.validate() },
            trim: { $0.keepSettings() }
        )
        self.nodeConfigs = nodeConfigs
        self.peerConfigs = peerConfigs
        // The first End-of-RIB says that everything is announced, so what goes right before the start is waited for, too.
        advertisements = set.register(
            BGPAdvertisement.self,
            signal: ChangeSignal(partOf: set.signal),
            patience: patience,
            validate: { $0.validate() },
            earlier: earlier,
            trim: { $0.keepSettings() }
        )
        pools = set.register(
            LoadBalancerIPPool.self,
            isOptional: true,
            signal: settings,
            patience: patience,
            validate: { $0.validate() },
            trim: { $0.keepSettings() }
        )
        let texts = SharedTexts()
        services = set.register(AnnouncedService.self, trim: { $0 = $0.sharing(texts.shared) })
        endpointSlices = set.register(ServiceEndpoints.self, trim: { $0 = $0.sharing(texts.shared) })
        passwords = PasswordStore(
            in: &set,
            configuration,
            names: SecretNames(node: node, nodeConfigs: nodeConfigs, peerConfigs: peerConfigs, signal: naming),
            signals: (settings, naming),
            patience: patience
        )
        sources =
            isOfManifests
            ? Sources(
                overrides: set.register(
                    BGPNodeConfigOverride.self,
                    signal: settings,
                    patience: patience,
                    validate: { $0.validate() }
                )
            ) : nil
    }

    /// The objects of Martlet's kinds that are deleted and still count, kind by kind.
    var deletions: [PendingDeletion] {
        let rendered = sources.map { owners.clusterConfigs.deletions + $0.overrides.deletions } ?? []
        return rendered + nodeConfigs.deletions + peerConfigs.deletions + advertisements.deletions + pools.deletions
            + passwords.store.deletions
    }

    /// Whether the node's BGPNodeConfig is deleted and still counts, so that there is none to report to.
    var isNodeConfigDeleted: Bool { nodeConfigs.isDeleted(ObjectKey(name: node)) }

    /// The node's BGPNodeConfig, the last good version.
    var nodeConfig: BGPNodeConfig? { nodeConfigs.snapshot[ObjectKey(name: node)] }

    /// Reads these Secrets from now on, whatever else PeerConfigs name meanwhile.
    func readSecrets(_ names: Set<String>) { passwords.read(names) }

    /// The Secrets that were asked for; nil where all there are can be seen.
    var askedSecrets: Set<String>? { passwords.askedNames }
}

// What the controller is given.
extension SpeakerStores {
    /// Everything that changes seldom, as it is now; only to be asked for once all stores are ready.
    func makeInputs() -> NodeInputs {
        var inputs = NodeInputs()
        let nodes = owners.nodes.snapshot
        inputs.node = nodes[ObjectKey(name: node)]
        if inputs.node == nil { inputs.otherNodes = nodes.keys.map(\.name) }
        inputs.nodeConfig = nodeConfig
        inputs.peerConfigs = peerConfigs.snapshot.objects
        inputs.pools = pools.snapshot.objects.map(PoolNetworks.init)
        (inputs.secrets, inputs.passwords) = passwords.known
        inputs.askedSecrets = askedSecrets
        inputs.sources = sources.map { sources in
            ClusterSources(
                clusterConfigs: owners.clusterConfigs.snapshot.objects,
                overrides: sources.overrides.snapshot.objects
            )
        }
        inputs.deletions = deletions
        return inputs
    }

    /// The refused objects of which no good version was seen in this run.
    var unseenObjects: UnseenObjects {
        var unseen = UnseenObjects()
        unseen.nodeConfig = nodeConfigs.unseenNames.contains(node)
        unseen.peerConfigs = peerConfigs.unseenNames
        unseen.advertisements = advertisements.unseenNames
        return unseen
    }

    /// Says whether any of the resources changed that `makeInputs` reads.
    func makeSettingsReader() -> SettingsReader {
        var readers = [
            owners.nodes.makeChangeReader(), nodeConfigs.makeChangeReader(), peerConfigs.makeChangeReader(),
            pools.makeChangeReader(), passwords.store.makeChangeReader(),
        ]
        if let sources { readers += [owners.clusterConfigs.makeChangeReader(), sources.overrides.makeChangeReader()] }
        return SettingsReader(readers: readers)
    }

    /// Remembers what it has seen of several stores.
    struct SettingsReader: Sendable {
        fileprivate let readers: [@Sendable () -> Bool]

        /// Whether anything changed since the last call.
        func haveChanged() -> Bool {
            // All are asked, so that each has seen what there is.
            readers.reduce(false) { $1() || $0 }
        }
    }
}

extension ResourceStore {
    /// Says at each call whether anything changed since the one before.
    fileprivate func makeChangeReader() -> @Sendable () -> Bool {
        let reader = makeReader()
        return { !reader.read().changes.isEmpty }
    }

    /// The names of refused objects of which no good version was seen in this run.
    fileprivate var unseenNames: Set<String> {
        let (refused, snapshot) = (refused, snapshot)
        return Set(refused.compactMap(\.key).filter { snapshot[$0] == nil }.map(\.name))
    }
}
