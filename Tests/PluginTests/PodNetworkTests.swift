import BGPResources
import BGPTypes
import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import TestSupport
import Testing
import kubectl_bgp

/// Pod networks as a person meets them: `lint`, `plan` and `explain peer`.
@Suite struct PodNetworkTests {
    /// Three nodes without pod network, dual stack, and an entry that announces the networks.
    private static let rack =
        (1...3).map { number in
            """
            apiVersion: v1
            kind: Node
            metadata: {name: node\(number), labels: {kubernetes.io/hostname: node\(number)}}
            spec: {}
            status:
              addresses:
                - {type: InternalIP, address: 172.16.10.1\(number)}
                - {type: InternalIP, address: "fd00:16::1\(number)"}

            """
        }
        .joined(separator: "---\n") + """
            ---
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: rack-1}
            spec:
              bgpInstances:
                - name: rack-1
                  localASN: 65001
                  peers: [{name: tor, peerAddress: 172.16.10.1, peerASN: 65000, peerConfigRef: {name: tor}}]
            ---
            apiVersion: martlet.dev/v2
            kind: BGPPeerConfig
            metadata: {name: tor}
            spec:
              families:
                - {afi: ipv4, safi: unicast, advertisements: {}}
                - {afi: ipv6, safi: unicast, advertisements: {}}
            ---
            apiVersion: martlet.dev/v2
            kind: BGPAdvertisement
            metadata: {name: pods}
            spec:
              advertisements:
                - advertisementType: PodCIDR

            """

    private static let ciliumNodes = (1...3).map { number in
        """
        ---
        apiVersion: cilium.io/v2
        kind: CiliumNode
        metadata: {name: node\(number)}
        spec: {ipam: {podCIDRs: [10.42.\(number).0/24, "fd00:42:\(number)::/64"]}}

        """
    }
    .joined()

    private static let affinities = (1...3).map { number in
        """
        ---
        apiVersion: crd.projectcalico.org/v1
        kind: BlockAffinity
        metadata: {name: node\(number)-block}
        spec: {cidr: 10.245.\(number).0/26, deleted: "false", node: node\(number), state: confirmed, type: host}

        """
    }
    .joined()

    private func lint(_ text: String) async throws -> Outcome {
        let files = try TemporaryDirectory("pods")
        try files.write(text, to: "rack.yaml")
        var outcome = await run("lint", "-f", files.path)
        outcome.output = outcome.output.replacing(files.path + "/", with: "")
        return outcome
    }

    private func prefixes(_ text: String) async throws -> [String] {
        let files = try TemporaryDirectory("pods")
        try files.write(text, to: "rack.yaml")
        let outcome = await run("plan", "-f", files.path, "-o", "json")
        let document = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
        return (document["nodes"]?.array ?? []).flatMap { node in
            (node["instances"]?[0]?["peers"]?[0]?["routes"]?.array ?? []).compactMap { $0["prefix"]?.string }
        }
    }

    @Test func `lint says that the nodes have no pod networks, where it looked and what to do`() async throws {
        let outcome = try await lint(Self.rack)
        #expect(
            outcome.output
                == "rack.yaml:50:26: warning: BGPAdvertisement/pods: spec.advertisements[0].advertisementType: "
                + "announces no network of node1, node2 and node3: spec.podCIDRs of the Nodes "
                + "has no network; let the controller manager give the Nodes networks (--allocate-node-cidrs, "
                + "--cluster-cidr), or write the networks into an entry of type Prefixes with a nodeSelector (NoPodCIDR)\n"
        )
        #expect(outcome.status == .findings)
    }

    @Test func `lint is silent when the plugin's objects are given as well`() async throws {
        #expect(try await lint(Self.rack + Self.ciliumNodes) == Outcome(status: .success, output: "", errors: ""))
        #expect(
            try await prefixes(Self.rack + Self.ciliumNodes) == [
                "10.42.1.0/24", "fd00:42:1::/64", "10.42.2.0/24", "fd00:42:2::/64", "10.42.3.0/24", "fd00:42:3::/64",
            ]
        )
        #expect(try await prefixes(Self.rack + Self.affinities) == ["10.245.1.0/26", "10.245.2.0/26", "10.245.3.0/26"])
    }

    @Test func `plan shows which object a network comes from`() async throws {
        let files = try TemporaryDirectory("pods")
        for (objects, source) in [
            (Self.ciliumNodes, "ciliumnode/node1"), (Self.affinities, "blockaffinity/node1-block"),
        ] {
            try files.write(Self.rack + objects, to: "rack.yaml")
            #expect(await run("plan", "-f", files.path).output.contains(" \(source)\n"))
        }
    }

    @Test func `lint says that Cilium's objects are pending when only its definition exists`() async throws {
        let definition = """
            ---
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: ciliumnodes.cilium.io}

            """
        let text = Self.rack.replacing("spec: {}", with: "spec: {podCIDRs: [10.244.1.0/24]}")
        #expect(try await prefixes(text).count == 3)
        #expect(try await prefixes(text + definition) == [])
        #expect(try await lint(text + definition).output.contains("there are no CiliumNodes of these names"))
    }

    @Test func `a source that does not exist is refused`() async throws {
        let text = Self.rack.replacing(
            "- advertisementType: PodCIDR",
            with: "- {advertisementType: PodCIDR, podCIDRs: {source: Cilium}}"
        )
        let outcome = try await lint(text)
        #expect(outcome.output.contains("expected one of Auto, Node, CiliumNode, Calico, found \"Cilium\""))
        #expect(outcome.status == .failure)
    }

    /// The objects of a cluster, with a NodeConfig for each node as the operator renders it.
    private func cluster(_ ciliumNodes: [CiliumNode]?) throws -> FixedCluster {
        var cluster = FixedCluster()
        let nodes = (1...3).map { Node(metadata: ObjectMeta(name: "node\($0)"), spec: Node.Spec()) }
        let families = [RouteFamily.ipv4Unicast, .ipv6Unicast].map {
            BGPPeerConfig.FamilyEntry(
                afi: $0.afi,
                safi: $0.safi,
                advertisements: LabelSelector()
            )
        }
        cluster.objects = nodes
        cluster.objects += nodes.map { node in
            BGPNodeConfig(
                metadata: ObjectMeta(name: node.metadata.name),
                spec: BGPNodeConfig.Spec(
                    bgpInstances: [
                        BGPNodeConfig.Instance(
                            name: "rack-1",
                            localASN: 65001,
                            peers: [BGPNodeConfig.Peer(name: "tor", peerConfigRef: PeerConfigReference(name: "tor"))]
                        )
                    ]
                )
            )
        }
        cluster.objects.append(
            BGPPeerConfig(metadata: ObjectMeta(name: "tor"), spec: BGPPeerConfig.Spec(families: families))
        )
        cluster.objects.append(
            BGPAdvertisement(
                metadata: ObjectMeta(name: "pods"),
                spec: BGPAdvertisement.Spec(advertisements: [.init(advertisementType: .podCIDR)])
            )
        )
        if let ciliumNodes {
            cluster.served.insert("ciliumnodes")
            cluster.objects += ciliumNodes
        }
        return cluster
    }

    private func reasons(_ cluster: FixedCluster) async throws -> [String] {
        let outcome = await run("explain", "peer", "tor", "-o", "json", against: cluster)
        let document = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
        let explanations = document["items"]?.array ?? [document]
        return explanations.flatMap { $0["families"]?.array ?? [] }.flatMap { $0["reasons"]?.array ?? [] }
            .compactMap { $0["message"]?.string }
    }

    @Test func `explain peer reports missing networks of every node and family`() async throws {
        #expect(
            try await reasons(cluster(nil))
                == (1...3).flatMap { number in
                    ["IPv4", "IPv6"].map { word in
                        "no \(word) pod network of node\(number) is known: spec.podCIDRs of Node/node\(number) has no "
                            + "\(word) network"
                    }
                }
        )
        let made = CiliumNode(
            metadata: ObjectMeta(name: "node1"),
            spec: CiliumNode.Spec(ipam: CiliumNode.IPAM(podCIDRs: ["10.42.1.0/24", "fd00:42:1::/64"]))
        )
        #expect(
            try await reasons(cluster([made])).allSatisfy {
                $0.contains("node2") || $0.contains("node3") && $0.contains("there is no CiliumNode/node")
            }
        )
    }

    @Test func `a reader without access to the plugin's kinds is warned that they are not considered`() async throws {
        var cluster = try cluster([])
        cluster.forbidden = ["/apis/cilium.io/v2/ciliumnodes"]
        let outcome = await run("explain", "peer", "tor", against: cluster)
        #expect(outcome.errors.contains("pod networks of CiliumNode objects are not considered: "))
    }
}
