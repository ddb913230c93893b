import BGPEngine
import BGPResources
import FoundationEssentials
import KubeClient
import KubeModel
import PlainText
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
    let wishes: Wishes?
    private let node: String
    private let namespace: String
    /// The speaker's own version, and the load balancers that it announces.
    let version: ProgramVersion?
    let classes: LoadBalancerClasses

    /// The resources from which one node's configuration is rendered.
    struct Wishes: Sendable {
        let overrides: ResourceStore<BGPNodeConfigOverride>
    }

    /// Names the kinds to follow; `earlier` has the Advertisements that an earlier run announced by.
    init(_ configuration: SpeakerConfiguration, earlier: @escaping @Sendable () -> [BGPAdvertisement]) {
        let patience = DeletionPatience(wait: configuration.deletionPatience, clock: configuration.clock)
        node = configuration.node
        namespace = configuration.namespace
        version = configuration.version
        classes = configuration.classes
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
        wishes =
            isOfManifests
            ? Wishes(
                overrides: set.register(
                    BGPNodeConfigOverride.self,
                    signal: settings,
                    patience: patience,
                    validate: { $0.validate() }
                )
            ) : nil
    }

    /// What the node is asked to do, and with which passwords.
    struct Wish: Sendable {
        var configuration: NodeConfiguration
        /// The passwords by name of their Secret.
        var passwords: [String: Password]

        /// The configuration without Advertisements and without whose addresses are whose, which are followed by themselves.
        var basis: NodeConfiguration {
            var basis = configuration
            basis.advertisements = []
            basis.clusterAddresses = ClusterAddresses()
            return basis
        }
    }

    /// What the node is asked to do; only to be asked for once all stores are ready.
    ///
    /// Of objects whose only known version is refused, that of an earlier run is taken if there is one. Where the speaker
    /// renders the BGPNodeConfig itself, `inUse` is the one until now.
    func wish(
        gates: NodeGates,
        network: NodeNetwork,
        addresses: ForeignAddresses,
        earlier: NodeConfiguration?,
        inUse: BGPNodeConfig?
    ) -> Wish {
        let key = ObjectKey(name: node)
        // Read once: a session without its password must not follow from two looks at the Secrets.
        let secrets = secrets.store.snapshot.objects
        let known = KnownSecrets(secrets, namespace: namespace)
        let node = nodes.snapshot[key] ?? unknownNode
        let configuration = NodeConfiguration(
            nodeName: self.node,
            node: node?.wish,
            podNetworks: addresses.podNetworks(of: self.node),
            nodeConfig: nodeConfigs.good(earlier?.nodeConfig.map { [$0] }).first?.wish
                ?? rendered(node, known, inUse)?
                .wish,
            peerConfigs: peerConfigs.good(earlier?.peerConfigs).map(\.wish),
            advertisements: advertisements.good(earlier?.advertisements).map(\.wish),
            pools: pools.snapshot.objects.map(PoolNetworks.init),
            clusterAddresses: addresses.known,
            interfaces: network.interfaces,
            defaultGateways: network.defaultGateways,
            secrets: known,
            gates: gates
        )
        let passwords = secrets.compactMap { secret in
            (try? secret.password.get()).map { (secret.metadata.name, $0) }
        }
        return Wish(
            configuration: configuration,
            passwords: Dictionary(passwords, uniquingKeysWith: { first, _ in first })
        )
    }

    /// Whether every Secret that a wish needs was asked for; if not, that is done now, and the set's signal tells of it.
    ///
    /// `inForce` is what is applied already, whose passwords are kept meanwhile.
    func haveSecrets(for wish: Wish, inForce: NodeConfiguration?) -> Bool {
        let needed = wish.configuration.secretNames
        let wereAsked = secrets.wereAsked(for: needed)
        secretNames.hold(wereAsked ? needed : needed.union(inForce?.secretNames ?? []))
        return wereAsked
    }

    /// The objects of ours that are deleted and still count, kind by kind.
    var deletions: [PendingDeletion] {
        let rendered = wishes.map { clusterConfigs.deletions + $0.overrides.deletions } ?? []
        return rendered + nodeConfigs.deletions + peerConfigs.deletions + advertisements.deletions + pools.deletions
            + secrets.store.deletions
    }

    /// The name of the node that the speaker speaks for.
    var nodeName: String { node }
    /// Whether the node's BGPNodeConfig is deleted and still counts, so that there is none to report to.
    var isNodeConfigDeleted: Bool { nodeConfigs.isDeleted(ObjectKey(name: node)) }

    /// The node as it stands; nil where there is none.
    var ownNode: Node? { nodes.snapshot[ObjectKey(name: node)] }

    /// Whether the node is to be taken out of service.
    var drainWish: DrainRequest? { DrainRequest(ownNode) }

    /// Whether an earlier run had withdrawn the node's routes already, as it reported.
    var wasWithdrawn: Bool {
        DrainCondition.isWithdrawn(nodeConfigs.snapshot[ObjectKey(name: node)]?.status?.conditions ?? [])
    }

    /// Tells whether any of the resources changed that a wish is made of, Advertisements aside.
    func makeBasicsReader() -> BasicsReader {
        var readers = [
            nodes.changeTeller(), nodeConfigs.changeTeller(), peerConfigs.changeTeller(), pools.changeTeller(),
            secrets.store.changeTeller(),
        ]
        if let wishes { readers += [clusterConfigs.changeTeller(), wishes.overrides.changeTeller()] }
        return BasicsReader(readers: readers)
    }

    /// Remembers what it has seen of several stores.
    struct BasicsReader: Sendable {
        fileprivate let readers: [@Sendable () -> Bool]

        /// Whether anything changed since the last call.
        func haveChanged() -> Bool {
            // All are asked, so that each has seen what there is.
            readers.reduce(false) { $1() || $0 }
        }
    }

    /// Whether an object is refused of which no good version was seen in this run.
    var hasNeverBeenValid: Bool {
        nodeConfigs.hasNeverBeenValid || peerConfigs.hasNeverBeenValid || advertisements.hasNeverBeenValid
    }

    /// A router without Kubernetes has no Node object; the label that kubelet would set is the one to select it by.
    private var unknownNode: Node? {
        guard wishes != nil, nodes.snapshot.objects.isEmpty else { return nil }
        return Node(metadata: ObjectMeta(name: node, labels: ["kubernetes.io/hostname": node]))
    }

    /// What is wrong when no Node has the name that the speaker was started with, in words for a person; nil when one has, or
    /// when that is not known yet.
    var missingNode: String? {
        guard nodes.isReady, ownNode == nil, unknownNode == nil else { return nil }
        let place = wishes == nil ? "" : " among the manifests"
        let others = nodes.snapshot.objects.map(\.metadata.name).sorted()
        let known = others.isEmpty ? "" : ", there \(others.count == 1 ? "is" : "are") \(others.asSentence())"
        return
            "there is no Node \(node.quoted)\(place)\(known): --node, or NODE_NAME, must be the name of the Node that the "
            + "speaker runs on"
    }

    /// Why manifests make no router of this node, in words for a person; nil with an API server, where the operator decides.
    var unselected: String? {
        guard wishes != nil, let node = ownNode ?? unknownNode else { return nil }
        let labels = (node.metadata.labels ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
        let known = labels.isEmpty ? "which has no labels" : "which has \(labels.asSentence(most: 8))"
        return "the nodeSelector of no BGPClusterConfig among the manifests selects \(self.node.quoted), \(known)"
    }

    private func rendered(_ node: Node?, _ secrets: KnownSecrets, _ inUse: BGPNodeConfig?) -> BGPNodeConfig? {
        guard let wishes, let node else { return nil }
        let snapshot = ClusterSnapshot(
            nodes: [node],
            clusterConfigs: clusterConfigs.snapshot.objects,
            peerConfigs: peerConfigs.snapshot.objects,
            overrides: wishes.overrides.snapshot.objects,
            nodeConfigs: inUse.map { [$0] } ?? [],
            secrets: secrets,
            deletions: deletions
        )
        return render(snapshot, now: Timestamp(Date())).nodeConfig(self.node)
    }
}

extension ResourceStore {
    /// Says at each call whether anything changed since the one before.
    func changeTeller() -> @Sendable () -> Bool {
        let reader = makeReader()
        return { !reader.read().changes.isEmpty }
    }

    /// Whether an object is refused of which no good version was seen in this run.
    var hasNeverBeenValid: Bool {
        let snapshot = snapshot
        return refused.contains { object in object.key.map { snapshot[$0] == nil } ?? false }
    }

    /// The last good versions of all objects, those of an earlier run for objects that are refused since the start.
    func good(_ earlier: [Object]?) -> [Object] {
        let snapshot = snapshot
        guard let earlier, !refused.isEmpty else { return snapshot.objects }
        let unseen = Set(refused.compactMap(\.key).filter { snapshot[$0] == nil })
        return snapshot.objects + earlier.filter { unseen.contains($0.key) }
    }
}
