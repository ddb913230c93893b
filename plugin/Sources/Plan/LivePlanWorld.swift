import BGPResources
import Inspection
import KubeClient
import KubeModel
import Planning

extension PlanWorld {
    /// Everything of a cluster that a plan is made from; what the user may not read is named in `warnings`.
    package init(of cluster: Cluster, speakerNamespace: String, warnings: inout [String]) async throws {
        self.init()
        isWholeCluster = true
        func all<Object: KubeObject>(_ type: Object.Type) async throws -> [Object] {
            let list = try await cluster.list(type)
            warnings += list.diagnostics.map(\.description)
            return list.items
        }
        nodes = try await all(Node.self)
        clusterConfigs = try await all(BGPClusterConfig.self)
        peerConfigs = try await all(BGPPeerConfig.self)
        advertisements = try await all(BGPAdvertisement.self)
        overrides = try await all(BGPNodeConfigOverride.self)
        nodeConfigs = try await all(BGPNodeConfig.self)
        let plugins = try await PodNetworkObjects(of: cluster, for: advertisements, warnings: &warnings)
        ciliumNodes = plugins.ciliumNodes.objects
        servesCiliumNodes = plugins.ciliumNodes != .notServed
        blockAffinities = plugins.blockAffinities.objects
        laterBlockAffinities = plugins.laterBlockAffinities.objects
        hasAllPodNetworks = plugins.isWhole
        services = try await all(Service.self)
        endpointSlices = try await all(EndpointSlice.self)
        do {
            pools = try await all(LoadBalancerIPPool.self)
        } catch let error as KubeError where error.code == .notFound {
            pools = []
        }
        do {
            serviceCIDRs = try await all(ServiceCIDR.self)
        } catch let error as KubeError where [.notFound, .forbidden].contains(error.code) {
            // As in the operator: clusters before Kubernetes 1.31 have no such kind.
            serviceCIDRs = []
        }
        do {
            let pages = try await cluster.list(
                ConfigMap.self,
                namespace: speakerNamespace,
                selector: "\(ClaimPage.label)=page"
            )
            .items.compactMap(ClaimPage.init)
            let found = Dictionary(grouping: pages.flatMap { $0.claims.values.joined() }, by: \.service)
            claims = found.isEmpty ? nil : found.mapValues { $0.map(\.address).sorted() }
        } catch let error as KubeError where [.notFound, .forbidden].contains(error.code) {
            // The conditions of the Services say nearly as much.
            claims = nil
        }
        do {
            secrets = try await cluster.list(Secret.self, namespace: speakerNamespace).items
        } catch let error as KubeError where error.code == .forbidden {
            assumesSecrets = true
            warnings.append("Secrets with passwords are taken to exist: \(error.message)")
        }
        add(await Deletions(of: cluster, namespace: speakerNamespace))
    }

    /// Adds what is deleted and still counts, since operator and speakers decide with it.
    private mutating func add(_ found: Deletions) {
        var found = found
        found.forget(
            clusterConfigs.map(\.reference) + peerConfigs.map(\.reference) + advertisements.map(\.reference)
                + overrides.map(\.reference) + nodeConfigs.map(\.reference) + pools.map(\.reference)
                + secrets.map(\.reference)
        )
        clusterConfigs += found.objects(BGPClusterConfig.self, besides: clusterConfigs)
        peerConfigs += found.objects(BGPPeerConfig.self, besides: peerConfigs)
        advertisements += found.objects(BGPAdvertisement.self, besides: advertisements)
        overrides += found.objects(BGPNodeConfigOverride.self, besides: overrides)
        nodeConfigs += found.objects(BGPNodeConfig.self, besides: nodeConfigs)
        pools += found.objects(LoadBalancerIPPool.self, besides: pools)
        deletions = found.pending
    }
}
