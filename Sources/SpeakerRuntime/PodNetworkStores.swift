import KubeClient
import KubeModel
import Planning
import Signals

/// What network plugins say of all nodes' pod networks, in kinds that the cluster need not know.
///
/// Those of other nodes are announced by these alone, but their addresses are announced for no Service.
struct PodNetworkStores: Sendable {
    private let ciliumNodes: ServedKind<CiliumNode>
    private let blockAffinities: ServedKind<BlockAffinity>
    private let laterBlockAffinities: ServedKind<LaterBlockAffinity>

    /// Follows the objects, and of them what says something about networks: the rest changes every few seconds.
    init(in set: inout StoreSet, signal: ChangeSignal) {
        ciliumNodes = set.registerServed(CiliumNode.self, signal: signal, trim: { $0.keepNetworks() })
        blockAffinities = set.registerServed(BlockAffinity.self, signal: signal, trim: { $0.keepNetworks() })
        laterBlockAffinities = set.registerServed(LaterBlockAffinity.self, signal: signal, trim: { $0.keepNetworks() })
    }

    /// Reads them step by step.
    func makeReader() -> PodNetworkReader {
        PodNetworkReader(
            ciliumNodes: PluginReader(ciliumNodes),
            blockAffinities: PluginReader(blockAffinities),
            laterBlockAffinities: PluginReader(laterBlockAffinities)
        )
    }
}

/// Follows what network plugins say; a changed object costs no look at the others.
struct PodNetworkReader {
    /// What they say, as far as it was looked at.
    private(set) var known = ClusterPodNetworks()
    fileprivate var ciliumNodes: PluginReader<CiliumNode>
    fileprivate var blockAffinities: PluginReader<BlockAffinity>
    fileprivate var laterBlockAffinities: PluginReader<LaterBlockAffinity>

    fileprivate init(
        ciliumNodes: PluginReader<CiliumNode>,
        blockAffinities: PluginReader<BlockAffinity>,
        laterBlockAffinities: PluginReader<LaterBlockAffinity>
    ) {
        self.ciliumNodes = ciliumNodes
        self.blockAffinities = blockAffinities
        self.laterBlockAffinities = laterBlockAffinities
    }

    /// Of which nodes something else is said than before.
    enum Concerned {
        case some(Set<String>)
        /// Of any, and of those that no object names.
        case all
    }

    /// Looks again.
    mutating func look() -> Concerned {
        let ofCilium = ciliumNodes.look()
        let ofCalico = blockAffinities.look()
        let later = laterBlockAffinities.look()
        guard ofCilium.isSamePresence, ofCalico.isSamePresence, later.isSamePresence else {
            known = ClusterPodNetworks(
                ciliumNodes: ciliumNodes.objects,
                blockAffinities: blockAffinities.objects.orElse(laterBlockAffinities.objects)
            )
            return .all
        }
        guard !ofCilium.keys.isEmpty || !ofCalico.keys.isEmpty || !later.keys.isEmpty else { return .some([]) }
        var concerned: Set<String> = []
        let before = known.general
        if ciliumNodes.presence == .served {
            for key in ofCilium.keys { concerned.formUnion(known.take(ofCilium.snapshot[key], named: key.name)) }
        }
        if blockAffinities.presence == .served {
            for key in ofCalico.keys { concerned.formUnion(known.take(ofCalico.snapshot[key], named: key.name)) }
        } else if blockAffinities.presence == .notServed, laterBlockAffinities.presence == .served {
            for key in later.keys { concerned.formUnion(known.take(later.snapshot[key]?.block, named: key.name)) }
        }
        return known.general == before ? .some(concerned) : .all
    }
}

/// Reads one plugin's objects step by step.
struct PluginReader<Object: KubeObject> {
    /// Whether they can be read, at the last look.
    private(set) var presence = ServedPresence.notServed
    private let kind: ServedKind<Object>
    private let reader: StoreReader<Object>

    fileprivate init(_ kind: ServedKind<Object>) {
        self.kind = kind
        reader = kind.store.makeReader()
    }

    /// What another look found.
    struct Look {
        let isSamePresence: Bool
        let snapshot: StoreSnapshot<Object>
        /// The objects that are other ones than before, or gone.
        let keys: Set<ObjectKey>
    }

    fileprivate var objects: ServedObjects<Object> { kind.objects }

    fileprivate mutating func look() -> Look {
        let before = presence
        // Asked for first: what comes in between is seen at the next look.
        presence = kind.presence
        let (snapshot, changes) = reader.read()
        return Look(
            isSamePresence: presence == before && !changes.isResync,
            snapshot: snapshot,
            keys: changes.changed.union(changes.removed)
        )
    }
}
