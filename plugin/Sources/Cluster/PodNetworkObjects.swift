import BGPResources
import KubeClient
import KubeModel
import Planning

/// What network plugins say of pod networks, as far as the cluster has their kinds and the user may read them.
struct PodNetworkObjects: Sendable {
    private(set) var ciliumNodes = ServedObjects<CiliumNode>.notServed
    private(set) var blockAffinities = ServedObjects<BlockAffinity>.notServed
    /// Whether everything could be read.
    private(set) var isWhole = true

    /// Reads them where an Advertisement announces pod networks; what the user may not read is named in `warnings`.
    init(of cluster: Cluster, for advertisements: [BGPAdvertisement], warnings: inout [String]) async throws {
        let sources = Set(
            advertisements.flatMap(\.spec.advertisements).filter { $0.advertisementType == .podCIDR }
                .map { $0.podCIDRs?.effectiveSource ?? .auto }
        )
        if !sources.isDisjoint(with: [.auto, .ciliumNode]) {
            ciliumNodes = try await read(CiliumNode.self, of: cluster, warnings: &warnings)
        }
        if !sources.isDisjoint(with: [.auto, .calico]) {
            blockAffinities = try await read(BlockAffinity.self, of: cluster, warnings: &warnings)
        }
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

extension ClusterPodNetworks {
    /// Reads what network plugins say, as `PodNetworkObjects` does.
    init(of cluster: Cluster, for advertisements: [BGPAdvertisement], warnings: inout [String]) async throws {
        let objects = try await PodNetworkObjects(of: cluster, for: advertisements, warnings: &warnings)
        self.init(ciliumNodes: objects.ciliumNodes, blockAffinities: objects.blockAffinities)
    }
}
