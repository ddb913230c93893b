import BGPResources
import KubeClient
import KubeModel
import Planning

/// What network plugins say of pod networks, as far as the cluster has their kinds and the user may read them.
struct PodNetworkObjects: Sendable {
    private(set) var ciliumNodes = ServedObjects<CiliumNode>.notServed
    private(set) var blockAffinities = ServedObjects<BlockAffinity>.notServed
    private(set) var laterBlockAffinities = ServedObjects<LaterBlockAffinity>.notServed
    /// Whether everything could be read.
    private(set) var isWhole = true

    /// Reads those that count: where the Advertisements take pod networks from.
    ///
    /// What the user may not read is named in `warnings`.
    init(of cluster: Cluster, for advertisements: [BGPAdvertisement], warnings: inout [String]) async throws {
        let sources = advertisements.podNetworkSources
        if !sources.isDisjoint(with: [.auto, .ciliumNode]) {
            ciliumNodes = try await read(CiliumNode.self, of: cluster, warnings: &warnings)
        }
        guard !sources.isDisjoint(with: [.auto, .calico]) else { return }
        let wasWhole = isWhole
        blockAffinities = try await read(BlockAffinity.self, of: cluster, warnings: &warnings)
        guard blockAffinities == .notServed, isWhole == wasWhole else { return }
        laterBlockAffinities = try await read(LaterBlockAffinity.self, of: cluster, warnings: &warnings)
    }

    /// What they say of every node.
    var networks: ClusterPodNetworks {
        ClusterPodNetworks(
            ciliumNodes: ciliumNodes,
            blockAffinities: blockAffinities.orElse(laterBlockAffinities)
        )
    }

    private mutating func read<Object: KubeObject>(
        _ type: Object.Type,
        of cluster: Cluster,
        warnings: inout [String]
    ) async throws -> ServedObjects<Object> {
        do {
            let list = try await cluster.list(type)
            warnings += list.diagnostics.map(\.description)
            return .served(list.items)
        } catch let error as KubeError where error.code == .notFound {
            return .notServed
        } catch let error as KubeError where error.code == .forbidden {
            // Whether there is such a kind is not told to those who may not read it.
            isWhole = false
            warnings.append("pod networks of \(Object.type.kind) objects are not considered: \(error.message)")
            return .notServed
        }
    }
}
