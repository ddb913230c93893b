import BGPResources
import KubeClient
import KubeModel
import TestCluster
import TestSupport
import Testing

/// What the operator says of pod networks that are missing, and which addresses it spares for those that are there.
struct PodNetworkTests {
    private static let advertisement = """
        apiVersion: martlet.dev/v2
        kind: BGPAdvertisement
        metadata: {name: pods}
        spec: {advertisements: [{advertisementType: PodCIDR}]}

        """

    private func told(_ cluster: TestCluster) async throws -> [String] {
        let advertisement = try await cluster.client.get(BGPAdvertisement.self, ObjectKey(name: "pods"))
        let config = try await cluster.client.get(BGPClusterConfig.self, ObjectKey(name: "rack"))
        return [advertisement.status?.conditions, config.status?.conditions].map { conditions in
            let condition = conditions?.of("NoPodCIDR")
            return condition?.status == .true ? condition?.message ?? "" : condition?.status.rawValue ?? "none"
        }
    }

    private func settle(_ cluster: TestCluster, _ what: String, _ message: String) async throws {
        try await eventually(what, is: [message, message]) { try await told(cluster) }
    }

    private func spared(_ cluster: TestCluster) async throws -> String {
        let pool = try await cluster.client.get(LoadBalancerIPPool.self, ObjectKey(name: "services"))
        let condition = pool.status?.conditions.of("AddressesSpared")
        return condition?.status == .true ? condition?.message ?? "" : condition?.status.rawValue ?? "none"
    }

    @Test func `NoPodCIDR comes and goes with the objects of the plugin, on Advertisement and ClusterConfig`()
        async throws
    {
        try await TestCluster.with { cluster in
            try await cluster.apply(node("n1", zone: "a", address: "10.0.0.1"))
            try await cluster.apply(rack)
            try await cluster.apply(
                peerConfig("tor").replacing(
                    "spec: {}",
                    with: "spec: {families: [{afi: ipv4, safi: unicast, advertisements: {}}]}"
                )
            )
            try await cluster.apply(Self.advertisement)
            let entry = "BGPAdvertisement/pods entry 0 announces no IPv4 network of n1: "
            try await running(operatorServices(cluster.client)) {
                try await settle(cluster, "the Node has none", entry + "spec.podCIDRs of Node/n1 has no IPv4 network")
                try await cluster.apply(PluginKinds.ciliumNodes)
                try await settle(
                    cluster,
                    "Cilium has not made its object",
                    entry + "there is no CiliumNode/n1, and where Cilium is the Node's network is not the pods'"
                )
                try await cluster.apply(PluginKinds.ciliumNode("n1", "10.42.1.0/24"))
                try await settle(cluster, "it has", "False")
                try await cluster.client.delete(CiliumNode.self, ObjectKey(name: "n1"))
                try await cluster.client.delete(
                    CustomResourceDefinition.self,
                    ObjectKey(name: CiliumNode.type.definitionName)
                )
                try await settle(cluster, "Cilium is gone", entry + "spec.podCIDRs of Node/n1 has no IPv4 network")
                try await cluster.apply(PluginKinds.blockAffinities)
                try await cluster.apply(PluginKinds.blockAffinity("n1", "10.245.0.0/26"))
                try await settle(cluster, "Calico has a block", "False")
            }
        }
    }

    @Test func `pools spare the networks that a plugin gave to pods`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(node("n1", zone: "a", address: "10.0.0.1"))
            try await cluster.apply(pool("10.42.1.0/29"))
            try await running(operatorServices(cluster.client)) {
                try await eventually("the pool has all of its addresses", is: "False") { try await spared(cluster) }
                try await cluster.apply(PluginKinds.ciliumNodes)
                try await cluster.apply(PluginKinds.ciliumNode("n1", "10.42.1.0/30"))
                try await eventually("it spares the pods'", is: true) {
                    try await spared(cluster).contains("Node/n1 pod network")
                }
                try await cluster.apply(service("web"))
                try await eventually("a Service gets the next", is: "10.42.1.4" as String?) {
                    let key = ObjectKey(namespace: "default", name: "web")
                    return try await cluster.client.get(Service.self, key).status?.loadBalancer?.ingress?.first?.ip
                }
                try await cluster.client.delete(CiliumNode.self, ObjectKey(name: "n1"))
                try await eventually("and none when the network goes", is: "False") { try await spared(cluster) }
            }
        }
    }
}
