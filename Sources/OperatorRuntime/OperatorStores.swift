import BGPResources
import KubeClient
import KubeModel
import Planning
import Signals
import SpeakerAPI

/// Everything the operator follows.
struct OperatorStores: Sendable {
    private(set) var set = StoreSet()
    /// Hears of all changes but those of Services and their networks, which come by the thousand, and no session follows from.
    let clusterSignal: ChangeSignal
    let nodes: ResourceStore<Node>
    /// What network plugins say of pod networks, where the cluster has them.
    let ciliumNodes: ServedKind<CiliumNode>
    let blockAffinities: ServedKind<BlockAffinity>
    let laterBlockAffinities: ServedKind<LaterBlockAffinity>
    let clusterConfigs: ResourceStore<BGPClusterConfig>
    let peerConfigs: ResourceStore<BGPPeerConfig>
    let advertisements: ResourceStore<BGPAdvertisement>
    let overrides: ResourceStore<BGPNodeConfigOverride>
    let nodeConfigs: ResourceStore<BGPNodeConfig>
    /// The Secrets that PeerConfigs name, without what they hold: the operator says whether they are there, and no more.
    private let secrets: NamedObjects<Secret>
    let pools: ResourceStore<LoadBalancerIPPool>
    let services: ResourceStore<AddressedService>
    let serviceCIDRs: ResourceStore<ServiceCIDR>
    private let namespace: String
    /// How long deleted objects of ours still count.
    let patience: DeletionPatience

    /// Names the kinds to follow.
    ///
    /// - Parameters:
    ///   - namespace: Where the Secrets are.
    ///   - secretPace: How often the Secrets are read.
    ///   - patience: How long deleted objects of ours still count, since others may come in their place.
    ///   - checksRules: Whether objects that break a rule of their kind are kept out, with a diagnostic that names file
    ///     and line. Right for manifests. From an API server they are let in: `render` says on the object itself what
    ///     is wrong with its newest generation, and keeps what it applied before.
    init(
        namespace: String,
        secretPace: NamedPace = NamedPace(),
        patience: DeletionPatience = DeletionPatience(),
        checksRules: Bool
    ) {
        self.patience = patience
        let signal = ChangeSignal(partOf: set.signal)
        clusterSignal = signal
        nodes = set.register(Node.self, signal: signal)
        ciliumNodes = set.registerServed(CiliumNode.self, signal: signal, trim: { $0.keepNetworks() })
        blockAffinities = set.registerServed(BlockAffinity.self, signal: signal, trim: { $0.keepNetworks() })
        laterBlockAffinities = set.registerServed(
            LaterBlockAffinity.self,
            signal: signal,
            trim: { $0.keepNetworks() }
        )
        clusterConfigs = set.register(BGPClusterConfig.self, signal: signal, patience: patience) {
            checksRules ? $0.validate() : []
        }
        let naming = ChangeSignal(partOf: signal)
        let peerConfigs = set.register(BGPPeerConfig.self, signal: naming, patience: patience) {
            checksRules ? $0.validate() : []
        }
        self.peerConfigs = peerConfigs
        advertisements = set.register(BGPAdvertisement.self, signal: signal, patience: patience) {
            checksRules ? $0.validate() : []
        }
        overrides = set.register(BGPNodeConfigOverride.self, signal: signal, patience: patience) {
            checksRules ? $0.validate() : []
        }
        nodeConfigs = set.register(
            BGPNodeConfig.self,
            signal: signal,
            patience: patience,
            validate: { checksRules ? $0.validate() : [] },
            isFinal: { $0.isLetGo }
        )
        secrets = set.registerNamed(
            Secret.self,
            namespace: namespace,
            pace: secretPace,
            signal: signal,
            trigger: naming,
            patience: patience,
            trim: { $0 = $0.withoutPassword },
            names: { peerConfigs.isReady ? peerConfigs.secretNames : nil }
        )
        pools = set.register(LoadBalancerIPPool.self, isOptional: true, signal: signal, patience: patience) {
            checksRules ? $0.validate() : []
        }
        services = set.register(AddressedService.self)
        // Clusters before Kubernetes 1.31 have no such kind, and rights that were granted to an older operator lack it.
        serviceCIDRs = set.register(ServiceCIDR.self, isOptional: true, needsRight: false)
        self.namespace = namespace
    }

    /// Whether every Secret was asked for that PeerConfigs name, so that what is said of one is not said too soon.
    var haveSecrets: Bool { secrets.wereAsked(for: peerConfigs.secretNames) }

    /// What network plugins say of the nodes' pods.
    var podNetworks: ClusterPodNetworks {
        ClusterPodNetworks(
            ciliumNodes: ciliumNodes.objects,
            blockAffinities: blockAffinities.objects.orElse(laterBlockAffinities.objects)
        )
    }

    /// What the sessions of the cluster follow from; only to be asked for once all stores are ready.
    func snapshot(_ settings: ClusterSettings) -> ClusterSnapshot {
        // Rendering sorts them.
        ClusterSnapshot(
            nodes: nodes.snapshot.unordered,
            clusterConfigs: clusterConfigs.snapshot.unordered,
            peerConfigs: peerConfigs.snapshot.unordered,
            advertisements: advertisements.snapshot.unordered,
            overrides: overrides.snapshot.unordered,
            nodeConfigs: nodeConfigs.snapshot.unordered,
            secrets: KnownSecrets(secrets.store.snapshot.unordered, namespace: namespace),
            podNetworks: podNetworks,
            settings: settings,
            deletions: deletions
        )
    }

    /// The same, with all else that the cluster's configuration follows from.
    func inputs(_ settings: ClusterSettings) -> ClusterInputs {
        var invalid = InvalidObjects()
        nodes.report(in: &invalid)
        clusterConfigs.report(in: &invalid)
        peerConfigs.report(in: &invalid)
        advertisements.report(in: &invalid)
        overrides.report(in: &invalid)
        pools.report(in: &invalid)
        return ClusterInputs(
            snapshot(settings),
            invalid: invalid,
            epoch: clusterConfigs.epoch + peerConfigs.epoch + advertisements.epoch + overrides.epoch,
            settlingTime: nodeConfigs.restOfPatience
        )
    }

    /// The objects of ours that are deleted and still count, kind by kind.
    var deletions: [PendingDeletion] {
        clusterConfigs.deletions + peerConfigs.deletions + advertisements.deletions + overrides.deletions
            + nodeConfigs.deletions + pools.deletions + secrets.store.deletions
    }
}

extension OperatorStores {
    /// The same, each with the object as it was; of Secrets nothing is shown.
    var deletedObjects: [DeletedObject] {
        deleted(clusterConfigs) + deleted(peerConfigs) + deleted(advertisements) + deleted(overrides)
            + deleted(nodeConfigs) + deleted(pools)
            + secrets.store.deletions.map { DeletedObject($0, as: nil) }
    }

    private func deleted<Object: KubeObject>(_ store: ResourceStore<Object>) -> [DeletedObject] {
        let deletions = store.deletions
        guard !deletions.isEmpty else { return [] }
        let objects = store.snapshot
        return deletions.map { deletion in
            let key = ObjectKey(namespace: deletion.object.namespace, name: deletion.object.name)
            return DeletedObject(deletion, as: objects[key].flatMap { try? $0.manifest() })
        }
    }
}

extension ResourceStore<BGPPeerConfig> {
    /// The Secrets that they name.
    fileprivate var secretNames: Set<String> { Set(snapshot.objects.compactMap(\.spec.authSecretRef)) }
}

extension ResourceStore {
    /// Adds the objects whose newest version cannot be read.
    fileprivate func report(in invalid: inout InvalidObjects) {
        let refused = refused
        guard !refused.isEmpty else { return }
        let present = snapshot
        invalid.add(Object.type, refused) { present[$0] != nil }
    }
}
