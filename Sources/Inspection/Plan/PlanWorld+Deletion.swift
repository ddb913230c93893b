import BGPResources
import KubeModel

extension PlanWorld {
    /// These objects without those of the names in `deleted`.
    package func without(_ deleted: PlanWorld) -> PlanWorld {
        var world = self
        world.nodes = Self.remaining(nodes, deleted.nodes)
        world.ciliumNodes = Self.remaining(ciliumNodes, deleted.ciliumNodes)
        world.blockAffinities = Self.remaining(blockAffinities, deleted.blockAffinities)
        world.clusterConfigs = Self.remaining(clusterConfigs, deleted.clusterConfigs)
        world.peerConfigs = Self.remaining(peerConfigs, deleted.peerConfigs)
        world.advertisements = Self.remaining(advertisements, deleted.advertisements)
        world.overrides = Self.remaining(overrides, deleted.overrides)
        world.nodeConfigs = Self.remaining(nodeConfigs, deleted.nodeConfigs)
        world.pools = Self.remaining(pools, deleted.pools)
        world.services = Self.remaining(services, deleted.services)
        world.serviceCIDRs = Self.remaining(serviceCIDRs, deleted.serviceCIDRs)
        world.endpointSlices = Self.remaining(endpointSlices, deleted.endpointSlices)
        world.secrets = Self.remaining(secrets, deleted.secrets)
        return world
    }

    private static func remaining<Object: KubeObject>(_ present: [Object], _ deleted: [Object]) -> [Object] {
        let names = Set(deleted.map(\.key))
        return names.isEmpty ? present : present.filter { !names.contains($0.key) }
    }
}
