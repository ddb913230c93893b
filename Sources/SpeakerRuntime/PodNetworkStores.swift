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
            ciliumNodes: ServedReader(ciliumNodes),
            blockAffinities: ServedReader(blockAffinities),
            laterBlockAffinities: ServedReader(laterBlockAffinities)
        )
    }
}

/// Reads what network plugins say.
struct PodNetworkReader: Sendable {
    fileprivate let ciliumNodes: ServedReader<CiliumNode>
    fileprivate let blockAffinities: ServedReader<BlockAffinity>
    fileprivate let laterBlockAffinities: ServedReader<LaterBlockAffinity>

    /// What changed since the last call.
    func read(into changes: inout OwnerChanges) {
        changes.ciliumNodes = ciliumNodes.changed()
        changes.blockAffinities = blockAffinities.changed()
        changes.laterBlockAffinities = laterBlockAffinities.changed()
    }
}

/// Reads one plugin's objects step by step.
private struct ServedReader<Object: KubeObject>: Sendable {
    let kind: ServedKind<Object>
    let reader: StoreReader<Object>

    init(_ kind: ServedKind<Object>) {
        self.kind = kind
        reader = kind.store.makeReader()
    }

    func changed() -> ServedChanges<Object> {
        // Asked for first: what comes in between is seen at the next look.
        let presence = kind.presence
        return ServedChanges(presence, reader.changed())
    }
}
