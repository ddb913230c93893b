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
    /// The node's own Node, and of all others the addresses alone.
    let nodes: ResourceStore<Node>
    /// Their routers are not announced for any Service.
    let clusterConfigs: ResourceStore<BGPClusterConfig>
    let serviceCIDRs: ResourceStore<ServiceCIDR>
    /// What network plugins say of pod networks, where the cluster has them.
    let podNetworks: PodNetworkStores
    let nodeConfigs: ResourceStore<BGPNodeConfig>
    let peerConfigs: ResourceStore<BGPPeerConfig>
    let advertisements: ResourceStore<BGPAdvertisement>
    let pools: ResourceStore<LoadBalancerIPPool>
    let services: ResourceStore<AnnouncedService>
    let endpointSlices: ResourceStore<ServiceEndpoints>
    /// The Secrets that the node's own PeerConfigs name; a speaker reads no others.
    private let secrets: NamedObjects<Secret>
    private let secretNames: SecretNames
    /// What the operator would render the node's configuration from besides; only without an API server.
    let sources: Sources?
    /// The name of the node that the speaker speaks for.
    let node: String
    private let namespace: String

    /// The resources from which one node's configuration is rendered.
    struct Sources: Sendable {
        let overrides: ResourceStore<BGPNodeConfigOverride>
    }

    /// Names the kinds to follow; `earlier` has the Advertisements that an earlier run announced by.
    init(_ configuration: SpeakerConfiguration, earlier: @escaping @Sendable () -> [BGPAdvertisement]) {
        let patience = DeletionPatience(wait: configuration.removalDelay, clock: configuration.clock)
        node = configuration.node
        namespace = configuration.namespace
        // A speaker watches its own BGPNodeConfig alone: with a thousand nodes, all of them would be a million watch events for
        // one change of a ClusterConfig. Of other Nodes it has to know the addresses before it announces one of them for a
        // Service; what they report every few minutes changes nothing here, and is not kept.
        let own = node
        let settings = ChangeSignal(partOf: set.signal)
        self.settings = settings
        nodes = set.register(
            Node.self,
            signal: settings,
            trim: { if $0.metadata.name != own { $0.keepAddresses() } }
        )
        podNetworks = PodNetworkStores(in: &set, signal: settings)
        let isOfManifests = if case .directory = configuration.source { true } else { false }
        clusterConfigs = set.register(
            BGPClusterConfig.self,
            signal: settings,
            patience: patience,
            validate: { isOfManifests ? $0.validate() : [] },
            trim: { if !isOfManifests { $0.keepRouters() } }
        )
        // Clusters before Kubernetes 1.31 have no such kind, and rights that were granted to an older speaker lack it.
        serviceCIDRs = set.register(ServiceCIDR.self, isOptional: true, needsRight: false, signal: settings)
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
            validate: { $0.validate() }
        )
        self.nodeConfigs = nodeConfigs
        self.peerConfigs = peerConfigs
        // The first End-of-RIB says that all is told, so what goes right before the start is waited for, too.
        advertisements = set.register(
            BGPAdvertisement.self,
            signal: ChangeSignal(partOf: set.signal),
            patience: patience,
            validate: { $0.validate() },
            earlier: earlier
        )
        pools = set.register(
            LoadBalancerIPPool.self,
            isOptional: true,
            signal: settings,
            patience: patience,
            validate: { $0.validate() }
        )
        let texts = SharedTexts()
        services = set.register(AnnouncedService.self, trim: { $0 = $0.sharing(texts.shared) })
        endpointSlices = set.register(ServiceEndpoints.self, trim: { $0 = $0.sharing(texts.shared) })
        let secretNames = SecretNames(node: node, nodeConfigs: nodeConfigs, peerConfigs: peerConfigs, signal: naming)
        self.secretNames = secretNames
        secrets = set.registerNamed(
            Secret.self,
            namespace: namespace,
            pace: configuration.secretPace,
            signal: settings,
            trigger: naming,
            patience: patience,
            names: { secretNames.wanted }
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

    /// The objects of ours that are deleted and still count, kind by kind.
    var deletions: [PendingDeletion] {
        let rendered = sources.map { clusterConfigs.deletions + $0.overrides.deletions } ?? []
        return rendered + nodeConfigs.deletions + peerConfigs.deletions + advertisements.deletions + pools.deletions
            + secrets.store.deletions
    }

    /// Whether the node's BGPNodeConfig is deleted and still counts, so that there is none to report to.
    var isNodeConfigDeleted: Bool { nodeConfigs.isDeleted(ObjectKey(name: node)) }

    /// The node's BGPNodeConfig, the last good version.
    var nodeConfig: BGPNodeConfig? { nodeConfigs.snapshot[ObjectKey(name: node)] }

    /// Reads these Secrets from now on, whatever else PeerConfigs name meanwhile.
    func readSecrets(_ names: Set<String>) { secretNames.hold(names) }

    /// The Secrets that were asked for; nil where all there are can be seen.
    var askedSecrets: Set<String>? { secrets.askedNames }
}

// What the controller is given.
extension SpeakerStores {
    /// Everything that changes seldom, as it is now; only to be asked for once all stores are ready.
    func makeInputs() -> NodeInputs {
        // Read once: a session without its password must not follow from two looks at the Secrets.
        let secrets = secrets.store.snapshot.objects
        let passwords = secrets.compactMap { secret in
            (try? secret.password.get()).map { (secret.metadata.name, $0) }
        }
        var inputs = NodeInputs()
        let nodes = nodes.snapshot
        inputs.node = nodes[ObjectKey(name: node)]
        if inputs.node == nil { inputs.otherNodes = nodes.keys.map(\.name) }
        inputs.nodeConfig = nodeConfig
        inputs.peerConfigs = peerConfigs.snapshot.objects
        inputs.pools = pools.snapshot.objects.map(PoolNetworks.init)
        inputs.secrets = KnownSecrets(secrets, namespace: namespace)
        inputs.passwords = Dictionary(passwords, uniquingKeysWith: { first, _ in first })
        inputs.askedSecrets = askedSecrets
        inputs.sources = sources.map { sources in
            ClusterSources(
                clusterConfigs: clusterConfigs.snapshot.objects,
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
            nodes.makeChangeReader(), nodeConfigs.makeChangeReader(), peerConfigs.makeChangeReader(),
            pools.makeChangeReader(), secrets.store.makeChangeReader(),
        ]
        if let sources { readers += [clusterConfigs.makeChangeReader(), sources.overrides.makeChangeReader()] }
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

extension Node {
    /// Leaves out all but the addresses of the node and its pods.
    fileprivate mutating func keepAddresses() {
        metadata = ObjectMeta(name: metadata.name)
        spec = spec.map { Spec(podCIDR: $0.podCIDR, podCIDRs: $0.podCIDRs) }
        status = Status(addresses: status?.addresses)
    }
}

extension BGPClusterConfig {
    /// Leaves out all but the routers: who renders nothing from it needs no more, and its status changes often.
    fileprivate mutating func keepRouters() {
        metadata = ObjectMeta(name: metadata.name)
        status = nil
    }
}
