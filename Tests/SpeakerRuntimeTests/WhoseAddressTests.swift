import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import Planning
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

@Suite struct WhoseAddressTests {
    private let own = "10.244.1.0/24"

    private func other(_ addresses: String, podCIDR: String = "10.244.2.0/24") -> String {
        """
        apiVersion: v1
        kind: Node
        metadata: {name: n2, labels: {zone: b}}
        spec: {podCIDRs: [\(podCIDR)]}
        status:
          addresses: [\(addresses)]

        """
    }

    private func network(_ cidr: String) -> String {
        "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata: {name: more}\nspec: {cidrs: [\(cidr)]}\n"
    }

    @Test func `a speaker knows the addresses of nodes, pods, routers and Services, as they come and go`() async throws
    {
        let world = TestNode(number: 100)
        let router = TestRouter(100)
        let rack2 = """
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: rack-2}
            spec:
              nodeSelector: {matchLabels: {rack: other}}
              bgpInstances:
                - name: rack-2
                  localASN: 65001
                  peers: [{name: tor, peerAddress: 192.0.2.1, peerASN: 65000, peerConfigRef: {name: tor}}]

            """
        let victim = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: victim, namespace: shop}
            spec: {type: LoadBalancer, clusterIP: 10.96.0.10, clusterIPs: [10.96.0.10], ports: [{port: 80}]}
            status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}

            """
        try await TestCluster.with { cluster in
            for text in [
                world.node, world.nodeConfig, world.peerConfig, world.advertisement, world.service("web", "192.0.2.1"),
            ] { try await cluster.apply(text) }
            try await running([router.speaker] + speaker(.server(cluster.client)).services) {
                func isWithheld(_ what: String) async throws {
                    try await eventually("\(what): withdrawn", is: [own]) { await router.routes() }
                    try await eventually("\(what): the condition says so", is: "True AddressNotOwned") {
                        try await cluster.conditions(BGPNodeConfig.self, "n1")?["AddressesWithheld"]
                    }
                }
                func isAnnounced(_ what: String) async throws {
                    try await eventually("\(what): announced", is: [own, "192.0.2.1/32"]) { await router.routes() }
                    try await eventually("\(what): the condition is gone", is: "False NoneWithheld") {
                        try await cluster.conditions(BGPNodeConfig.self, "n1")?["AddressesWithheld"]
                    }
                }
                try await isAnnounced("nobody has it")
                let address = "{type: InternalIP, address: 192.0.2.1}"
                try await cluster.apply(other(address))
                try await isWithheld("another node has it")
                try await cluster.client.delete(Node.self, ObjectKey(name: "n2"))
                try await isAnnounced("the node is gone")
                try await cluster.apply(rack2)
                try await isWithheld("a router of another rack has it")
                try await cluster.client.delete(BGPClusterConfig.self, ObjectKey(name: "rack-2"))
                try await isAnnounced("the rack is gone")
                try await cluster.apply(other("{type: InternalIP, address: 10.0.0.2}", podCIDR: "192.0.2.0/24"))
                try await isWithheld("pods have it")
                try await cluster.client.delete(Node.self, ObjectKey(name: "n2"))
                try await isAnnounced("the pods are gone")
                try await cluster.apply(victim)
                try await isWithheld("another Service has it")
                try await cluster.client.delete(Service.self, ObjectKey(namespace: "shop", name: "victim"))
                try await isAnnounced("the Service is gone")
            }
        }
    }

    @Test func `a speaker knows the addresses of other nodes' pods from the network plugin`() async throws {
        let world = TestNode(number: 104)
        let router = TestRouter(104)
        try await TestCluster.with { cluster in
            for text in [
                world.node, world.nodeConfig, world.peerConfig, world.advertisement, world.service("web", "192.0.2.1"),
                other("", podCIDR: "192.0.2.0/24"),
            ] { try await cluster.apply(text) }
            try await running([router.speaker] + speaker(.server(cluster.client)).services) {
                func are(_ routes: [String], _ when: String) async throws {
                    try await eventually(when, is: routes) { await router.routes() }
                }
                try await are([own], "the other Node has it")
                try await cluster.apply(PluginKinds.blockAffinities)
                try await cluster.apply(PluginKinds.blockAffinity("n1", "10.245.0.0/26"))
                try await are(["10.245.0.0/26", "192.0.2.1/32"], "Calico does not say so")
                try await cluster.apply(PluginKinds.blockAffinity("n2", "192.0.2.0/26"))
                try await are(["10.245.0.0/26"], "Calico says so")
                try await cluster.apply(PluginKinds.blockAffinity("n2", "192.0.2.0/26", state: "pendingDeletion"))
                try await are(["10.245.0.0/26", "192.0.2.1/32"], "the block goes")
                try await cluster.apply(PluginKinds.ciliumNodes)
                try await cluster.apply(PluginKinds.ciliumNode("n1", "10.42.1.0/24"))
                try await cluster.apply(PluginKinds.ciliumNode("n2", "10.42.2.0/24"))
                try await are(["10.42.1.0/24", "192.0.2.1/32"], "Cilium says something else")
                try await cluster.apply(PluginKinds.ciliumNode("n2", "192.0.2.0/24"))
                try await are(["10.42.1.0/24"], "Cilium says so")
                try await cluster.client.delete(CiliumNode.self, ObjectKey(name: "n2"))
                try await are(["10.42.1.0/24", "192.0.2.1/32"], "the CiliumNode is gone")
                try await cluster.apply(PluginKinds.ciliumNode("n2", "192.0.2.0/24"))
                try await are(["10.42.1.0/24"], "it is there again")
                for kind in [CiliumNode.type, BlockAffinity.type] {
                    let key = ObjectKey(name: kind.definitionName)
                    try await cluster.client.delete(CustomResourceDefinition.self, key)
                }
                try await are([own], "the other Node has it once more")
            }
        }
    }

    @Test func `a speaker reads the kind of later versions of Calico as well`() async throws {
        let world = TestNode(number: 105)
        let router = TestRouter(105)
        try await TestCluster.with { cluster in
            for text in [
                world.node, world.nodeConfig, world.peerConfig, world.advertisement, world.service("web", "192.0.2.1"),
                PluginKinds.laterBlockAffinities, PluginKinds.laterBlockAffinity("n1", "10.245.0.0/26"),
                PluginKinds.laterBlockAffinity("n2", "192.0.2.0/26"),
            ] { try await cluster.apply(text) }
            try await running([router.speaker] + speaker(.server(cluster.client)).services) {
                try await eventually("both count", is: ["10.245.0.0/26"]) { await router.routes() }
                try await cluster.apply(PluginKinds.laterBlockAffinity("n2", "192.0.2.0/26", deleted: true))
                try await eventually("one goes", is: ["10.245.0.0/26", "192.0.2.1/32"]) { await router.routes() }
                try await cluster.apply(PluginKinds.blockAffinities)
                try await eventually("the older kind goes before it", is: [own, "192.0.2.1/32"]) {
                    await router.routes()
                }
            }
        }
    }

    @Test func `a speaker knows networks of cluster IPs from its flags where the cluster does not name them`()
        async throws
    {
        let world = TestNode(number: 101)
        let router = TestRouter(101)
        try await TestCluster.with { cluster in
            for text in [
                world.node, world.nodeConfig, world.peerConfig, world.advertisement, world.service("web", "192.0.2.1"),
                world.service("other", "192.0.2.200"),
            ] { try await cluster.apply(text) }
            let speaker = speaker(.server(cluster.client)) { configuration in
                configuration.serviceNetworks = [IPPrefix("192.0.2.128/25")].compactMap(\.self)
            }
            try await running([router.speaker] + speaker.services) {
                try await eventually("what is no cluster IP is announced", is: [own, "192.0.2.1/32"]) {
                    await router.routes()
                }
                try await cluster.apply(network("192.0.2.0/30"))
                try await eventually("nor is what the cluster names", is: [own]) { await router.routes() }
                try await cluster.client.delete(ServiceCIDR.self, ObjectKey(name: "more"))
                try await eventually("until it no longer does", is: [own, "192.0.2.1/32"]) { await router.routes() }
            }
        }
    }

    /// As with rights that were granted to an older speaker.
    @Test func `a speaker manages without the owners that it may not read`() async throws {
        let world = TestNode(number: 102)
        let router = TestRouter(102)
        try await TestCluster.with { cluster in
            for text in [
                world.node, world.nodeConfig, world.peerConfig, world.advertisement, world.service("web", "192.0.2.1"),
                world.service("grab", "10.96.0.53"),
                "apiVersion: v1\nkind: Service\nmetadata: {name: kube-dns, namespace: kube-system}\n"
                    + "spec: {type: ClusterIP, clusterIP: 10.96.0.53, clusterIPs: [10.96.0.53], ports: [{port: 53}]}\n",
            ] { try await cluster.apply(text) }
            let client = cluster.client { request in
                if request.path.hasSuffix("/servicecidrs") { throw KubeError(.forbidden, "no servicecidrs") }
                return request
            }
            try await running([router.speaker] + speaker(.server(client)).services) {
                // Single cluster IPs are known all the same.
                try await eventually("all is announced but the cluster IP", is: [own, "192.0.2.1/32"]) {
                    await router.routes()
                }
            }
        }
    }

    @Test func `a speaker knows owners in a directory of manifests`() async throws {
        let world = TestNode(number: 103)
        let router = TestRouter(103)
        let files = try TemporaryDirectory("whose")
        for (name, text) in [
            ("node", world.node), ("rack", world.clusterConfig), ("override", world.override),
            ("peer", world.peerConfig), ("adv", world.advertisement), ("web", world.service("web", "192.0.2.1")),
            ("grab", world.service("grab", "10.0.0.2")), ("other", other("{type: InternalIP, address: 10.0.0.2}")),
        ] { _ = try files.write(text, to: "\(name).yaml") }
        try await running([router.speaker] + speaker(.directory(files.path)).services) {
            try await eventually("the other node's address is not announced", is: [own, "192.0.2.1/32"]) {
                await router.routes()
            }
            _ = try files.write(other("{type: InternalIP, address: 192.0.2.1}"), to: "other.yaml")
            try await eventually("nor is the one it has now", is: ["10.0.0.2/32", own]) { await router.routes() }
        }
    }
}
