import BGPResources
import BGPTypes
import KubeClient
import KubeJSON
import KubeModel
import LabAPIServer

extension LabNode {
    /// What a node says of itself with these BGPClusterConfigs; nil when none of them has a router on loopback.
    ///
    /// On loopback the kernel would give every session the source 127.0.0.1, by which the router knows nobody.
    func override(_ configs: [BGPClusterConfig]) -> JSONValue? {
        let instances = configs.flatMap(\.spec.bgpInstances).compactMap { instance -> JSONValue? in
            let peers = instance.peers.filter { $0.peerAddress?.address.isLoopback == true }.map { peer -> JSONValue in
                ["name": .string(peer.name), "localAddress": .string(address.description)]
            }
            return peers.isEmpty ? nil : ["name": .string(instance.name), "peers": .array(peers)]
        }
        guard !instances.isEmpty else { return nil }
        return [
            "apiVersion": .string(BGPNodeConfigOverride.type.apiVersion),
            "kind": .string(BGPNodeConfigOverride.type.kind), "metadata": ["name": .string(name)],
            "spec": ["bgpInstances": .array(instances)],
        ]
    }

    /// Applies the overrides of all nodes for which the manifests have none.
    static func applyOverrides(of nodes: [LabNode], with client: KubeClient) async throws {
        let configs: [BGPClusterConfig]
        let present: Set<String>
        do {
            configs = try await client.list(BGPClusterConfig.self).items
            present = Set(try await client.list(BGPNodeConfigOverride.self).items.map(\.metadata.name))
        } catch let error as KubeError where error.code == .notFound {
            // Nobody has given the lab our kinds.
            return
        }
        let applier = ManifestApplier(client: client)
        for node in nodes where !present.contains(node.name) {
            if let override = node.override(configs) { try await applier.apply(override) }
        }
    }
}
